"""A bill of which the hospital bears more than it cost, within the tolerance of an identity: nothing of it counts by item.

W comes from another province and is paid by item. Its bill is 100.00, and nobody but the hospital pays: 0.01 less than that, all
of it, and 0.01 more pass the identity of payers; 0.02 more do not. S has 330 points.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from drgdip.sanctions.episode import allowed_of_episode
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY
from tests.sanctions.test_readmission import MERGE
from tests.special_cases.sample import SPECIAL, City, special_policy, stay

TEXTS = {"plain": TINY, "special": TINY + SPECIAL, "merge": MERGE}


@pytest.fixture(autouse=True)
def hospital_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.special_cases.sample.HEADER", f"{HEADER},psn_no,hosp_part_amt")


def bill(name: str, borne: str) -> str:
    return stay("2026-01", name, 100, 0, place="110000").replace("100.00,100.00,0,0.00", "0,0,0,0") + f",{name},{borne}"


@pytest.mark.parametrize("kind", TEXTS)
def test_what_counts_by_item_is_never_below_zero(tmp_path: Path, kind: str) -> None:
    text = special_policy(
        ("negative: {value: clamp_case", "negative: {value: hospital_month"),
        ('identity_tolerance_yuan: {value: "0"', 'identity_tolerance_yuan: {value: "0.01"'),
        text=TEXTS[kind],
    )
    rows = [stay("2026-01", "S") + ",S,0", bill("W1", "99.99"), bill("W2", "100.00"), bill("W3", "100.01")]
    city = City(tmp_path, text)
    report = city.settle("2026-01", [*rows, bill("W4", "100.02")])

    assert [(one.setl_id, one.key) for one in report.findings.first if one.field == "medfee_sumamt"] == [
        ("W4", "payer_identity_broken")
    ]
    cases = pq.read_table(
        city.run("2026-01") / "cases.parquet", columns=["setl_id", "route", "gross_fen", "payable_fen"]
    )
    by_item = [tuple(row.values()) for row in cases.to_pylist() if row["setl_id"] != "S"]
    assert by_item == [(name, "route_by_item", fen, fen) for name, fen in (("W1", 1), ("W2", 0), ("W3", 0))]
    # 330 points at ten yuan, and one fen.
    (row,) = report.rows
    assert (row.cases, row.gross_fen, row.payable_fen) == (4, 330_001, 230_001)
    assert [line.line_id for line in report.proof if not line.holds] == []


def test_nor_is_that_of_an_episode() -> None:
    columns = {
        "episode_cost_fen": np.array([20_000, 20_000]),
        "episode_hospital_fen": np.array([20_002, 19_999]),
        "episode_role": np.array([1, 1], dtype=np.int8),
    }
    assert allowed_of_episode(columns, np.array([7, 7])).tolist() == [0, 1]
