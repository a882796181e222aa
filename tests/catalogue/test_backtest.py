"""The back-test: by hand on two stays, and the same as the month that a policy settles."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from drgdip import load_policy, load_tables, settle_month
from drgdip.base.errors import PolicyError, UsageError
from drgdip.catalogue.compare import Comparison, compare_settled, compare_weights
from drgdip.catalogue.rebased import with_factor
from drgdip.intake.combine import NOTHING
from drgdip.policy import Policy
from drgdip.synthetic import synthesize
from drgdip.tables import CodeSystem, DipTables, compile_dip
from drgdip.tables.dip_catalogue import groups_text

TINY = Path(__file__).parents[2] / "drgdip/policy/regions/demo_tiny.yaml"
APPENDIX, PRESSURE = "K35.3:47.0100", "I10.X"
#: One stay at a tertiary hospital (coefficient 1.1), one of primary care; patients pay 3500 and 700 yuan of them.
CASES = """\
setl_id,fixmedins_code,hosp_lv,insutype,insu_admdvs,mdtrt_admdvs,adm_time,dscg_time,setl_time,act_ipt_days,diag_code,oprn_oprt_code,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_scp_amt,hifp_pay,fund_pay_sumamt,acct_pay,psn_cash_pay
A,H1,01,310,990100,990100,2026-01-05 09:30:00,2026-01-11 10:00:00,2026-01-11 17:00:00,6,K35.301,47.0100,12000.00,600.00,0.00,900.00,10500.00,8500.00,8500.00,1000.00,2500.00
B,H2,08,390,990100,990100,2026-11-19 08:00:00,2026-11-24 09:00:00,2026-11-24 17:00:00,5,I10.x00,,2200.00,50.00,0.00,50.00,2100.00,1500.00,1500.00,0.00,700.00
C,H2,08,390,990100,990100,2025-11-19 08:00:00,2025-11-24 09:00:00,2025-11-24 17:00:00,5,I10.x00,,2200.00,50.00,0.00,50.00,2100.00,1500.00,1500.00,0.00,700.00
"""


@pytest.fixture(scope="module")
def demo() -> DipTables:
    return load_tables("dip", "demo")


def cases() -> pa.Table:
    content = io.BytesIO(CASES.encode())
    names = CASES.splitlines()[0].split(",")
    return pa_csv.read_csv(
        content, convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    )


def with_points(tables: DipTables, points: Mapping[str, str]) -> DipTables:
    """The edition with other weights of some groups."""
    rows = [row._replace(points=points.get(row.dip_code, row.points)) for row in tables.rows]
    weights = np.array([int(row.points) * 10_000 for row in rows], dtype=np.int64)
    groups = tables.groups._replace(relative_weight_e4=weights)
    return replace(tables, groups=groups, catalogue=groups_text(rows))


def doubled(tables: DipTables) -> DipTables:
    return with_factor(tables, Fraction(2), np.ones(len(tables.group_codes), dtype=np.bool_), whole=True)


def policy(tmp_path: Path, **changes: str) -> Policy:
    text = TINY.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    return load_policy(tmp_path / "policy.yaml")


def compared(before: DipTables, after: DipTables, held: str | None = None, by: Policy | None = None) -> Comparison:
    return compare_settled([cases()], by or load_policy("demo_tiny"), before, after, 2026, NOTHING, held)  # type: ignore[arg-type]


def paid(found: Comparison) -> dict[str, tuple[int, int]]:
    assert found.settled
    return {row.code: (row.before_fen, row.after_fen) for row in found.settled.hospitals}


def test_both_editions_go_through_payment(demo: DipTables) -> None:
    """A: 1000 × 1.1 × 10 − 3500; B, without a coefficient: 200 × 9 − 700. Twice the points are twice the gross."""
    found = compared(demo, doubled(demo), "free")

    assert paid(found) == {"H1": (750_000, 1_850_000), "H2": (110_000, 290_000)}
    assert found.settled
    assert found.settled.total[3:] == (2, 13_000_000, 26_000_000, 860_000, 2_140_000)
    assert [(row.code, row.before_fen, row.after_fen) for row in found.settled.pools] == [
        ("310", 750_000, 1_850_000), ("390", 110_000, 290_000),
    ]  # fmt: skip
    assert {row.code: row.difference_fen for row in found.settled.groups} == {APPENDIX: 1_100_000, PRESSURE: 180_000}
    assert [pair.regrouped for pair in found.settled.pairs] == [False, False]


@pytest.mark.parametrize("held", [None, "all"])
def test_fixed_point_values_ask_that_total_points_stay(demo: DipTables, held: str | None) -> None:
    found = compared(demo, doubled(demo), held)

    assert found.settled
    assert (found.settled.test.total_points, found.settled.test.factor) == ("all", Fraction(1, 2))
    assert paid(found) == {"H1": (750_000, 750_000), "H2": (110_000, 110_000)}


def test_weights_that_did_not_change_take_up_the_difference(demo: DipTables) -> None:
    """1300 points before; A has 1100 × 1.1 = 1210 now, so that 90 are left for B: 90 × 9 − 700 (vector V08's way)."""
    found = compared(demo, with_points(demo, {APPENDIX: "1100"}), "unchanged")

    assert found.settled
    assert found.settled.test.factor == Fraction(9, 20)
    assert paid(found) == {"H1": (750_000, 860_000), "H2": (110_000, 11_000)}
    assert found.settled.total.points_before_e4 == found.settled.total.points_after_e4 == 13_000_000


def test_it_says_when_no_weight_is_left_to_scale(demo: DipTables) -> None:
    with pytest.raises(UsageError, match="No weight is left"):
        compared(demo, with_points(demo, {APPENDIX: "1100", PRESSURE: "300"}), "unchanged")
    with pytest.raises(UsageError, match="No weight is left"):  # what is fixed exceeds the total
        compared(demo, with_points(demo, {APPENDIX: "1300"}), "unchanged")


def test_floating_point_values_share_out_the_years_fund(demo: DipTables, tmp_path: Path) -> None:
    """310: 12 × 100000 ÷ 0.8 ÷ 1100 points = 1363.6364; of 2200 points 681.8182: the same money either way."""
    floating = policy(tmp_path, **{"value: fixed_opening": "value: floating"})
    found = compared(demo, doubled(demo), by=floating)

    assert found.settled
    assert found.settled.test.total_points == "free"
    assert found.settled.point_values_e4["310"] == (13_636_364, 6_818_182)
    assert paid(found)["H1"] == (149_650_004, 149_650_004)  # 1100 × 1363.6364 − 3500 yuan


def test_stays_that_one_edition_alone_can_read_are_counted(demo: DipTables) -> None:
    known = CodeSystem.of(tuple(code for code in demo.diagnoses.codes if code != "I10.x00"))
    rows = [row for row in demo.rows if row.dip_code == APPENDIX]
    after = compile_dip(rows, known, demo.procedures, {}, 1000, "10000")
    found = compared(demo, after, "free")

    assert found.settled
    assert (found.settled.test.only_before, found.settled.test.only_after) == (1, 0)
    assert paid(found) == {"H1": (750_000, 750_000), "H2": (110_000, 0)}
    assert [pair.cases for pair in found.settled.pairs] == [1]


def test_a_group_that_is_gone_leaves_its_stays_ungrouped(demo: DipTables) -> None:
    """Ungrouped: 0.7 × 12000 ÷ 10000 × 1000 = 840 points, 8400 − 3500 yuan."""
    rows = [row for row in demo.rows if row.diagnosis_category != "K35.3" and row.diagnosis_category != "K35"]
    after = compile_dip(rows, demo.diagnoses, demo.procedures, {}, 1000, "10000")
    found = compared(demo, after, "free")

    assert found.settled
    assert paid(found)["H1"] == (750_000, 490_000)
    # Every other group pays alike: no formula has the number of groups (settlement arithmetic 13, item 8).
    assert len(set(paid(found)["H2"])) == 1
    pair = next(pair for pair in found.settled.pairs if pair.regrouped)
    assert (pair.code_before, pair.code, pair.difference_fen) == (APPENDIX, "", -260_000)
    assert [row.code for row in found.settled.groups] == ["", PRESSURE]


def test_a_policy_that_changes_within_the_year_is_refused(demo: DipTables, tmp_path: Path) -> None:
    changed = policy(
        tmp_path,
        **{
            'opening_point_value: {value: "10", cite: "Example"}': "opening_point_value: [{from: 2026-01-01, to: 2026-06-30, "
            'value: "10", cite: "E"}, {from: 2026-07-01, to: 2026-12-31, value: "11", cite: "E"}]'
        },
    )
    with pytest.raises(PolicyError, match="2026-07-01"):
        compared(demo, demo, by=changed)


def test_a_year_without_stays_is_refused(demo: DipTables) -> None:
    with pytest.raises(UsageError, match="No stay of 2026"):
        compare_settled([cases().slice(2)], load_policy("demo_tiny"), demo, demo, 2026, NOTHING, "free")
    with pytest.raises(PolicyError, match="2024"):
        compare_settled([cases()], load_policy("demo_tiny"), demo, demo, 2024, NOTHING)


@pytest.mark.parametrize("mode", ["fixed_opening", "cumulative"])
def test_a_side_is_what_the_month_settles(demo: DipTables, tmp_path: Path, mode: str) -> None:
    """The year to December, as the cumulative mode settles it, is the year; so is a year of one month at fixed values."""
    path = tmp_path / "cases.parquet"
    synthesize(path, tables=demo, cases=400, month="2026-12", seed=3, dirty="0.02")
    rules = policy(tmp_path, **{"value: fixed_opening": f"value: {mode}"})
    month = settle_month(rules, path, "2026-12", tables=demo).month
    found = compare_settled([path], rules, demo, with_points(demo, {APPENDIX: "1234"}), 2026, NOTHING, "free")
    assert found.settled
    stated = {(row.hospital_code, row.pool): (row.points_e4, row.payable_fen) for row in month.rows}

    assert stated == {
        (row.code, row.pool): (row.points_before_e4, row.before_fen) for row in found.settled.hospital_pools
    }
    assert list(found.settled.test.before.point_values_e4) == month.month_values.point_values_e4
    assert sum(pair.cases for pair in found.settled.pairs) == month.rows_settled
    assert sum(pair.before_fen for pair in found.settled.pairs) == sum(row.payable_fen for row in month.rows)


def test_an_edition_against_itself_moves_nothing(demo: DipTables, tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    synthesize(path, tables=demo, cases=300, month="2026-05", seed=1)
    found = compare_settled([path], load_policy("demo_tiny"), demo, demo, 2026, NOTHING)

    assert found.settled
    assert found.settled.test.factor == 1
    assert {row.difference_fen for row in found.settled.hospital_pools} == {0}
    assert {move.kind for move in found.moves} == {"same"}
    by_weight = compare_weights([path], demo, demo, 2026, NOTHING)
    assert {one.difference_fen for one in by_weight.effects} == {0}
    assert by_weight.cases == 300


def test_weights_alone_need_the_same_code_lists(demo: DipTables) -> None:
    other = compile_dip(demo.rows[:1], CodeSystem.of(("A46.x00",)), demo.procedures, {}, 1000, "10000")
    with pytest.raises(UsageError, match="different code lists"):
        compare_weights([cases()], demo, other, 2026, NOTHING)


def test_weights_alone_need_weights(demo: DipTables) -> None:
    bare = with_points(demo, dict.fromkeys(demo.group_codes, "0"))
    with pytest.raises(UsageError, match="no weights"):
        compare_weights([cases()], demo, bare, 2026, NOTHING)
