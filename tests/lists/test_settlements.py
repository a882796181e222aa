"""Settlement results joined to lists: what is missing, what contradicts, and which of two values counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import UsageError
from drgdip.intake.combine import Beside
from tests.lists.sample import (
    OF_THE_RESULT,
    Outcome,
    message,
    outcome,
    stay,
    write_institutions,
    write_lists,
    write_results,
)


def join(folder: Path, lists: list[Any], *results: list[dict[str, Any]], institutions: Any = None) -> Outcome:
    cases = write_lists(folder / "lists.json", lists)
    files = [write_results(folder / f"results{number}.csv", rows) for number, rows in enumerate(results)]
    table = write_institutions(folder / "institutions.csv") if institutions is None else institutions
    return outcome(cases, beside=Beside(files, [table]))


def test_a_list_without_its_result_is_set_aside_with_one_finding(tmp_path: Path) -> None:
    read = join(tmp_path, [message(stay(1)), message(stay(2))], [stay(1)])

    assert read.keys() == [(2, "", "settlement_absent")]
    assert read.findings[0].value == "S2"
    assert read.set_aside == [2]


def test_results_without_a_list_are_counted(tmp_path: Path) -> None:
    read = join(tmp_path, [message(stay(1))], [stay(1), stay(2)], [stay(3)])

    [notice] = [finding for finding in read.about_files if finding.key == "settlement_without_list"]
    assert notice.value == "2: S2, S3"
    assert read.set_aside == []


def test_results_of_one_settlement_that_differ_set_its_list_aside(tmp_path: Path) -> None:
    read = join(tmp_path, [message(stay(1)), message(stay(2))], [stay(1), stay(2)], [stay(2, acct_pay="199.00")])

    assert read.keys() == [(2, "", "conflicting_settlement")]


def test_the_same_result_twice_is_no_finding(tmp_path: Path) -> None:
    assert join(tmp_path, [message(stay(1))], [stay(1)], [stay(1)]).findings == []


def test_the_same_result_written_otherwise_is_no_finding(tmp_path: Path) -> None:
    otherwise = stay(1, acct_pay="200", hifp_pay="400.0", med_type="021", setl_time="2026/1/9 11:15:30")

    assert join(tmp_path, [message(stay(1))], [stay(1)], [otherwise]).findings == []
    read = join(tmp_path, [message(stay(1))], [stay(1)], [{**otherwise, "acct_pay": "200.01"}])
    assert read.keys() == [(1, "", "conflicting_settlement")]


@pytest.mark.parametrize(
    ("field", "value"),
    [("fixmedins_code", "H2"), ("psn_no", "P9"), ("mdtrt_id", "M9")],
)
def test_a_result_of_another_stay_sets_the_list_aside(tmp_path: Path, field: str, value: str) -> None:
    other = write_institutions(
        tmp_path / "i.csv",
        *({"fixmedins_code": code, "hosp_lv": "02", "fix_blng_admdvs": "410400"} for code in ("H41040100001", "H2")),
    )
    read = join(tmp_path, [message(stay(1))], [stay(1, **{field: value})], institutions=other)

    assert read.keys() == [(1, field, "result_of_another_stay")]
    assert value in read.findings[0].value


def lists_with(**fields: str) -> Any:
    case = message(stay(1))
    case["input"]["setlinfo"].update(fields)
    return case


@pytest.mark.parametrize(
    ("field", "written", "differs"),
    [
        ("acct_pay", "200", False),
        ("acct_pay", "200.00", False),
        ("acct_pay", "200.01", True),
        ("acct_pay", "199.99", True),
        ("acct_pay", "x", True),
        ("refd_setl_flag", "0", False),
    ],
)
def test_amounts_are_compared_as_numbers_and_the_result_counts(
    tmp_path: Path, field: str, written: str, differs: bool
) -> None:
    read = join(tmp_path, [lists_with(**{field: written})], [stay(1)])

    assert read.keys() == ([(1, field, "list_result_differ")] if differs else [])
    assert read.set_aside == []
    assert read.columns["account_paid_fen"] == [20_000]


@pytest.mark.parametrize(
    ("written", "differs"),
    [("2026-01-02", False), ("2026/1/2 8:30", False), ("2026-01-02 08:30:01", True), ("2026-01-03", True)],
)
def test_a_day_agrees_with_a_time_on_it_and_the_list_counts(tmp_path: Path, written: str, differs: bool) -> None:
    cases = write_lists(tmp_path / "lists.json", [message(stay(1))])
    results = write_results(tmp_path / "r.csv", [stay(1, adm_time=written)], [*OF_THE_RESULT, "adm_time"])
    read = outcome(cases, beside=Beside([results], [write_institutions(tmp_path / "i.csv")]))

    assert read.keys() == ([(1, "adm_time", "list_result_differ")] if differs else [])
    assert read.columns["admission_time_s"] == [1_767_342_600]


def test_a_hospital_that_the_table_does_not_have_is_one_finding(tmp_path: Path) -> None:
    other = write_institutions(
        tmp_path / "i.csv", {"fixmedins_code": "H9", "hosp_lv": "02", "fix_blng_admdvs": "410400"}
    )
    read = join(tmp_path, [message(stay(1))], [stay(1)], institutions=other)

    assert read.keys() == [(1, "hosp_lv", "hospital_not_listed")]
    assert read.findings[0].value == "H41040100001"


@pytest.mark.parametrize(("last", "tier"), [("2026-01-08", 1), ("2026-01-09", 3), ("20260110", 3)])
def test_the_level_of_the_day_of_discharge_counts(tmp_path: Path, last: str, tier: int) -> None:
    """The stay ends on 9 January: the first level holds if it lasts until then."""
    head = {"fixmedins_code": "H41040100001", "fix_blng_admdvs": "410400"}
    following = {"2026-01-08": "2026-01-09", "2026-01-09": "2026-01-10", "20260110": "20260111"}[last]
    table = write_institutions(
        tmp_path / "i.csv",
        {**head, "hosp_lv": "02", "valid_from": "", "valid_to": last},
        {**head, "hosp_lv": "08", "valid_from": following, "valid_to": ""},
    )

    assert join(tmp_path, [message(stay(1))], [stay(1)], institutions=table).columns["hospital_tier"] == [tier]


def test_two_levels_on_one_day_are_refused(tmp_path: Path) -> None:
    head = {"fixmedins_code": "H41040100001", "fix_blng_admdvs": "410400"}
    table = write_institutions(tmp_path / "i.csv", {**head, "hosp_lv": "02"}, {**head, "hosp_lv": "05"})

    with pytest.raises(UsageError, match="H41040100001"):
        join(tmp_path, [message(stay(1))], [stay(1)], institutions=table)


def test_what_is_missing_names_its_remedy(tmp_path: Path) -> None:
    lists = write_lists(tmp_path / "lists.json", [message(stay(1))])
    results = write_results(tmp_path / "r.csv", [stay(1)])

    with pytest.raises(UsageError, match="hosp_lv") as error:
        outcome(lists, beside=Beside([results]))
    assert "--institutions" in error.value.advice.en


def test_the_kind_of_insurance_of_the_list_is_no_insurance_type(tmp_path: Path) -> None:
    """310 is not 1: the two code systems are not mixed."""
    lists = write_lists(tmp_path / "lists.json", [lists_with(hi_type="1")])
    results = write_results(tmp_path / "r.csv", [stay(1)], [name for name in OF_THE_RESULT if name != "insutype"])
    table = write_institutions(tmp_path / "i.csv")

    with pytest.raises(UsageError, match="insutype"):
        outcome(lists, beside=Beside([results], [table]))
    assert outcome(lists, beside=Beside([results], [table], "hi-type")).columns["insurance_type"] == [310]


def test_flat_rows_can_be_joined_too(tmp_path: Path) -> None:
    from tests.intake.sample import write_csv

    without = [name for name in stay(1) if name not in ("hifp_pay", "acct_pay")]
    cases = write_csv(tmp_path / "cases.csv", [stay(1)], without)
    results = write_results(tmp_path / "r.csv", [stay(1)], ["setl_id", "hifp_pay", "acct_pay"])

    assert outcome(cases, beside=Beside([results])).findings == []
