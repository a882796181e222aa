"""A stage of the caller's own: its columns stand in the case table and in explanations, and misuse is said clearly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import drgdip
from drgdip import PROCESS, Column, Engine, Process, Stage, Text, UsageError
from tests.contracts.source import ROOT
from tests.library.conftest import MONTH

EXAMPLE = ROOT / "examples" / "cases.csv"
COST = Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay")
STANDARD = Column("standard_points_e4", "int64", "e4", "标准分值", "standard points")
PAYABLE = Column("payable_fen", "int64", "fen", "应支付金额", "payable")
DEPOSIT = Column("deposit_fen", "int64", "fen", "押金", "deposit of a tenth of the cost", "house rule 1")
MARGIN = Column("margin_fen", "int64", "fen", "结余", "payable less cost", "house rule 2")


def deposit(columns: Mapping[str, np.ndarray], context: Any) -> dict[str, np.ndarray]:
    return {"deposit_fen": columns["total_cost_fen"] // 10}


def margin(columns: Mapping[str, np.ndarray], context: Any) -> dict[str, np.ndarray]:
    return {"margin_fen": columns["payable_fen"] - columns["total_cost_fen"]}


DEPOSIT_STAGE = Stage("deposit", Text("押金", "Deposit"), (COST,), (DEPOSIT,), deposit)
MARGIN_STAGE = Stage("margin", Text("结余", "Margin"), (COST, PAYABLE), (MARGIN,), margin)
OWN = PROCESS.insert(DEPOSIT_STAGE, after="pricing").insert(MARGIN_STAGE, after="payment")


def test_the_columns_stand_in_the_case_table_after_those_before_them() -> None:
    month = drgdip.settle_month("demo_tiny", EXAMPLE, MONTH, process=OWN)
    names = month.cases.column_names

    assert month.cases["deposit_fen"].to_pylist()[:2] == [120_000, 15_000]
    assert month.cases["margin_fen"].to_pylist()[:2] == [750_000 - 1_200_000, 85_000 - 150_000]
    assert names.index("special_review") + 1 == names.index("deposit_fen") < names.index("patient_fen")
    assert names[-1] == "margin_fen"
    assert month.month.rows == drgdip.settle_month("demo_tiny", EXAMPLE, MONTH).month.rows


def test_the_columns_stand_in_the_files_and_in_their_explanation(tmp_path: Path) -> None:
    drgdip.settle_to_folder("demo_tiny", [EXAMPLE], MONTH, tmp_path / "run", process=OWN)
    cases = pd.read_parquet(tmp_path / "run" / "cases.parquet")
    explanation = drgdip.explain(tmp_path / "run", "EX01", "en", process=OWN)

    assert cases["deposit_fen"][0] == 120_000
    assert explanation.differences == []
    assert [step.title.en for step in explanation.steps][3] == "Deposit"
    assert explanation.steps[3].writes[0].value == "1200.00 yuan"
    with pytest.raises(UsageError, match="stages of its own"):
        drgdip.explain(tmp_path / "run", "EX01")


def test_a_floating_month_keeps_the_columns(city: Path, floating: Path) -> None:
    cases = drgdip.settle_month(floating, city, MONTH, process=OWN).cases.to_pydict()

    assert cases["deposit_fen"] == [cost // 10 for cost in cases["total_cost_fen"]]
    assert cases["margin_fen"] == [
        paid - cost for paid, cost in zip(cases["payable_fen"], cases["total_cost_fen"], strict=True)
    ]


def test_the_engine_and_the_verbs_run_the_stage() -> None:
    case = pd.read_csv(EXAMPLE, dtype=str).fillna("").to_dict("records")[0]
    result = Engine("demo_tiny", process=OWN).price(case)

    assert (result.columns["deposit_fen"], result.columns["margin_fen"]) == (120_000, -450_000)
    assert "deposit_fen" in drgdip.price(EXAMPLE, "demo_tiny", process=OWN).cases.column_names
    assert "deposit_fen" not in drgdip.value(EXAMPLE, "demo_tiny", process=OWN).cases.column_names


def test_the_package_process_stays_as_it_is() -> None:
    assert [stage.key for stage in PROCESS.stages] == ["grouping", "valuation", "pricing", "bedside", "payment"]
    assert [stage.key for stage in OWN.own] == ["deposit", "margin"]


@pytest.mark.parametrize(
    ("process", "stage", "after", "words"),
    [
        (PROCESS, DEPOSIT_STAGE, "nowhere", "has no stage nowhere"),
        (OWN, DEPOSIT_STAGE, "pricing", "key deposit is taken"),
        (PROCESS, MARGIN_STAGE, "pricing", "which is not there yet"),
        (OWN, DEPOSIT_STAGE._replace(key="again"), "pricing", "is written already"),
        (PROCESS, DEPOSIT_STAGE._replace(writes=(STANDARD,)), "pricing", "is written already"),
        (PROCESS, DEPOSIT_STAGE._replace(writes=(PAYABLE,)), "pricing", "is written already"),
        (PROCESS, DEPOSIT_STAGE._replace(writes=(DEPOSIT._replace(name="setl_id"),)), "pricing", "is written already"),
        (PROCESS, DEPOSIT_STAGE._replace(writes=(DEPOSIT._replace(dtype="float64"),)), "pricing", "not one integer"),
        (PROCESS, DEPOSIT_STAGE._replace(writes=(DEPOSIT._replace(dtype="money"),)), "pricing", "not one integer"),
        (PROCESS, DEPOSIT_STAGE._replace(writes=(DEPOSIT._replace(dims="flat"),)), "pricing", "not one integer"),
        (PROCESS, DEPOSIT_STAGE._replace(reads=(COST._replace(dtype="int32"),)), "pricing", "holds int64"),
        (
            PROCESS,
            DEPOSIT_STAGE._replace(reads=(Column("diagnosis_id", "int32", "id", "诊断", "diagnoses", dims="flat"),)),
            "payment",
            "not kept until payment",
        ),
    ],
)
def test_a_stage_that_does_not_fit_is_refused(process: Process, stage: Stage, after: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        process.insert(stage, after)


@pytest.mark.parametrize(
    "answer",
    [
        lambda n: {},
        lambda n: None,
        lambda n: {"deposit_fen": np.zeros(n, dtype=np.float64)},
        lambda n: {"deposit_fen": np.zeros(n + 1, dtype=np.int64)},
        lambda n: {"deposit_fen": [0] * n},
        lambda n: {"deposit_fen": np.zeros(n, dtype=np.int64), "more": np.zeros(n, dtype=np.int64)},
    ],
)
def test_a_verb_that_returns_something_else_is_refused(answer: Any) -> None:
    stage = DEPOSIT_STAGE._replace(verb=lambda columns, context: answer(len(columns["total_cost_fen"])))

    with pytest.raises(UsageError, match="The stage deposit returned"):
        drgdip.price(EXAMPLE, "demo_tiny", process=PROCESS.insert(stage, after="pricing"))


def test_a_stage_sees_tables_policy_values_and_hospitals() -> None:
    def verb(columns: Mapping[str, np.ndarray], context: Any) -> dict[str, np.ndarray]:
        named = [context.hospitals[i].endswith("1") for i in columns["hospital_id"].tolist()]
        assert context.tables.point_scale == 1000
        assert "310" in context.values.pools
        return {"deposit_fen": np.array(named, dtype=np.int64)}

    hospital = Column("hospital_id", "int32", "id", "医疗机构", "hospital")
    process = PROCESS.insert(DEPOSIT_STAGE._replace(reads=(hospital,), verb=verb), after="grouping")

    assert drgdip.price(EXAMPLE, "demo_tiny", process=process).cases["deposit_fen"].to_pylist() == [1, 1, 0, 0, 0, 1]
    assert Engine("demo_tiny", process=process).price({}).reasons == ("missing_value",)
