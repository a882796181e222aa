"""Readers of the shapes of ``year`` and ``prepayment``: bands, assessment, release, over budget."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.problems import Problems
from drgdip.policy.sections import year_values as v

#: Scores are out of a hundred.
SCORE_CEILING_E4 = 100 * E4
score = read.decimal(least=0, most=SCORE_CEILING_E4, unit=Text(" 分", " points"))
_share = read.decimal(least=0, most=E4)
_years = (1, 3)
_instalments = (1, 12)

_band_fields = read.record(
    {"upto": read.or_none(read.ratio), "rule": read.choice(v.BandRule)},
    {"inclusive": read.boolean, "share": _share, "start": read.ratio, "end": read.ratio, "carry": _share},
)
_band_list = read.list_of(_band_fields, least=1, distinct=False)
#: What a rule needs, and what it may not have.
_NEEDS = {"recorded": (), "recorded_plus": ("share",), "dip": (), "dip_plus": ("start", "share"),
          "cap": ("start", "end", "share")}  # fmt: skip


def bands(node: Node, problems: Problems) -> Any:
    """A list of ``{upto, inclusive, rule, share, start, end, carry}``, bounds rising, the last without (5.3)."""
    found = _band_list(node, problems)
    if found is INVALID:
        return INVALID
    for item, fields in zip(node.value, found, strict=True):
        if not _fits(item, fields, problems):
            return INVALID
    limits = [fields["upto"] for fields in found]
    if limits[-1] is not None or None in limits[:-1]:
        return read.reject(node, problems, "除最后一档外均须有 upto,最后一档须写 none",
                           "every band but the last needs upto, the last says none")  # fmt: skip
    if any(below >= above for below, above in pairwise(limits[:-1])):
        return read.reject(node, problems, "upto 须逐档递增", "upto must rise from band to band")
    return tuple(_band(fields) for fields in found)


def _fits(item: Node, fields: Any, problems: Problems) -> bool:
    rule, needs = fields["rule"], _NEEDS[fields["rule"]]
    allowed = {"upto", "rule", "inclusive", *needs, *(("carry",) if rule in ("dip_plus", "cap") else ())}
    for name in needs:
        if name not in fields:
            read.reject(item, problems, f"规则 {rule} 须有 {name}", f"the rule {rule} needs {name}")
            return False
    for name in sorted(set(fields) - allowed):
        read.reject(item, problems, f"规则 {rule} 没有 {name}", f"the rule {rule} has no {name}")
        return False
    if rule == "cap" and fields["end"] < fields["start"]:
        read.reject(item, problems, "end 小于 start", "end is below start")
        return False
    return True


def _band(fields: Any) -> v.Band:
    numbers = {f"{name}_e4": fields[name] for name in ("share", "start", "end", "carry") if name in fields}
    return v.Band(fields["upto"], fields.get("inclusive", False), fields["rule"], **numbers)


_step_fields = read.record({"from": score, "coefficient": read.ratio_or_zero})
_slope_fields = read.record({"full": score, "per_point": _share, "floor": _share})
_assessment_fields = read.record({}, {"steps": read.list_of(_step_fields, least=1), "slope": _slope_fields})


def assessment(node: Node, problems: Problems) -> Any:
    """``{steps: [{from, coefficient}, …]}``, highest first and down to 0, or ``{slope: {full, per_point, floor}}`` (5.5)."""
    fields = _assessment_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if len(fields) != 1:
        return read.reject(node, problems, "steps 与 slope 须且只能写其一", "must have either steps or slope, not both")
    if "slope" in fields:
        slope = fields["slope"]
        return v.Assessment(slope=v.ScoreSlope(slope["full"], slope["per_point"], slope["floor"]))
    steps = tuple(v.ScoreStep(step["from"], step["coefficient"]) for step in fields["steps"])
    if any(above.from_e4 <= below.from_e4 for above, below in pairwise(steps)) or steps[-1].from_e4 != 0:
        return read.reject(node, problems, "steps 须自高分到低分排列,最后一档 from 为 0",
                           "steps must fall from high scores to low ones and end with from 0")  # fmt: skip
    return v.Assessment(steps=steps)


_release_fields = read.record({"full": score, "zero": score, "per_point": read.or_none(_share)})


def release(node: Node, problems: Problems) -> Any:
    """``{full, zero, per_point}``: scores, and what each missing point costs, or none for in proportion (5.5)."""
    fields = _release_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if fields["zero"] >= fields["full"]:
        return read.reject(node, problems, "zero 须小于 full", "zero must be below full")
    return v.Release(fields["full"], fields["zero"], fields["per_point"])


_over_fields = read.record({"risk_fund": _share, "scale": read.choice(v.Scaling)})


def over_budget(node: Node, problems: Problems) -> Any:
    """``{risk_fund, scale}``: share of the budget that may be paid above it, and what is scaled beyond that (5.4)."""
    fields = _over_fields(node, problems)
    return INVALID if fields is INVALID else v.OverBudget(fields["risk_fund"], fields["scale"])


def years(node: Node, problems: Problems) -> Any:
    """One to three years of history (4.4)."""
    return _between(node, problems, *_years)


def instalments(node: Node, problems: Problems) -> Any:
    """One to twelve months."""
    return _between(node, problems, *_instalments)


def _between(node: Node, problems: Problems, least: int, most: int) -> Any:
    number = read.count(node, problems)
    if number is not INVALID and not least <= number <= most:
        return read.reject(node, problems, f"须在 {least} 至 {most} 之间", f"must lie between {least} and {most}")
    return number
