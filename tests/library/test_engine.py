"""The engine of a service: the month's own columns for every case, findings for bad ones, and nothing shared."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import drgdip
from drgdip import Engine, UsageError
from drgdip.pipeline import MonthResult
from tests.contracts.source import ROOT
from tests.library.conftest import MONTH

EXAMPLE = ROOT / "examples" / "cases.csv"
#: A stay of the example that can be priced by hand: 1000 points × 1.1 × 10 yuan − 3500 paid by the patient.
CASE: dict[str, Any] = {
    "setl_id": "EX01", "fixmedins_code": "H99010000001", "hosp_lv": "01", "insutype": "310", "insu_admdvs": "990100",
    "mdtrt_admdvs": "990100", "med_type": "21", "adm_time": "2026-01-05 09:30:00",
    "dscg_time": "2026-01-11 10:00:00", "setl_time": "2026-01-11 17:00:00", "act_ipt_days": 6, "dscg_way": "1",
    "diag_code": "K35.301", "oprn_oprt_code": ["47.0100"], "medfee_sumamt": 12000.0, "fulamt_ownpay_amt": "600.00",
    "overlmt_selfpay": 0, "preselfpay_amt": 900, "inscp_scp_amt": Decimal("10500.00"), "hifp_pay": 8500,
    "fund_pay_sumamt": 8500, "acct_pay": 1000, "psn_cash_pay": 2500,
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("demo_tiny")


@pytest.fixture(scope="module")
def city_engine() -> Engine:
    return Engine("demo_city", month=MONTH)


def written(value: Any) -> Any:
    return value.isoformat(" ") if isinstance(value, datetime | date) else value


def expected_columns(month: MonthResult) -> dict[str, dict[str, Any]]:
    return {
        row["setl_id"]: {name: written(value) or None if value == "" else written(value) for name, value in row.items()}
        for row in month.cases.to_pylist()
    }


def reasons_of(month: MonthResult) -> dict[str, set[str]]:
    """Reasons by settlement ID, as far as a single case can have them."""
    found = {row.setl_id.strip(): set(row.reasons) for row in month.set_aside}
    return {name: keys for name, keys in found.items() if not keys & {"duplicate_setl_id", "conflicting_setl_id"}}


def agrees(engine: Engine, rows: list[dict[str, Any]], month: MonthResult) -> int:
    expected, aside = expected_columns(month), reasons_of(month)
    seen = 0
    for number, row in enumerate(rows, 1):
        setl_id = (row["setl_id"] or "").strip()
        result = engine.price(row)
        if setl_id in expected and expected[setl_id]["row_number"] == number:
            assert result.columns == {**expected[setl_id], "row_number": 1}, setl_id
            seen += 1
        elif setl_id in aside:
            assert not result.priced
            assert set(result.reasons) == aside[setl_id], setl_id
    return seen


def test_a_case_is_priced_as_by_hand(engine: Engine) -> None:
    result = engine.price(CASE)

    assert (result.status, result.reasons, result.findings) == ("priced", (), ())
    assert (result.dip_code, result.columns["points_e4"], result.columns["gross_fen"]) == (
        "K35.3:47.0100", 11_000_000, 1_100_000,
    )  # fmt: skip
    assert result.payable_fen == 750_000
    assert not result.provisional


def test_every_case_has_the_columns_of_the_month(
    city_engine: Engine, rows: list[dict[str, Any]], month: MonthResult
) -> None:
    assert agrees(city_engine, rows, month) == month.cases.num_rows > 1_000


def test_given_point_values_give_the_columns_of_a_floating_month(
    city: Path, rows: list[dict[str, Any]], floating: Path
) -> None:
    month = drgdip.settle_month(floating, city, MONTH)
    assert month.record is not None
    given = Engine(floating, month=MONTH, point_values=month.record.point_values)
    opening = Engine(floating, month=MONTH)

    assert agrees(given, rows, month) == month.cases.num_rows
    first = next(row for row in rows if given.price(row).priced)
    assert not given.price(first).provisional
    assert opening.price(first).provisional


def test_rows_read_as_text_give_the_same(city_engine: Engine, rows: list[dict[str, Any]]) -> None:
    for row in rows[:200]:
        text = {name: "" if value is None else str(value) for name, value in row.items()}
        assert city_engine.price(text).columns == city_engine.price(row).columns


def test_explanation_shows_what_was_priced(engine: Engine) -> None:
    explanation = engine.explain(CASE, "en")
    values = {line.column: line.value for step in explanation.steps for line in step.writes}

    assert values["payable_fen"] == "7500.00 yuan"
    assert values["points_e4"] == "1100.0000"
    assert explanation.steps[0].table_row["dip_code"] == "K35.3:47.0100"
    assert json.loads(json.dumps(explanation.to_dict()))["setl_id"] == "EX01"
    assert "7500.00" in explanation.to_text()


def test_explanation_is_that_of_the_month(engine: Engine) -> None:
    month = drgdip.settle_month("demo_tiny", EXAMPLE, MONTH)
    assert drgdip.explain(month, "EX01").steps == engine.explain(CASE).steps


# --- bad cases are findings ------------------------------------------------------------------------


def test_a_bad_case_comes_back_with_findings(engine: Engine) -> None:
    result = engine.price({**CASE, "medfee_sumamt": "abc", "diag_code": "K35.301|ZZZ", "gend": "3"})

    assert (result.status, result.columns, result.payable_fen) == ("set_aside", {}, None)
    assert [(f.row, f.setl_id, f.field, f.value, f.key) for f in result.findings] == [
        (1, "EX01", "gend", "3", "unknown_code"),
        (1, "EX01", "diag_code", "ZZZ", "unknown_diagnosis_code"),
        (1, "EX01", "medfee_sumamt", "abc", "wrong_type"),
    ]
    assert set(result.reasons) == {"unknown_code", "unknown_diagnosis_code", "wrong_type"}


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"refd_setl_flag": "1"}, "excluded", "refunded"),
        ({"dscg_time": "2030-01-11", "setl_time": "2030-01-12"}, "excluded", "day_not_covered"),
        ({"insutype": "999"}, "set_aside", "no_pool"),
        ({"setl_id": ""}, "set_aside", "missing_value"),
        ({"hifp_pay": 8499, "fund_pay_sumamt": 8500}, "set_aside", "fund_identity_broken"),
    ],
)
def test_cases_that_are_not_priced_say_why(engine: Engine, change: dict[str, Any], status: str, reason: str) -> None:
    result = engine.price({**CASE, **change})

    assert (result.status, result.reasons) == (status, (reason,))
    assert any(f.key == reason for f in result.findings) == (status == "set_aside")
    assert engine.explain({**CASE, **change}).steps == []


def test_a_case_of_another_month_is_excluded_where_a_month_is_named() -> None:
    case = {**CASE, "dscg_time": "2026-02-01 00:00:00", "setl_time": "2026-02-01"}

    assert Engine("demo_tiny", month=MONTH).price(case).reasons == ("other_period",)
    assert Engine("demo_tiny").price(case).priced


def test_keys_that_are_no_field_are_noticed_and_change_nothing(engine: Engine) -> None:
    result = engine.price({**CASE, "medfee_sumamnt": 1})

    assert result.payable_fen == 750_000
    assert [(f.key, f.value) for f in result.findings] == [("unknown_column", "medfee_sumamnt")]


def test_codes_that_extend_a_table_are_noticed_unless_the_place_names_them(engine: Engine, tmp_path: Path) -> None:
    case = {**CASE, "med_type": "9999"}
    extension = tmp_path / "codes.csv"
    extension.write_text("table,code,zh,en\nmed_type,9999,本地,local\n", encoding="utf-8")

    assert [(f.key, f.value) for f in engine.price(case).findings] == [("code_not_in_table", "9999")]
    assert engine.price(case).payable_fen == 750_000
    assert Engine("demo_tiny", code_tables=extension).price(case).findings == ()


def test_an_empty_case_lacks_everything(engine: Engine) -> None:
    result = engine.price({})

    assert result.reasons == ("missing_value",)
    assert len(result.findings) == 20


def test_many_cases_are_numbered(engine: Engine) -> None:
    results = engine.price_many([CASE, {**CASE, "gend": "3"}, CASE])

    assert [result.status for result in results] == ["priced", "set_aside", "priced"]
    assert results[1].findings[0].row == 2


# --- misuse is an exception ------------------------------------------------------------------------


@pytest.mark.parametrize("case", [None, [CASE], "EX01", 5])
def test_what_is_no_mapping_is_misuse(engine: Engine, case: Any) -> None:
    with pytest.raises(UsageError, match="mapping"):
        engine.price(case)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"point_values": {"nobody": "1"}}, "no pool nobody"),
        ({"point_values": {"310": 9.5}}, "at most four decimals"),
        ({"point_values": {"310": "9.12345"}}, "at most four decimals"),
        ({"point_values": {"310": "-1"}}, "at most four decimals"),
        ({"fund_ratios": {"nobody": "1"}}, "no pool nobody"),
    ],
)
def test_wrong_month_values_are_misuse(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Engine("demo_tiny", **arguments)


def test_a_month_that_the_policy_does_not_cover_is_refused() -> None:
    with pytest.raises(drgdip.PolicyError):
        Engine("demo_tiny", month="1999-01")


# --- threads, copies, silence ----------------------------------------------------------------------


def test_eight_threads_give_what_one_gives(city_engine: Engine, rows: list[dict[str, Any]]) -> None:
    mixed = rows[:400]
    alone = [city_engine.price(row) for row in mixed]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(city_engine.price, mixed * 3))

    assert together == alone * 3


def test_two_engines_with_different_policies_stand_side_by_side() -> None:
    # 1100 points × 20 yuan − 3500 under the other point value.
    one, two = Engine("demo_tiny"), Engine("demo_tiny", point_values={"310": "20.0000"})
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: (one if n % 2 else two).price(CASE).payable_fen, range(400)))

    assert results == [750_000 if n % 2 else 1_850_000 for n in range(400)]


def test_results_are_plain_values(engine: Engine) -> None:
    for case in (CASE, {**CASE, "gend": "3"}):
        result = engine.price(case)
        assert pickle.loads(pickle.dumps(result)) == result
        assert copy.deepcopy(result) == result
        assert json.loads(json.dumps(result.to_dict())) == result.to_dict()
    explanation = engine.explain(CASE)
    assert pickle.loads(pickle.dumps(explanation)) == explanation


def test_amounts_are_integers_or_text_never_floats(engine: Engine) -> None:
    def floats(value: Any) -> bool:
        if isinstance(value, Mapping):
            return any(map(floats, value.values()))
        return any(map(floats, value)) if isinstance(value, list) else isinstance(value, float)

    result = engine.price(CASE)
    fen, yuan = result.to_dict("fen")["columns"], result.to_dict("yuan")["columns"]

    assert (fen["payable_fen"], fen["points_e4"]) == (750_000, 11_000_000)
    assert (yuan["payable_yuan"], yuan["points"]) == ("7500.00", "1100.0000")
    assert not floats(result.to_dict("fen"))
    assert not floats(result.to_dict("yuan"))


def test_nothing_is_printed_and_the_logger_is_the_standard_one(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="drgdip"):
        Engine("demo_tiny").price(CASE)

    assert capfd.readouterr() == ("", "")
    assert [record.name for record in caplog.records] == ["drgdip.engine"]
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("drgdip").handlers)


def test_identity_names_policy_and_tables(engine: Engine) -> None:
    identity = engine.identity

    assert identity["policy_sha256"] == engine.policy.sha256
    assert identity["tables"] == "dip/demo"
    assert identity["engine_version"] == drgdip.__version__
