"""The section ``warning``: its form and its values of a day. Limits are local; nothing national names a number.

Seasonal shares are those of ``month.seasonal_quota`` where the section has none of its own.

It may be left out: then indicators are shown and nothing is warned of (settlement arithmetic 10, 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import warning_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_MONTHS = 12
_execution = read.record({"yellow": read.ratio, "red": read.ratio})
_outlier = read.record({"indicator": read.choice(v.Indicator), "multiple": read.ratio, "min_cases": read.count})
_outliers = read.list_of(_outlier, distinct=False)
_crowding = read.record({"band": read.share, "multiple": read.ratio, "min_cases": read.count})
_shares = read.list_of(read.share, least=_MONTHS, distinct=False)


def execution(node: Node, problems: Problems) -> Any:
    """``{yellow, red}``, red above yellow."""
    fields = _execution(node, problems)
    if fields is INVALID:
        return INVALID
    if fields["red"] <= fields["yellow"]:
        return read.reject(node, problems, "red 须大于 yellow", "red must be above yellow")
    return v.ExecutionLimits(fields["yellow"], fields["red"])


def seasonal(node: Node, problems: Problems) -> Any:
    """Twelve shares that add up to one (4.1)."""
    shares = _shares(node, problems)
    if shares is INVALID:
        return INVALID
    if len(shares) != _MONTHS or sum(shares) != E4:
        return read.reject(node, problems, "须为十二个月的比例,合计为 1", "must be twelve shares that add up to 1")
    return shares


def outliers(node: Node, problems: Problems) -> Any:
    """A list of ``{indicator, multiple, min_cases}``, each indicator once."""
    found = _outliers(node, problems)
    if found is INVALID:
        return INVALID
    names = [fields["indicator"] for fields in found]
    if len(set(names)) < len(names):
        return read.reject(node, problems, "指标重复", "an indicator stands twice")
    return tuple(v.Outlier(fields["indicator"], fields["multiple"], fields["min_cases"]) for fields in found)


def crowding(node: Node, problems: Problems) -> Any:
    """``{band, multiple, min_cases}``."""
    fields = _crowding(node, problems)
    return INVALID if fields is INVALID else v.Crowding(fields["band"], fields["multiple"], fields["min_cases"])


def _shares_of(on: Day) -> tuple[int, ...] | None:
    """The year's seasonal shares: of the month's quota, unless the section has its own; None: all months alike."""
    if "warning.seasonal" in on.contents.leaves:
        return on["warning.seasonal"]
    return on.get("month.seasonal_quota")


def check(on: Day, problems: Problems) -> None:
    """A year has one season: shares by which execution is warned of are those that the months' funds are made by."""
    if "warning.seasonal" not in on.contents.leaves or not on.get("month.seasonal_quota"):
        return
    own = on.entry("warning.seasonal")
    if own.value != on["month.seasonal_quota"]:
        words = Text(
            "与 month.seasonal_quota 不同:时序比例只有一种,请删去本项",
            "differs from month.seasonal_quota: a year has one set of seasonal shares; leave this key out",
        )
        problems.add(own.node.line, own.node.path, words)


WARNING: Mapping[str, Tree] = {
    "execution": Leaf(read.or_none(execution), "year_start"),
    "seasonal": Leaf(read.or_none(seasonal), "year_start"),
    "outliers": Leaf(outliers, "year_start"),
    "point_value_fall": Leaf(read.or_none(read.share), "year_start"),
    "crowding": Leaf(read.or_none(crowding), "year_start"),
}


def warnings_of(on: Day) -> v.Warnings | None:
    """The section ``warning``, or None where the file leaves it out."""
    if "warning.outliers" not in on.contents.leaves:
        return None
    return v.Warnings(
        execution=on["warning.execution"],
        seasonal_e4=_shares_of(on),
        outliers=on["warning.outliers"],
        point_value_fall_e4=on["warning.point_value_fall"],
        crowding=on["warning.crowding"],
    )
