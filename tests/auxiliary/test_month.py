"""The auxiliary directory in a settled month, and that nothing changes without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import drgdip
from drgdip.policy import load_policy
from drgdip.tables import DipTables, load_tables

Build = Callable[..., Any]


@pytest.fixture
def stays(root: Path) -> pd.DataFrame:
    """The example cases; EX01 is old and was two days in intensive care."""
    cases = pd.read_csv(root / "examples/cases.csv", dtype=str, keep_default_na=False)
    cases.loc[cases.setl_id == "EX01", ["age", "icu_hours"]] = ["70", "48"]
    return cases


def case(month: drgdip.MonthResult, setl_id: str) -> Any:
    return month.cases[month.cases.setl_id == setl_id].iloc[0]


def test_points_are_weight_times_k_times_auxiliary(stays: pd.DataFrame, edition: Build, policy_file: Build) -> None:
    month = drgdip.settle_month(policy_file(), stays, "2026-01", tables=edition())
    one = case(month, "EX01")

    # RW 1000 × K 1.1 × 1.5; of 1.2 (age), 1.5 (intensive care) and 0.95 (mild) the highest
    assert (one.auxiliary_subtype, one.auxiliary_coefficient_e4, one.points_e4) == ("icu/days_2_7", 15_000, 16_500_000)
    assert one.gross_fen == 1_650_000
    assert (one.age_subtype, one.severity_subtype, one.cci_score) == ("age/over_65", "severity/mild", 0)
    # primary-care groups have no K, yet their auxiliary coefficient: RW 200 × 1.05
    assert (case(month, "EX05").hospital_coefficient_e4, case(month, "EX05").standard_points_e4) == (10_000, 2_100_000)
    assert case(month, "EX04").auxiliary_reason == "auxiliary_ungrouped"


def test_a_table_without_section_and_a_section_without_table_change_nothing(
    stays: pd.DataFrame, edition: Build, policy_file: Build
) -> None:
    demo = load_tables("dip", "demo")
    plain = drgdip.settle_month("demo_tiny", stays, "2026-01", tables=demo)

    for month in (
        drgdip.settle_month("demo_tiny", stays, "2026-01", tables=edition()),
        drgdip.settle_month(policy_file(), stays, "2026-01", tables=demo),
        drgdip.settle_month(policy_file(types="[]"), stays, "2026-01", tables=edition()),
    ):
        pd.testing.assert_frame_equal(month.cases, plain.cases)
        assert month.month.rows == plain.month.rows


def test_one_case_is_priced_and_explained_as_in_the_month(
    stays: pd.DataFrame, edition: Build, policy_file: Build
) -> None:
    tables, policy = edition(), load_policy(policy_file())
    month = drgdip.settle_month(policy, stays, "2026-01", tables=tables)
    engine = drgdip.Engine(policy, tables=tables)
    explanation = drgdip.explain(month, "EX01", policy=policy, tables=tables)

    priced = engine.price(stays[stays.setl_id == "EX01"].iloc[0].to_dict()).columns
    one = case(month, "EX01")
    assert {name: priced[name] for name in ("auxiliary_subtype", "points_e4", "icu_subtype")} == {
        "auxiliary_subtype": one.auxiliary_subtype, "points_e4": one.points_e4, "icu_subtype": one.icu_subtype
    }  # fmt: skip
    assert explanation.differences == []
    step = next(step for step in explanation.steps if step.title.en == "Auxiliary directory")
    (line,) = [line for line in step.writes if line.column == "auxiliary_coefficient_e4"]
    assert line.working == "max(severity/mild 0.9500, age/over_65 1.2000, icu/days_2_7 1.5000)"
    assert step.table_row["icu_hours"] == "48-191"
    assert ("auxiliary.several", "highest — Example") in step.citations


def test_a_run_on_disk_is_explained(stays: pd.DataFrame, edition: Build, policy_file: Build, tmp_path: Path) -> None:
    tables, policy = edition(), load_policy(policy_file())
    stays.to_csv(tmp_path / "cases.csv", index=False)
    drgdip.settle_to_folder(policy, [tmp_path / "cases.csv"], "2026-01", tmp_path / "run", tables=tables)

    assert drgdip.explain(tmp_path / "run", "EX02", policy=policy, tables=tables).differences == []


def test_a_section_that_begins_within_the_month(stays: pd.DataFrame, edition: Build, policy_file: Build) -> None:
    path = policy_file()
    text = path.read_text(encoding="utf-8").replace(
        '  cap: {value: none, cite: "Example"}\n  excluded_tcm',
        "  cap:\n"
        '    - {from: 2026-01-01, to: 2026-01-10, value: none, cite: "Example"}\n'
        '    - {from: 2026-01-11, to: 2026-12-31, value: "1.4", cite: "Example"}\n'
        "  excluded_tcm",
    )
    path.write_text(text, encoding="utf-8")
    month = drgdip.settle_month(path, stays, "2026-01", tables=edition())

    # EX01 is discharged on the 11th, EX02 on the 10th
    assert case(month, "EX01").auxiliary_coefficient_e4 == 14_000
    assert case(month, "EX02").auxiliary_coefficient_e4 == 11_000


def test_own_stages_see_the_coefficient(stays: pd.DataFrame, edition: Build, policy_file: Build) -> None:
    from drgdip.base.columns import Column
    from drgdip.base.text import Text
    from drgdip.pipeline.process import PROCESS, Stage

    read = Column("auxiliary_coefficient_e4", "int64", "e4", "系数", "coefficient")
    doubled = Column("doubled_e4", "int64", "e4", "两倍", "doubled", "mine")
    stage = Stage("mine", Text("我的", "mine"), (read,), (doubled,), lambda c, _: {"doubled_e4": c[read.name] * 2})
    month = drgdip.settle_month(
        policy_file(), stays, "2026-01", tables=edition(), process=PROCESS.insert(stage, "valuation")
    )

    assert case(month, "EX01").doubled_e4 == 30_000


def test_chained_verbs_have_the_same_columns(stays: pd.DataFrame, edition: Build, policy_file: Build) -> None:
    tables: DipTables = edition()
    policy = load_policy(policy_file())
    valued = drgdip.value(stays, policy, month="2026-01", tables=tables)
    month = drgdip.settle_month(policy, stays, "2026-01", tables=tables)

    names = ["cci_score", "auxiliary_subtype", "auxiliary_coefficient_e4", "standard_points_e4"]
    pd.testing.assert_frame_equal(valued.cases[names], month.cases[names])


def test_a_coefficient_beyond_all_bounds_is_refused(stays: pd.DataFrame, edition: Build, policy_file: Build) -> None:
    huge = "dip_code,type,subtype,coefficient\nK35.3:47.0100,age,over_65,100\n"
    by_ratio = policy_file()
    text = by_ratio.read_text(encoding="utf-8").replace(
        'opening_point_value: {value: "10"', 'opening_point_value: {value: "9000"'
    )
    by_ratio.write_text(text, encoding="utf-8")

    with pytest.raises(drgdip.PolicyError, match="overflow"):
        drgdip.settle_month(by_ratio, stays, "2026-01", tables=edition(huge))
