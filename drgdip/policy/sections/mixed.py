"""The section ``mixed``: its form, its values of a day, and what they must be to each other (settlement arithmetic 8.5).

Payment by group, by bed-day and by item as lines of one hospital's month under one total. It may be left out: then a month
has no lines, and no ceiling but its fund.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.form import Each, Leaf, Plain, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import mixed_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_HOSPITAL, _HOSPITALS = r"[A-Za-z0-9]{1,30}", Text("医疗机构代码", "a hospital code")
_POOLS = Text("基金池名称", "a pool name")
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
    "ceilings": Each(_HOSPITAL, _HOSPITALS, Each(r"[A-Za-z0-9_-]+", _POOLS, Leaf(read.yuan, "month_start"), least=1)),
    "growth": Leaf(read.growth, "month_start"),
    "hospital_growth": Each(_HOSPITAL, _HOSPITALS, Leaf(read.growth, "month_start")),
    "adjustments": Each(
        _HOSPITAL, _HOSPITALS, Each(r"[A-Za-z0-9_-]+", _POOLS, Leaf(read.signed_yuan, "month_start"), least=1)
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
            code: {pool: ceiling(on, code, pool) for pool in on.names(f"mixed.ceilings.{code}")}
            for code in on.names("mixed.ceilings")
        },
    )


def ceiling(on: Day, hospital: str, pool: str) -> int:
    """A hospital's ceiling in a pool, fen: its basis with the hospital's growth, else that of all, and what was adjusted.

    Source: settlement arithmetic 5.1 (growth method; a total may be adjusted by procedure), 8.5.
    """
    growth_e4 = on.get(f"mixed.hospital_growth.{hospital}")
    growth_e4 = on.get("mixed.growth") or 0 if growth_e4 is None else growth_e4
    grown_fen = divide(on[f"mixed.ceilings.{hospital}.{pool}"] * (E4 + growth_e4), E4)
    return grown_fen + (on.get(f"mixed.adjustments.{hospital}.{pool}") or 0)


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
            if ceiling(on, code, pool) <= 0:
                entry = on.entry(f"mixed.ceilings.{code}.{pool}")
                words = Text("增幅与调整后的总额不大于 0", "with growth and adjustment it is not above 0")
                problems.add(entry.node.line, entry.node.path, words)
    _of_named(on, problems)


def _of_named(on: Day, problems: Problems) -> None:
    """What changes a ceiling that is not named would change nothing."""
    named = {f"{code}.{pool}" for code in on.names("mixed.ceilings") for pool in on.names(f"mixed.ceilings.{code}")}
    changed = [
        f"mixed.hospital_growth.{code}"
        for code in on.names("mixed.hospital_growth")
        if code not in on.names("mixed.ceilings")
    ]
    for code in on.names("mixed.adjustments"):
        changed += [
            f"mixed.adjustments.{code}.{pool}"
            for pool in on.names(f"mixed.adjustments.{code}")
            if f"{code}.{pool}" not in named
        ]
    for key in changed:
        node = on.entry(key).node
        problems.add(
            node.line, node.path, Text("ceilings 中没有对应的总额", "ceilings has no total that it would change")
        )
