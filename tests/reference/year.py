"""Settlement arithmetic 4.4 and 5, in yuan as Decimal: annual clearing of one pool, slow and plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

FEN, E4 = Decimal("0.01"), Decimal("0.0001")
ONE, NONE = Decimal(1), Decimal(0)


class Hospital(NamedTuple):
    """One hospital's year; yuan and points."""

    code: str
    points: Decimal
    recorded: Decimal
    cost: Decimal
    item_cost: Decimal
    item_fund: Decimal
    deductions: Decimal
    coefficient: Decimal


class Line(NamedTuple):
    """What it is cleared at."""

    before: Decimal
    dip: Decimal
    rule: str
    claimed: Decimal
    clearing: Decimal


def money(value: Fraction | Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return _quantized(value, FEN, rounding)


def four(value: Fraction | Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return _quantized(value, E4, rounding)


def _quantized(value: Fraction | Decimal, unit: Decimal, rounding: str) -> Decimal:
    """A Decimal of so many digits that rounding it again is rounding the number itself."""
    with localcontext() as context:
        context.prec = 80
        if isinstance(value, Fraction):
            # Cut at forty decimals with a mark for what is beyond, so that a half is a half only where it is one.
            shifted, rest = divmod(abs(value.numerator) * 10**40, value.denominator)
            number = Decimal(shifted).scaleb(-40) + (Decimal(1).scaleb(-41) if rest else NONE)
            value = number if value >= 0 else -number
        return value.quantize(unit, rounding)


def exact(value: Decimal) -> Fraction:
    return Fraction(value)


def share_out(total: Decimal, weights: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """A sum of money by largest remainder, ties to the smaller name."""
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, NONE)
    quotas = {name: exact(total) * 100 * weight / whole for name, weight in weights.items()}
    fen = {name: quota.numerator // quota.denominator for name, quota in quotas.items()}
    left = int(total * 100) - sum(fen.values())
    for name in sorted(weights, key=lambda name: (fen[name] - quotas[name], name))[:left]:
        fen[name] += 1
    return {name: Decimal(amount) * FEN for name, amount in fen.items()}


def band_payment(recorded: Decimal, dip: Decimal, bands: Sequence[Mapping[str, Any]]) -> tuple[str, Decimal]:
    """5.3: the first band that recorded ÷ payable does not pass."""
    if dip <= 0 or not bands:
        return "dip", dip
    chosen = bands[-1]
    for band in bands:
        if (
            band["upto"] is None
            or recorded < band["upto"] * dip
            or (band["inclusive"] and recorded == band["upto"] * dip)
        ):
            chosen = band
            break
    share, start, end, carry = (chosen.get(name, default) for name, default in
                                (("share", NONE), ("start", ONE), ("end", ONE), ("carry", NONE)))  # fmt: skip
    value = {
        "recorded": recorded,
        "recorded_plus": recorded + share * (dip - recorded),
        "dip": dip,
        "dip_plus": dip + carry * dip + share * (recorded - start * dip),
        "cap": dip + carry * dip + share * (end - start) * dip,
    }[chosen["rule"]]
    return chosen["rule"], money(value)


def clear(terms: Mapping[str, Any], hospitals: Sequence[Hospital]) -> tuple[Decimal, Decimal, dict[str, Line]]:
    """Ratio, point value and lines of one pool."""
    ratio = _pool_ratio(terms, hospitals)
    value = _point_value(terms, hospitals, ratio)
    before = _before(terms, hospitals, ratio, value)
    drafts: dict[str, tuple[Decimal, str, Decimal]] = {}
    for h in hospitals:
        dip = money(exact(before[h.code]) * exact(h.coefficient)) - h.deductions
        drafts[h.code] = (dip, *band_payment(h.recorded - h.deductions, dip, terms["bands"]))
    items = sum((h.item_fund for h in hospitals), NONE)
    paid = _within(terms, drafts, terms["fund"] + terms["risk"] - items)
    return ratio, value, {
        h.code: Line(before[h.code], *drafts[h.code], paid[h.code] + h.item_fund) for h in hospitals
    }  # fmt: skip


def _pool_ratio(terms: Mapping[str, Any], hospitals: Sequence[Hospital]) -> Decimal:
    if terms["method"] == "fund_pv":
        return ONE
    if terms["ratio"] is not None:
        return terms["ratio"]
    return _quotient(sum((h.recorded for h in hospitals), NONE), sum((h.cost for h in hospitals), NONE))


def _quotient(part: Decimal, whole: Decimal) -> Decimal:
    return four(exact(part) / exact(whole)) if whole else NONE


def _own_ratio(terms: Mapping[str, Any], hospital: Hospital, ratio: Decimal) -> Decimal:
    if terms["method"] == "ratio" and terms["level"] == "hospital":
        return _quotient(hospital.recorded, hospital.cost)
    return ratio


def _covered(terms: Mapping[str, Any], hospitals: Sequence[Hospital], ratio: Decimal) -> Fraction:
    """The cost that the fund covers for points."""
    if not ratio:
        return Fraction(0)
    if terms["by_item"] == "covered_cost":
        return exact(terms["fund"]) / exact(ratio) - sum(exact(h.item_cost) for h in hospitals)
    return (exact(terms["fund"]) - sum(exact(h.item_fund) for h in hospitals)) / exact(ratio)


def _point_value(terms: Mapping[str, Any], hospitals: Sequence[Hospital], ratio: Decimal) -> Decimal:
    covered, mode = _covered(terms, hospitals, ratio), terms["pv_mode"]
    points = sum(exact(h.points) for h in hospitals)
    if terms["point_value"] == "fixed":
        return terms["fixed"]
    if terms["point_value"] == "elastic":
        above = sum(
            (max(exact(h.points - terms["base"].get(h.code, NONE)), Fraction(0)) for h in hospitals), Fraction(0)
        )
        if not above:
            return NONE
        base_total = money(exact(sum(terms["base"].values(), NONE)) * exact(terms["base_value"]))
        value = max(four((covered - exact(base_total)) / above, mode), NONE)
        return value if terms["cap"] is None else min(value, terms["cap"])
    if not points or not ratio:
        return NONE
    value = max(four(covered / points, mode), NONE)
    least, most = terms.get("least"), terms.get("most")
    if least is not None and value < least:
        return least
    return most if most is not None and value > most else value


def _before(
    terms: Mapping[str, Any], hospitals: Sequence[Hospital], ratio: Decimal, value: Decimal
) -> dict[str, Decimal]:
    own = {h.code: exact(_own_ratio(terms, h, ratio)) for h in hospitals}
    fund = _covered(terms, hospitals, ratio) * exact(ratio)
    if terms["distribution"] == "largest_remainder":
        total = max(money(fund, ROUND_FLOOR), NONE)
        return share_out(total, {h.code: exact(h.points) * own[h.code] for h in hospitals})
    if terms["point_value"] == "elastic":
        result = {}
        for h in hospitals:
            base = min(h.points, terms["base"].get(h.code, NONE))
            gross = money(exact(base) * exact(terms["base_value"]) + exact(h.points - base) * exact(value))
            result[h.code] = money(exact(gross) * own[h.code])
        return result
    worth = {h.code: exact(h.points) * exact(value) * own[h.code] for h in hospitals}
    result = {code: money(amount) for code, amount in worth.items()}
    careful = terms["point_value"] == "floating" and terms["pv_mode"] == ROUND_DOWN and terms["level"] == "pool"
    points = sum(exact(h.points) for h in hospitals)
    lifted = terms.get("least") is not None and exact(ratio) * exact(value) * points > max(fund, 0)
    if careful and not lifted and fund > 0 and exact(sum(result.values(), NONE)) > fund:
        # 0.3 (5) and (6): what rounding adds beyond the fund is shared out again, to the fund and no more.
        whole = money(min(fund, sum(worth.values(), Fraction(0))), ROUND_FLOOR)
        result = {code: money(amount, ROUND_FLOOR) for code, amount in worth.items()}
        order = sorted(worth, key=lambda code: (exact(result[code]) - worth[code], code))
        for code in order[: int((whole - sum(result.values(), NONE)) * 100)]:
            result[code] += FEN
    return result


def _within(
    terms: Mapping[str, Any], drafts: Mapping[str, tuple[Decimal, str, Decimal]], fund: Decimal
) -> dict[str, Decimal]:
    """5.4: bases first, then what is left for the sharing parts."""
    claims = {code: claimed for code, (_, _, claimed) in drafts.items()}
    if sum(claims.values(), NONE) <= fund:
        return claims
    base = {code: min(claimed, drafts[code][0]) for code, claimed in claims.items()}
    sharing = {code: exact(claims[code] - base[code]) for code in claims}
    room = fund - sum(base.values(), NONE)
    if room < 0 and terms["scale"] == "share_then_base":
        owed = {code: min(amount, NONE) for code, amount in base.items()}
        left = max(fund - sum(owed.values(), NONE), NONE)
        kept = share_out(left, {code: exact(max(amount, NONE)) for code, amount in base.items()})
        base = {code: kept[code] + owed[code] for code in base}
    shares = share_out(max(room, NONE), sharing)
    return {code: base[code] + shares[code] for code in claims}


def release(withheld: Decimal, score: Decimal, full: Decimal, zero: Decimal, per_point: Decimal | None) -> Decimal:
    """5.5: what of the retention a score releases."""
    if score >= full:
        factor = ONE
    elif score < zero:
        factor = NONE
    elif per_point is None:
        factor = four(exact(score - zero) / exact(full - zero))
    else:
        factor = max(ONE - four(exact(full - score) * exact(per_point)), NONE)
    return money(exact(withheld) * exact(factor))
