"""Rows in memory become the batch that the reader of tables makes of the same cells, and the same is said of them."""

from __future__ import annotations

from csv import DictWriter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.files import read_folder
from drgdip.pipeline.screening.in_memory import dataset_of_rows
from drgdip.pipeline.screening.rows import OTHER_NAMES, tables_of_rows
from drgdip.pipeline.screening.tables import dataset_of, read_batch
from drgdip.screening import screen
from drgdip.screening.coverage import Covered
from drgdip.screening.data import Dataset, Frame
from drgdip.screening.engine import Screened
from drgdip.screening.plain import row
from tests.screening.test_agrees import PARAMS
from tests.screening.test_parts import linked

RULES, SETTINGS = list(PARAMS), {"rules": PARAMS, "default_suppressions": False}
#: Cells that say nothing, stand between blanks, are no text of the interface or cannot be read.
ODD = (
    None,
    "",
    "  ",
    " P1 ",
    " P2\u3000",
    "é",
    "x",
    "1e3",
    "9" * 20,
    "2026-13-01",
    "a\0b",
    True,
    2,
    -1.5,
    ["I10", "E11"],
    {"x": "P1"},
)


@st.composite
def odd(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Batches with some odd cells, rows without some columns, and codes of stays in tables of their own."""
    tables = draw(linked())
    rows = [one for name in ("cases", "fee_lines", "outpatient") for one in tables[name]]
    for _ in range(draw(st.integers(0, 3))):
        one = draw(st.sampled_from(rows))
        field = draw(st.sampled_from(sorted(one)))
        if draw(st.booleans()):
            one[field] = draw(st.sampled_from(ODD))
        else:
            del one[field]
    if draw(st.booleans()):
        tables["diagnoses"] = [
            {"setl_id": case.get("setl_id"), "diag_code": code, "diag_srt_no": str(at), "maindiag_flag": str(int(at == 1))}
            for case in tables["cases"] for at, code in enumerate(draw(st.lists(st.sampled_from(["I63.9", " J18", ""]), max_size=3)))
        ]  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        del tables[draw(st.sampled_from(sorted(tables)))]
    return tables


def plain(result: Screened) -> tuple[list[dict[str, Any]], list[Covered]]:
    return list(map(row, result.findings)), result.coverage


def shown(frame: Frame | None) -> Any:
    """A table as people would read it, without regard to its codes."""
    if frame is None:
        return None
    columns = {
        name: frame.texts(name) if name in frame.words else frame[name].tolist() for name in sorted(frame.values)
    }
    return frame.rows, columns, {name: frame.known(name).tolist() for name in columns}, frame.lists


def whole(data: Dataset) -> Any:
    tables = (data.cases, data.lines, data.outpatient, data.drug_lines, data.trace, data.pairs, *data.others.values())
    return [shown(table) for table in tables], data.offsets.tolist(), data.repeated, data.unmatched_refunds


@settings(max_examples=20, deadline=None)
@given(tables=odd())
def test_rows_in_memory_come_to_what_their_tables_do(tables: dict[str, list[dict[str, Any]]]) -> None:
    own, told = dataset_of_rows(tables)
    read, said = dataset_of(tables_of_rows(tables))

    assert whole(own) == whole(read)
    assert told == said


@settings(max_examples=5, deadline=None)
@given(tables=linked())
def test_one_case_in_memory_is_told_what_the_command_tells_of_its_files(
    tables: dict[str, list[dict[str, Any]]],
) -> None:
    case = {name: [one for one in tables[name] if one["setl_id"] in ("S0", "O0")] for name in tables}
    case = {name: rows for name, rows in case.items() if rows}
    with TemporaryDirectory() as folder:
        for name, rows in case.items():
            with (Path(folder) / f"{OTHER_NAMES.get(name, name)}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        files = read_folder(Path(folder))
        batch, said = read_batch(files.tables, files.lines)
        batch.close()
        result = screen_rows(case, RULES, SETTINGS)

        assert plain(result.screened) == plain(screen(batch.whole, RULES, SETTINGS))
        assert [told.key for told in result.data_findings] == [told.key for told in said]
