"""The shipped policies: what they say, against their text read by eye."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.pipeline.month_terms import prove
from drgdip.policy import load_policy, shipped_policies
from drgdip.policy.sections.case_rules_values import BedDayPayment, ShareCap
from drgdip.policy.values import (
    Deviation,
    HighRule,
    HighSegment,
    LowRule,
    Month,
    Payment,
    PolicyValues,
    Pool,
    Rounding,
    Route,
    RouteMode,
)
from drgdip.tables import load_tables
from tests.policy.samples import TINY

MAY = date(2026, 5, 15)


def on(day: date = MAY) -> PolicyValues:
    return load_policy("demo_city").on(day)


def test_all_shipped_policies_load_without_warnings() -> None:
    invented = ["demo_city", "demo_drg_city", "demo_drg_special", "demo_rules", "demo_special", "demo_tiny"]
    presets = ["chongqing_like", "dazhou", "foshan", "harbin", "hubei_base", "jingmen", "jingzhou", "jining", "nanchong", "national_2_0",
               "national_3_0_draft", "panjin", "qianjiang", "qingyang", "wuhan", "xianning", "xiaogan", "yichang", "zaozhuang",
               "zhangye", "zhoukou"]  # fmt: skip
    assert shipped_policies() == sorted([*invented, *presets])
    for name in shipped_policies():
        policy = load_policy(name)
        assert policy.name == name
        assert policy.status == ("synthetic" if name in invented else "draft")
        assert policy.warnings == ()


def test_head_of_demo_city() -> None:
    policy = load_policy("demo_city")
    assert (policy.region_admdvs, policy.tables_scheme, policy.tables_edition) == (
        "990100",
        "dip",
        "2.0-pingdingshan-2025",
    )
    assert (policy.period.first, policy.period.last) == (date(2026, 1, 1), date(2026, 12, 31))


def test_values_of_demo_city() -> None:
    values = on()
    assert values.basis_date == "discharge"
    assert values.rounding == Rounding("half_up", "down")
    assert values.quality_control.identity_tolerance_fen == 1
    assert values.grouping.tie_break == ("full_match", "max_ops", "max_rw", "id")
    assert values.grouping.ungrouped_factor_e4 == 7000
    assert values.deviation == Deviation(
        "ref_cost",
        "table",
        LowRule(5000, False, "ratio_k"),
        HighRule((HighSegment(None, 20000),), False, "excess_plus_one", 50000, "no_extra"),
    )
    assert values.routes == (Route("by_item", patients="cross_province"),)
    assert values.payment == Payment("residual", "pool", "fixed", "clamp_case", "pool_residual")
    assert values.month == Month("fixed_opening", 500)


def test_pools_of_demo_city_in_order() -> None:
    pools = on().pools
    assert list(pools) == [
        "310", "390", "310-in-province", "390-in-province", "310-cross-province", "390-cross-province"
    ]  # fmt: skip
    assert pools["390-in-province"] == Pool(
        Text("省内异地居民", "Residents, from the province"),
        ("390",),
        "in_province",
        ("hifp_pay", "hifmi_pay", "maf_pay"),
        "hifp_pay",
        56180,
        1_980_000_000,
        5700,
    )


def test_coefficients_of_demo_city() -> None:
    k = on().k
    assert k.base == {"tertiary": 10500, "secondary": 10000, "primary": 9200, "unrated": 8500}
    assert k.bonuses["H99010000001"] == {"key_specialty": 300, "case_mix": 200}
    assert (k.bonus_cap_e4, k.floor_e4, k.cap_e4, k.primary_care) == (1000, 8000, 11500, "none")


def test_demo_rules_has_every_rule_for_cases_switched_on() -> None:
    values = load_policy("demo_rules").on(MAY)
    rules, high = values.case_rules, values.deviation.high
    assert rules is not None
    assert high is not None
    assert all(rules)
    assert {paid.paid for paid in rules.bed_day.values()} == set(get_args(BedDayPayment))
    assert {route.mode for route in values.routes} == set(get_args(RouteMode)) - {"dip"}
    day_surgery = [route for route in values.routes if route.mode == "day_surgery"]
    assert [(route.factor_e4, route.weights) for route in day_surgery] == [(None, "day_surgery"), (9000, "")]
    assert (values.deviation.reference, values.deviation.reference_point_value) == ("rw_x_rate", "opening")
    assert (len(high.segments), high.share_cap) == (3, ShareCap(500, "hospital"))
    assert all((values.k.hospital_types, values.k.group_coefficients, values.k.base_groups))
    assert [(w.delta_e4, w.factor_e4) for w in values.k.windows] == [(-500, None), (None, 9500)]


def test_demo_rules_fits_its_edition() -> None:
    policy = load_policy("demo_rules")
    prove(policy, load_tables("dip", policy.tables_edition))


def test_a_sanction_in_its_window() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [on(day).k.bonuses["H99010000020"]["sanction"] for day in days] == [0, -500, -500, 0]
    changes = load_policy("demo_city").change_days(date(2026, 1, 1), date(2026, 12, 31))
    assert changes == [date(2026, 4, 1), date(2026, 7, 1)]


def test_every_value_is_cited() -> None:
    for name in shipped_policies():
        assert all(row.citation for row in load_policy(name).describe())


def test_disputed_points_are_marked() -> None:
    marks = {row.key: row.status for row in load_policy("demo_city").describe() if row.status}
    assert marks["deviation.low"] == "disputed"
    assert marks["month.retention"] == "disputed"
    assert marks["pools.310-in-province.patients"] == "memory"


def test_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere.yaml"
    copy.write_bytes(TINY.encode())
    assert load_policy(copy).sha256 == hashlib.sha256(TINY.encode()).hexdigest() == load_policy("demo_tiny").sha256
    copy.write_bytes(TINY.encode() + b"# a remark\n")
    assert load_policy(copy).sha256 != load_policy("demo_tiny").sha256


def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    copy = tmp_path / "windows.yaml"
    copy.write_bytes(b"\xef\xbb\xbf" + TINY.replace("\n", "\r\n").encode())
    assert load_policy(str(copy)).on(MAY) == load_policy("demo_tiny").on(MAY)


def test_name_that_does_not_exist() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("demo_citi")
    assert "demo_citi" in caught.value.fact.en
    assert "demo_city" in caught.value.advice.en


def test_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")


PRESETS = [name for name in shipped_policies() if load_policy(name).status == "draft"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_mark_every_value_and_settle_nothing_that_nobody_knows(name: str) -> None:
    policy = load_policy(name)

    assert all(row.status for row in policy.describe())
    assert {row.status for row in policy.unknown()} == {"unverified"}
    assert {"k.base", "pools.310.pay_ratio"} <= {row.key for row in policy.unknown()}
    assert policy.grouping_on(MAY).tie_break[-1] == "id"
    with pytest.raises(PolicyError, match="unknown"):
        policy.on(MAY)


def values(name: str) -> dict[str, tuple[str, str]]:
    return {row.key: (row.value, row.status) for row in load_policy(name).describe()}


def test_national_rules_of_both_editions() -> None:
    """Settlement arithmetic 2.6 and 2.7: ratio and excess plus one; corrected standard and review instead of extra points."""
    old, draft = values("national_2_0"), values("national_3_0_draft")

    assert "formula: ratio" in old["deviation.low"][0]
    assert "formula: excess_plus_one; cap_ratio: none" in old["deviation.high"][0]
    assert "formula: std_correction" in draft["deviation.low"][0]
    assert "threshold: 2; inclusive: false; formula: none" in draft["deviation.high"][0]
    assert (old["deviation.reference"], draft["deviation.reference"]) == (
        ("table", "disputed"),
        ("rw_x_mean", "disputed"),
    )
    assert old["month.retention"] == draft["month.retention"] == ("0.05", "disputed")


def test_values_of_nanchong_xiaogan_xianning_and_zhangye() -> None:
    """Settlement arithmetic 9.1; of Zhangye the report states no number that settles a case."""
    nanchong, zhangye = values("nanchong"), values("zhangye")

    assert nanchong["pools.390.opening_point_value"] == ("63.3253", "unverified")
    assert nanchong["pools.310.opening_point_value"] == ("73.6011", "unverified")
    assert (nanchong["payment.method"][0], nanchong["payment.negative"][0]) == ("residual", "clamp_case")
    assert zhangye["routes"][0] == zhangye["deviation.low"][0] == zhangye["month.retention"][0] == "unknown"
    assert zhangye["readmission.window_days"] == ("15", "sourced")
    assert (zhangye["readmission.action"], zhangye["readmission.same"][0]) == (("flag", "sourced"), "unknown")
    assert zhangye["cross_region.joint_review_yuan"] == ("30000.00", "sourced")
    for name in ("xiaogan", "xianning"):
        assert values(name) == values("hubei_base")


def test_values_of_qingyang() -> None:
    """Settlement arithmetic 2.8 and 9.1: stays of up to 2 days, and of 60 or more, leave group payment; DRG."""
    policy = load_policy("qingyang")

    assert (policy.region_admdvs, policy.tables_scheme, policy.tables_edition) == ("621000", "chs-drg", "2.0")
    (routes,) = policy.entries("routes")
    assert (routes.value, routes.status) == (
        (Route("by_item", los_max=2), Route("by_item", los_min=60)),
        "sourced",
    )
    known = {row.key for row in policy.describe()} - {row.key for row in policy.unknown()}
    assert not {key for key in known if key.startswith(("drg.", "deviation.", "month."))}


def test_what_is_from_memory_alone_is_no_preset() -> None:
    """Settlement arithmetic 9.2: Guangzhou, Zhejiang and Beijing are known from hearsay."""
    codes = {load_policy(name).region_admdvs[:4] for name in shipped_policies()}

    assert not codes & {"4401", "3300", "3307", "1100"}
    assert all(row.status != "memory" for name in PRESETS for row in load_policy(name).describe())
