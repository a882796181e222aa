"""A batch screened part by part comes to what it comes to as one, however its rows link stays, and on disk or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import fee_lines, line_store
from drgdip.pipeline.screening.cells import Raw
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.tables import LINES, dataset_of, read_batch
from drgdip.screening.across import in_parts
from drgdip.screening.catalogue import rules
from drgdip.screening.engine import screen_batch, screen_parts
from drgdip.screening.plain import row
from drgdip.screening.settings import settings_of
from tests.screening.test_agrees import PARAMS, batches

#: All that can be told of parts with these parameters: those too for which lines of several persons are gathered.
LISTS = {
    "D08": {"treatments": {"A": {"indication": ["I63"]}, "B": {}}, "min_n": 1, "pct": "0.5"},
    "G03": {
        "evidence": {"E87.6": [["C"]], "N17.9": [["D", "E"]]},
        "weight": {"ES1": "1.2", "ES5": "0.9"},
        "rate": 8000,
    },
}
SETTINGS = settings_of({"rules": {"A02": {}, **PARAMS, **LISTS}, "default_suppressions": False})
RULES = tuple(name for name in rules() if in_parts([name], SETTINGS))


@st.composite
def linked(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Batches with lines that name another person, visit or settlement than their stay, and stays that share a visit."""
    tables = draw(batches())
    for case in tables["cases"]:
        case |= {"dx": draw(st.sampled_from(["", "E87.6", "E87.6|N17.9"])), "fund_share": "0.5", "group": "ES1"}
        if draw(st.integers(0, 4)) == 0:
            case["mdtrt_id"] = draw(st.sampled_from(["M0", "M1"]))
    for line in tables["fee_lines"]:
        line["psn_no"] = ""
        if draw(st.integers(0, 6)) == 0:
            field, value = draw(st.sampled_from([
                ("psn_no", "P1"), ("psn_no", "P2"), ("psn_no", "P9"), ("setl_id", ""), ("setl_id", "X1"), ("setl_id", "S1"),
                ("mdtrt_id", ""), ("mdtrt_id", "M9"), ("mdtrt_id", "M1"), ("feedetl_sn", "01"), ("feedetl_sn", ""),
            ]))  # fmt: skip
            line[field] = value
    return tables


def grouper(principal: str, others: Sequence[str], operations: Sequence[str], settlement: str) -> str | None:
    return "ES1" if "E87.6" in others else "ES5"


def compared(tables: dict[str, list[dict[str, Any]]], stays: int, piece: int, threads: int = 1) -> tuple[Any, Any]:
    """Findings, coverage and defects of the batch as one, and of its parts."""
    raw = tables_of_rows(tables)
    data, defects = dataset_of(raw)
    whole = screen_batch(data, RULES, SETTINGS, grouper=grouper)
    lines = raw[LINES].table
    pieces = [Raw("", lines.slice(at, piece)) for at in range(0, lines.num_rows, piece)] or [raw[LINES]]
    batch, found = read_batch(
        {name: table for name, table in raw.items() if name != LINES}, pieces, stays_a_part=stays, threads=threads
    )
    try:
        screened = screen_batch if batch.alone else screen_parts
        parted = screened(batch.whole if batch.alone else batch, RULES, SETTINGS, grouper=grouper)  # type: ignore[operator]
    finally:
        batch.close()
    told = [([row(finding) for finding in one.findings], one.coverage, sorted(map(repr, what)))
            for one, what in ((whole, defects), (parted, found))]  # fmt: skip
    return told[0], told[1]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tables=linked(),
    stays=st.integers(1, 3),
    piece=st.integers(1, 9),
    on_disk=st.booleans(),
    shared=st.booleans(),
    moved=st.booleans(),
    threads=st.integers(1, 2),
)
def test_parts_come_to_what_the_whole_does(
    tables: dict[str, list[dict[str, Any]]],
    stays: int,
    piece: int,
    on_disk: bool,
    shared: bool,
    moved: bool,
    threads: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not tables["fee_lines"]:
        return
    monkeypatch.setattr(line_store, "MOST_BYTES", 0 if on_disk else 1 << 30)
    monkeypatch.setattr(fee_lines, "_REPEATS", 0 if shared else 4)
    monkeypatch.setattr(fee_lines, "_LEAST_RUN", 32 if moved else 0)
    whole, parted = compared(tables, stays, piece, threads)

    assert parted == whole


def test_a_month_runs_part_by_part_unless_a_list_asks_for_lines_of_others() -> None:
    assert in_parts((), settings_of({}))
    assert in_parts((), settings_of({"C10": {"minutes": {}}}))
    assert in_parts((), settings_of({"D08": {"treatments": {}}, "G03": {"evidence": {}}}))
    assert not in_parts((), settings_of({"B12": {"limit": {}, "min_known": "0.95"}}))


def test_a_person_whose_lines_stand_in_two_stays_joins_their_parts() -> None:
    def case(number: int) -> dict[str, str]:
        return {"setl_id": f"S{number}", "mdtrt_id": f"M{number}", "psn_no": f"P{number}", "fixmedins_code": "H1",
                "adm_time": "2026-03-01 08:00:00", "dscg_time": "2026-03-09 08:00:00", "medfee_sumamt": "20"}  # fmt: skip

    def line(number: int, day: int, **other: str) -> dict[str, str]:
        return {"setl_id": f"S{number}", "mdtrt_id": f"M{number}", "psn_no": f"P{number}", "feedetl_sn": f"{number}{day}",
                "med_list_codg": "C", "fee_ocur_time": f"2026-03-0{day} 09:00:00", "cnt": "2", "det_item_fee_sumamt": "20",
                "inscp_scp_amt": "20", **other}  # fmt: skip

    tables = {"cases": [case(0), case(1)], "fee_lines": [line(0, 2), line(1, 3, psn_no="P0")]}
    whole, parted = compared(tables, 1, 1)

    assert [found["feedetl_sn"] for found in whole[0] if found["rule_id"] == "C03"] == ["13"]
    assert parted == whole


def test_pieces_keep_the_place_of_their_rows() -> None:
    table = pa.table({"setl_id": ["S1", "S1"], "feedetl_sn": ["1", None], "cnt": ["1", "1"]})
    cases = tables_of_rows({"cases": [{"setl_id": "S1"}]})
    _, found = read_batch(cases, [Raw("fees.csv", table.slice(0, 1)), Raw("fees.csv", table.slice(1))])

    assert [(defect.file, defect.row, defect.field, defect.key) for defect in found] == [
        ("fees.csv", 2, "feedetl_sn", "missing_value")
    ]
