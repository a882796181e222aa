"""The section ``mixed``: its form, its values of a day, and what they must be to each other (settlement arithmetic 8.5).

Payment by group, by bed-day and by item as lines of one hospital's month under one total. It may be left out: then a month
has no lines, and no ceiling but its fund.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.form import Each, Leaf, Plain, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import mixed_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_LINE, _LINES = r"[a-z][a-z0-9_]{0,30}", Text("小写字母、数字与下划线的名称", "a name of lower-case letters and digits")

MIXED: Mapping[str, Tree] = {
    "lines": Each(
        _LINE,
        _LINES,
        {
            "name": Plain(read.bilingual),
            "methods": Leaf(read.list_of(read.choice(v.LineMethod), least=1), "never"),
            "cap_share": Leaf(read.or_none(read.share), "month_start"),
        },
        least=1,
    ),
    "ceilings": Each(
        r"[A-Za-z0-9]{1,30}",
        Text("医疗机构代码", "a hospital code"),
        Each(r"[A-Za-z0-9_-]+", Text("基金池名称", "a pool name"), Leaf(read.yuan, "month_start"), least=1),
    ),
}


def mixed(on: Day) -> v.Mixed | None:
    """The section ``mixed``, or None where the file leaves it out."""
    names = on.names("mixed.lines")
    if not names:
        return None
    return v.Mixed(
        {
            name: v.PaymentLine(
                on.contents.plain[f"mixed.lines.{name}.name"],
                on[f"mixed.lines.{name}.methods"],
                on[f"mixed.lines.{name}.cap_share"],
            )
            for name in names
        },
        {
            code: {pool: on[f"mixed.ceilings.{code}.{pool}"] for pool in on.names(f"mixed.ceilings.{code}")}
            for code in on.names("mixed.ceilings")
        },
    )


def check(on: Day, problems: Problems) -> None:
    """Every way of being paid is on one line, so that the lines come to the total; ceilings are of pools that exist."""
    taken: dict[str, str] = {}
    for name in on.names("mixed.lines"):
        entry = on.entry(f"mixed.lines.{name}.methods")
        for method in entry.value:
            if method in taken:
                words = Text(
                    f"{method} 已在 {taken[method]} 一行", f"{method} stands on the line {taken[method]} already"
                )
                problems.add(entry.node.line, entry.node.path, words)
            taken.setdefault(method, name)
    missing = [method for method in get_args(v.LineMethod) if method not in taken]
    if taken and missing:
        words = Text(f"各行合计不完整,缺少 {', '.join(missing)}", f"the lines do not come to the total: {', '.join(missing)} is on none")  # fmt: skip
        problems.add(entry.node.line, entry.node.path, words)
    for code in on.names("mixed.ceilings"):
        for pool in on.names(f"mixed.ceilings.{code}"):
            if pool not in on.names("pools"):
                entry = on.entry(f"mixed.ceilings.{code}.{pool}")
                problems.add(entry.node.line, entry.node.path, Text(f"没有基金池 {pool}", f"there is no pool {pool}"))
