"""What of the section ``special`` deserves a warning: a quota above the national one, extra points beside review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.policy.problems import Problem

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

#: 医疗保障按病种付费管理暂行办法 (2025) art. 20: at most 5 ‰ of discharges under DIP (5 % under DRG).
NATIONAL_SHARE_E4 = {"dip": 50, "chs-drg": 500}


def warnings(on: Day, file: str) -> list[Problem]:
    """What is accepted and yet departs from national rules, on one day."""
    if "special.share" not in on.contents.leaves:
        return []
    entry = on.entry("special.share")
    scheme = on.contents.plain.get("tables.scheme", "dip")
    most = NATIONAL_SHARE_E4.get(scheme, NATIONAL_SHARE_E4["dip"])
    by_level = entry.value if isinstance(entry.value, dict) else {"": entry.value}
    above = {level: share_e4 for level, share_e4 in by_level.items() if share_e4 > most}
    return [Problem(file, entry.node.line, entry.node.path, _words(*one, most)) for one in above.items()]


def _words(level: str, share_e4: int, most_e4: int) -> Text:
    share, limit, of = format_scaled(share_e4, 4), format_scaled(most_e4, 4), f" ({level})" if level else ""
    return Text(
        f"特例单议比例{of} {share} 高于 {limit};《医疗保障按病种付费管理暂行办法》(2025)第二十条",
        f"the share of special cases{of}, {share}, is above {limit} of the Interim Measures on Case-based Payment (2025), art. 20",
    )
