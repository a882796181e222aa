"""Reading a history: what counts, what cleaning takes away, and that neither files, order nor chunks matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from drgdip.base.errors import UsageError
from drgdip.catalogue.cleaning import StayLimits
from drgdip.catalogue.history import COLUMNS, LISTS, History
from drgdip.catalogue.read import ReadHistory, read_history
from tests.catalogue.treated import DIAGNOSES, PROCEDURES

YEARS = (2023, 2024, 2025)
NO_LIMITS = StayLimits()
Row = Mapping[str, str]


def row(number: int, **given: str) -> Row:
    return {
        "setl_id": f"S{number:03}", "fixmedins_code": f"H{number % 3}", "hosp_lv": ("02", "05", "10")[number % 3],
        "insutype": "310", "gend": "1", "age": "40", "dscg_time": "2024-06-30 10:00:00", "act_ipt_days": "5",
        "dscg_way": "1", "refd_setl_flag": "0", "diag_code": "K35.300|J18.900", "oprn_oprt_code": "47.01|96.71",
        "medfee_sumamt": f"{1000 + number}.50", "fund_pay_sumamt": "600.25",
    } | given  # fmt: skip


def write(path: Path, rows: Sequence[Row]) -> Path:
    lines = [",".join(rows[0]), *(",".join(one.values()) for one in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(
    folder: Path, *files: Path, limits: StayLimits = NO_LIMITS, chunk_rows: int = 100_000, threads: int = 1
) -> ReadHistory:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return read_history(
        files, DIAGNOSES, PROCEDURES, YEARS, work, limits=limits, chunk_rows=chunk_rows, threads=threads
    )


def counted(result: ReadHistory) -> dict[str, tuple[int, int]]:
    return {line.rule.key: (line.stays, line.cost_fen) for line in result.cleaning.lines() if line.stays}


def stays_of(history: History) -> Counter[tuple[object, ...]]:
    """Stays as they are, hospitals by code, whatever their order."""
    rows = history.rows(0, len(history))
    hospitals = [history.hospital_codes[place] for place in rows["hospital_id"].tolist()]
    others = [rows[name].tolist() for name in COLUMNS if name != "hospital_id"]
    lists = [
        [tuple(part.tolist()) for part in np.split(rows[f"{name}_id"], rows[f"{name}_offset"][1:-1])] for name in LISTS
    ]
    return Counter(zip(hospitals, *others, *lists, strict=True))


def test_a_stay_is_read_as_it_stands(tmp_path: Path) -> None:
    history = read(tmp_path, write(tmp_path / "c.csv", [row(1)])).history
    rows = history.rows(0, 1)

    assert history.hospital_codes[rows["hospital_id"][0]] == "H1"
    assert (rows["year"][0], rows["hospital_tier"][0], rows["insurance_type"][0]) == (2024, 2, 310)
    assert (rows["total_cost_fen"][0], rows["recorded_fund_fen"][0]) == (100150, 60025)
    assert rows["length_of_stay_days"][0] == 5
    assert [DIAGNOSES.codes[i] for i in rows["diagnosis_id"]] == ["K35.300", "J18.900"]
    assert [PROCEDURES.codes[i] for i in rows["procedure_id"]] == ["47.01", "96.71"]
    assert rows["icu_hours"][0] == rows["birth_weight_g"][0] == -1


def test_each_stay_is_counted_once_under_the_first_rule_that_holds(tmp_path: Path) -> None:
    rows = [
        row(0),
        row(1, diag_code="X99.999"),
        row(2, dscg_time="never"),
        row(3, refd_setl_flag="1", medfee_sumamt="0"),
        row(4, medfee_sumamt="0"),
        row(5, dscg_time="2022-12-31 23:59:59"),
        row(6, dscg_time="2026-01-01 00:00:00"),
        row(7, dscg_time="2023-01-01 00:00:00"),
        row(8, dscg_time="2025-12-31 23:59:59"),
        row(9, act_ipt_days="1"),
        row(10, act_ipt_days="2"),
        row(11, act_ipt_days="60"),
        row(12, act_ipt_days="61", medfee_sumamt="20.00"),
    ]
    result = read(tmp_path, write(tmp_path / "c.csv", rows), limits=StayLimits(2, 60))

    assert counted(result) == {
        "defect": (2, 100150 + 100250),
        "refunded": (1, 0),
        "no_cost": (1, 0),
        "other_year": (2, 100550 + 100650),
        "too_short": (1, 100950),
        "too_long": (1, 2000),
    }
    cleaning = result.cleaning
    assert cleaning.read == len(rows)
    assert cleaning.kept == len(result.history) == 5
    assert cleaning.kept_cost_fen == 100050 + 100750 + 100850 + 101050 + 101150
    assert {finding.row for finding in result.findings if finding.row} == {2, 3}


def test_without_limits_any_stay_counts(tmp_path: Path) -> None:
    result = read(tmp_path, write(tmp_path / "c.csv", [row(0, act_ipt_days="1"), row(1, act_ipt_days="900")]))

    assert counted(result) == {}


def test_repeated_settlements_count_once_or_not_at_all(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", [row(1), row(2), row(3)])
    second = write(tmp_path / "b.csv", [row(1), row(2, medfee_sumamt="7.00")])
    result = read(tmp_path, first, second)

    assert [number for number, _ in counted(result).values()] == [3]
    assert len(result.history) == 2


@pytest.mark.parametrize(("chunk_rows", "threads"), [(1, 1), (7, 2), (50, 2)])
def test_files_order_and_chunks_do_not_matter(tmp_path: Path, chunk_rows: int, threads: int) -> None:
    rows = [
        row(
            number,
            diag_code="|".join(DIAGNOSES.codes[: 1 + number % 4]),
            oprn_oprt_code="|".join(PROCEDURES.codes[: number % 5]),
            dscg_time=f"{2021 + number % 5}-05-01 08:00:00",
        )
        for number in range(40)
    ]
    whole = read(tmp_path, write(tmp_path / "c.csv", rows))
    expected, cleaning = stays_of(whole.history), whole.cleaning
    parts = [
        write(tmp_path / "b.csv", rows[:25][::-1]), write(tmp_path / "a.csv", rows[25:])
    ]  # fmt: skip
    again = read(tmp_path, *parts, chunk_rows=chunk_rows, threads=threads)

    assert stays_of(again.history) == expected
    assert again.cleaning == cleaning
    assert sorted(again.rows_by_file.values()) == [15, 25]


def test_rows_are_the_same_in_pieces(tmp_path: Path) -> None:
    rows = [row(number, oprn_oprt_code="|".join(PROCEDURES.codes[: number % 4])) for number in range(9)]
    history = read(tmp_path, write(tmp_path / "c.csv", rows)).history
    whole, pieces = history.rows(0, 9), [history.rows(0, 4), history.rows(4, 4), history.rows(4, 9)]

    for name in whole:
        if not name.endswith("_offset"):
            assert np.array_equal(np.concatenate([piece[name] for piece in pieces]), whole[name])
    lengths = np.concatenate([np.diff(piece["procedure_offset"]) for piece in pieces])
    assert np.array_equal(lengths, np.diff(whole["procedure_offset"]))


def test_operations_may_be_missing_everywhere(tmp_path: Path) -> None:
    history = read(tmp_path, write(tmp_path / "c.csv", [row(0, oprn_oprt_code="")])).history

    assert len(history.codes["procedure"]) == 0
    assert history.rows(0, 1)["procedure_offset"].tolist() == [0, 0]


def test_no_stay_left_is_said(tmp_path: Path) -> None:
    file = write(tmp_path / "c.csv", [row(0, dscg_time="2020-01-01 00:00:00")])

    with pytest.raises(UsageError, match="2023"):
        read(tmp_path, file)
