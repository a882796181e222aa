"""Random pools of a year: terms and hospitals, as the engine and as the reference take them."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from drgdip.clearing.year import HospitalYear, PoolTerms
from drgdip.policy.sections.year_values import Band, Elastic
from tests.reference.year import Hospital

MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN}
GUANGZHOU_LIKE = (
    Band(8000, False, "recorded"),
    Band(10000, True, "dip"),
    Band(11000, True, "dip_plus", share_e4=7000, start_e4=10000),
    Band(None, False, "cap", share_e4=7000, start_e4=10000, end_e4=11000),
)
GRADUATED = (
    Band(8000, False, "recorded_plus", share_e4=5000),
    Band(10000, True, "dip"),
    Band(10500, True, "dip_plus", share_e4=8000, start_e4=10000),
    Band(11000, True, "dip_plus", share_e4=5000, start_e4=10500, carry_e4=400),
    Band(None, False, "cap", share_e4=5000, start_e4=10500, end_e4=11000, carry_e4=400),
)


class RandomPool(NamedTuple):
    """The same pool twice."""

    terms: PoolTerms
    hospitals: tuple[HospitalYear, ...]
    plain_terms: dict[str, Any]
    plain_hospitals: tuple[Hospital, ...]


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def scaled(value_e4: int | None) -> Decimal | None:
    return None if value_e4 is None else Decimal(value_e4).scaleb(-4)


def plain_bands(bands: tuple[Band, ...]) -> list[dict[str, Any]]:
    return [
        {"upto": scaled(b.upto_e4), "inclusive": b.inclusive, "rule": b.rule, "share": scaled(b.share_e4),
         "start": scaled(b.start_e4), "end": scaled(b.end_e4), "carry": scaled(b.carry_e4)}
        for b in bands
    ]  # fmt: skip


@st.composite
def bands_strategy(draw: Any) -> tuple[Band, ...]:
    """Tables of the spec, none, or any with rising bounds."""
    if draw(st.booleans()):
        return draw(st.sampled_from([(), GUANGZHOU_LIKE, GRADUATED]))
    bounds = sorted(draw(st.sets(st.integers(1, 20_000), max_size=4)))
    share = st.integers(0, 10_000)
    made = []
    for bound in (*bounds, None):
        start = draw(st.integers(1, 15_000))
        made.append(
            Band(bound, draw(st.booleans()), draw(st.sampled_from(["recorded", "recorded_plus", "dip", "dip_plus", "cap"])),
                 draw(share), start, start + draw(st.integers(0, 5000)), draw(share))
        )  # fmt: skip
    return tuple(made)


@st.composite
def pools(draw: Any) -> RandomPool:
    """Any pool; amounts small enough that bounds and halves are met, and large ones too."""
    size = draw(st.sampled_from([300, 100_000, 10**9]))
    amount = st.integers(0, size)
    codes = draw(st.lists(st.text("ABC", min_size=1, max_size=2), min_size=1, max_size=5, unique=True))
    hospitals = tuple(
        HospitalYear(code, draw(st.integers(0, 50 * size)), draw(amount), draw(amount), draw(amount), draw(amount),
                     draw(st.one_of(st.just(0), amount)), draw(st.sampled_from([10_000, 10_000, 9_800, 9_999, 10_300, 0])))
        for code in codes
    )  # fmt: skip
    kind = draw(st.sampled_from(["floating", "floating", "fixed", "elastic"]))
    elastic = Elastic(
        draw(st.integers(1, 200_000)), draw(st.one_of(st.none(), st.integers(0, 200_000))),
        {code: draw(st.integers(0, 30 * size)) for code in [*codes[:2], "Z"]},
    )  # fmt: skip
    mode = draw(st.sampled_from(["half_up", "down"]))
    least, most = sorted(draw(st.tuples(st.integers(1, 200_000), st.integers(1, 200_000))))
    terms = PoolTerms(
        fund_fen=draw(st.integers(0, 3 * size)),
        risk_fund_fen=draw(st.one_of(st.just(0), amount)),
        method=draw(st.sampled_from(["ratio", "fund_pv"])),
        ratio_level=draw(st.sampled_from(["pool", "hospital"])),
        ratio_e4=draw(st.one_of(st.none(), st.integers(1, 10_000))),
        point_value=kind,
        fixed_point_value_e4=draw(st.integers(0, 200_000)),
        elastic=elastic if kind == "elastic" else None,
        distribution=draw(st.sampled_from(["point_value", "largest_remainder"])),
        by_item=draw(st.sampled_from(["covered_cost", "fund_amount"])),
        bands=draw(bands_strategy()),
        scale=draw(st.sampled_from(["share_only", "share_then_base"])),
        point_value_mode=mode,
        floor_e4=draw(st.sampled_from([None, None, least])),
        cap_e4=draw(st.sampled_from([None, None, most])),
    )
    return RandomPool(terms, hospitals, plain(terms, elastic), tuple(plain_hospital(h) for h in hospitals))


def plain(terms: PoolTerms, elastic: Elastic) -> dict[str, Any]:
    return {
        "fund": yuan(terms.fund_fen), "risk": yuan(terms.risk_fund_fen), "method": terms.method,
        "level": terms.ratio_level, "ratio": scaled(terms.ratio_e4), "point_value": terms.point_value,
        "fixed": scaled(terms.fixed_point_value_e4), "base_value": scaled(elastic.base_point_value_e4),
        "cap": scaled(elastic.increment_cap_e4),
        "base": {code: scaled(points) for code, points in elastic.base_points_e4.items()},
        "distribution": terms.distribution, "by_item": terms.by_item, "bands": plain_bands(tuple(terms.bands)),
        "scale": terms.scale, "pv_mode": MODES[terms.point_value_mode],
        "least": scaled(terms.floor_e4), "most": scaled(terms.cap_e4),
    }  # fmt: skip


def plain_hospital(h: HospitalYear) -> Hospital:
    amounts = (h.recorded_fen, h.cost_fen, h.by_item_cost_fen, h.by_item_fund_fen, h.deductions_fen)
    return Hospital(
        h.code, scaled(h.points_e4) or Decimal(0), *map(yuan, amounts), scaled(h.coefficient_e4) or Decimal(0)
    )
