"""One verb a stage: alone or one after the other they come to what the whole month comes to."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import drgdip
from drgdip import StageResult
from drgdip.pipeline import MonthResult
from tests.contracts.source import ROOT
from tests.library.conftest import MONTH

EXAMPLE = ROOT / "examples" / "cases.csv"
VERBS = {
    "check": drgdip.check, "group": drgdip.group, "value": drgdip.value, "price": drgdip.price, "split": drgdip.split,
}  # fmt: skip
#: What each verb adds first.
COLUMNS = {
    "check": "residence", "group": "group_reason", "value": "standard_points_e4", "price": "points_e4",
    "split": "payable_fen",
}  # fmt: skip


def chain(cases: Any, policy: Any, **options: Any) -> StageResult:
    result = drgdip.check(cases, policy, **options)
    for verb in (drgdip.group, drgdip.value, drgdip.price, drgdip.split):
        result = verb(result)
    return result


def assert_same(result: StageResult, month: MonthResult) -> None:
    assert result.cases.equals(month.cases)
    assert result.findings == month.findings
    assert result.set_aside == month.set_aside
    assert drgdip.clear(result).rows == month.month.rows


def test_verbs_in_a_row_are_the_month(city: Path, month: MonthResult) -> None:
    assert_same(chain(city, "demo_city", month=MONTH), month)


def test_verbs_in_a_row_are_a_floating_month(city: Path, floating: Path) -> None:
    assert_same(chain(city, floating, month=MONTH), drgdip.settle_month(floating, city, MONTH))


def test_several_sources_and_out_of_scope_cases_keep_their_order(city: Path, tmp_path: Path) -> None:
    text = drgdip.load_policy("demo_city").source_path.read_text(encoding="utf-8")
    changed = text.replace("mode: by_item", "mode: out_of_scope")
    assert changed != text
    policy = tmp_path / "city.yaml"
    policy.write_text(changed, encoding="utf-8")
    table = pq.read_table(city)
    parts = [table.slice(0, 700), table.slice(700)]
    month = drgdip.settle_month(policy, parts, MONTH)

    assert any(row.reasons == ("route_out_of_scope",) for row in month.set_aside)
    assert_same(chain(parts, policy, month=MONTH), month)


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_alone_runs_what_comes_before_it(name: str) -> None:
    result = VERBS[name](EXAMPLE, "demo_tiny", month=MONTH)
    names = result.cases.column_names

    assert [column in names for column in COLUMNS.values()] == [key <= name for key in _up_to(name)]
    assert [finding.setl_id for finding in result.findings] == ["EX07"]
    assert [row.reasons for row in result.set_aside] == [("fund_identity_broken",)]


def _up_to(name: str) -> list[str]:
    """A key that sorts before or after the name, by process order."""
    keys = list(VERBS)
    return [name if keys.index(key) <= keys.index(name) else "~" for key in keys]


@pytest.mark.parametrize("name", VERBS)
def test_what_goes_in_as_pandas_comes_out_as_pandas(name: str) -> None:
    frame = pd.read_csv(EXAMPLE, dtype=str)
    table = pa.Table.from_pandas(frame)
    as_pandas, as_arrow = (VERBS[name](cases, "demo_tiny", month=MONTH) for cases in (frame, table))

    assert isinstance(as_pandas.cases, pd.DataFrame)
    assert isinstance(as_pandas.findings_table, pd.DataFrame)
    assert isinstance(as_arrow.cases, pa.Table)
    assert isinstance(as_arrow.findings_table, pa.Table)
    assert as_pandas.cases["total_cost_fen"].dtype == "int64"
    assert as_pandas.cases["total_cost_fen"].tolist() == as_arrow.cases["total_cost_fen"].to_pylist()
    assert as_pandas.findings_table["key"].tolist() == ["fund_identity_broken"]


def test_a_month_comes_out_in_the_form_of_its_cases() -> None:
    frame = drgdip.settle_month("demo_tiny", pd.read_csv(EXAMPLE, dtype=str), MONTH)
    table = drgdip.settle_month("demo_tiny", pa.Table.from_pandas(pd.read_csv(EXAMPLE, dtype=str)), MONTH)

    assert isinstance(frame.cases, pd.DataFrame)
    assert isinstance(table.cases, pa.Table)
    assert frame.cases["payable_fen"].tolist() == table.cases["payable_fen"].to_pylist()
    assert drgdip.explain(frame, "EX01").steps == drgdip.explain(table, "EX01").steps
    assert drgdip.explain(frame, "EX01").differences == []
    assert drgdip.explain(frame, "EX07").set_aside


def test_without_a_month_cases_of_every_month_are_taken() -> None:
    frame = pd.read_csv(EXAMPLE, dtype=str)
    frame.loc[1, ["dscg_time", "setl_time"]] = "2026-03-10"

    assert len(drgdip.split(frame, "demo_tiny").cases) == 6
    named = drgdip.split(frame, "demo_tiny", month=MONTH)
    assert (len(named.cases), named.other_period) == (5, 1)


def test_point_values_may_be_given() -> None:
    # EX01: 1100 points × 20 yuan − 3500.
    given = drgdip.split(EXAMPLE, "demo_tiny", month=MONTH, point_values={"310": "20"})
    again = drgdip.split(drgdip.price(EXAMPLE, "demo_tiny", month=MONTH))

    assert given.cases["payable_fen"][0].as_py() == 1_850_000
    assert again.cases["payable_fen"][0].as_py() == 750_000


def test_one_result_may_be_followed_twice() -> None:
    priced = drgdip.price(EXAMPLE, "demo_tiny", month=MONTH)
    dear = drgdip.split(priced, point_values={"310": "20"})
    usual = drgdip.split(priced)

    assert drgdip.clear(dear).rows[0].point_value_e4 == 200_000
    assert drgdip.clear(usual).rows[0].point_value_e4 == 100_000
    assert priced.stage == "pricing"


def test_results_can_be_copied_and_sent() -> None:
    result = drgdip.price(EXAMPLE, "demo_tiny", month=MONTH)
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert other.cases.equals(result.cases)
        assert drgdip.split(other).cases.equals(drgdip.split(result).cases)
    statement = drgdip.clear(result)
    assert pickle.loads(pickle.dumps(statement)) == statement
    month = drgdip.settle_month("demo_tiny", EXAMPLE, MONTH)
    assert pickle.loads(pickle.dumps(month)).statement.equals(copy.deepcopy(month).statement)


def test_results_become_json() -> None:
    result = drgdip.split(EXAMPLE, "demo_tiny", month=MONTH)
    month = drgdip.settle_month("demo_tiny", EXAMPLE, MONTH)
    for whole in (result.to_dict("yuan"), drgdip.clear(result).to_dict("yuan"), month.to_dict("yuan")):
        assert json.loads(json.dumps(whole)) == whole
    assert result.to_dict("yuan")["cases"][0]["payable_yuan"] == "7500.00"
    assert drgdip.clear(result).to_dict()["rows"][0]["paid_fen"] == 1_244_500
    assert month.to_dict("yuan")["statement"][0]["paid_yuan"] == "12445.00"
    assert month.to_dict()["point_values"] == {"310": "10.0000", "390": "9.0000"}


@pytest.mark.parametrize(
    "call",
    [
        lambda: drgdip.price(EXAMPLE),
        lambda: drgdip.price(EXAMPLE, "no_such_policy"),
        lambda: drgdip.price("no_such_file.csv", "demo_tiny"),
        lambda: drgdip.clear(EXAMPLE, "demo_tiny"),
        lambda: drgdip.value(drgdip.group(EXAMPLE, "demo_tiny"), "demo_tiny"),
        lambda: drgdip.split(EXAMPLE, "demo_tiny", point_values={"310": 1.5}),
        lambda: drgdip.check(pd.DataFrame({"setl_id": []}), "demo_tiny"),
    ],
)
def test_misuse_is_an_exception_with_fact_and_advice(call: Any) -> None:
    with pytest.raises(drgdip.DrgdipError) as caught:
        call()
    assert caught.value.message("zh").count("\n") == 1
    assert caught.value.message("en").count("\n") == 1


def test_a_result_that_has_the_stage_comes_back_as_it_is() -> None:
    priced = drgdip.price(EXAMPLE, "demo_tiny", month=MONTH)

    assert drgdip.group(priced) is priced
