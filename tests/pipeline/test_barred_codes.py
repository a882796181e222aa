"""A policy may accept no case with a grey code, or with a principal diagnosis that is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip import Engine, load_tables, settle_month
from drgdip.policy.load import load_policy
from drgdip.synthetic import synthesize

MONTH = "2026-01"
CODES = """
codes:
  diagnosis_mapping: {{value: none, cite: "Example"}}
  procedure_mapping: {{value: none, cite: "Example"}}
  barred: {{value: {barred}, cite: "Example"}}
"""
#: The insurance edition shows the first two in grey; the third cannot be a principal diagnosis.
GREY_PRINCIPAL, GREY_OTHER, NOT_PRINCIPAL = "C34.900", "I61.900", "B95.000"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Four stays: a grey principal, a grey other diagnosis, a principal that is none, and one with nothing to tell."""
    path = tmp_path_factory.mktemp("barred") / "cases.parquet"
    synthesize(path, tables=load_tables("dip", "2.0-pingdingshan-2025"), cases=4, month=MONTH, seed=5)
    table = pq.read_table(path)
    codes = [GREY_PRINCIPAL, f"I63.902|{GREY_OTHER}", NOT_PRINCIPAL, "I63.902"]
    for name, cells in (("diag_code", codes), ("oprn_oprt_code", [""] * 4), ("setl_id", ["A", "B", "C", "D"])):
        table = table.set_column(table.column_names.index(name), name, pa.array(cells))
    return table


def policy(folder: Path, barred: str | None) -> Path:
    text = load_policy("demo_city").source_path.read_text(encoding="utf-8")
    path = folder / "city.yaml"
    path.write_text(text if barred is None else text + CODES.format(barred=barred), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("barred", "left"),
    [
        (None, ["A", "B", "C", "D"]),
        ("[]", ["A", "B", "C", "D"]),
        ("[grey]", ["C", "D"]),
        ("[principal]", ["A", "B", "D"]),
        ("[grey, principal]", ["D"]),
    ],
)
def test_what_the_policy_bars_is_set_aside_and_told(
    cases: pa.Table, tmp_path: Path, barred: str | None, left: list[str]
) -> None:
    path = policy(tmp_path, barred)
    result = settle_month(path, cases, MONTH)
    assert sorted(result.cases["setl_id"].to_pylist()) == left
    aside = {row.setl_id: row.reasons for row in result.set_aside}
    expected: dict[str, Any] = {
        "A": ("grey_diagnosis_code_barred",),
        "B": ("grey_diagnosis_code_barred",),
        "C": ("principal_not_allowed_barred",),
    }
    assert aside == {setl_id: keys for setl_id, keys in expected.items() if setl_id not in left}
    told = {finding.setl_id: finding.value for finding in result.findings if finding.key.endswith("_barred")}
    values = {"A": GREY_PRINCIPAL, "B": GREY_OTHER, "C": NOT_PRINCIPAL}
    assert told == {setl_id: value for setl_id, value in values.items() if setl_id not in left}


def test_the_engine_of_a_service_bars_the_same(cases: pa.Table, tmp_path: Path) -> None:
    engine = Engine(policy(tmp_path, "[grey]"), month=MONTH)
    answers = [engine.price(case) for case in cases.to_pylist()]
    assert [answer.status for answer in answers] == ["set_aside", "set_aside", "priced", "priced"]
    assert [finding.value for finding in answers[1].findings] == [GREY_OTHER]


def test_what_is_left_is_paid_as_if_the_barred_were_never_there(cases: pa.Table, tmp_path: Path) -> None:
    with_them = settle_month(policy(tmp_path, "[grey, principal]"), cases, MONTH)
    without = settle_month(policy(tmp_path, None), cases.slice(3), MONTH)
    kept = [name for name in without.cases.column_names if name != "row_number"]
    assert with_them.cases.select(kept).equals(without.cases.select(kept))
