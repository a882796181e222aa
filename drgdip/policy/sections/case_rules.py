"""The section ``case_rules`` and further keys of ``k``: their form, and their values of a day.

All of it may be left out. Fee facts are summed while fee lines are read, before a stay's day is known: they hold for
the whole policy (settlement arithmetic 2.3, 2.8, 8.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.form import Each, Leaf, Tree
from drgdip.policy.sections import case_rules_readers as shapes
from drgdip.policy.sections import case_rules_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_NAME, _NAMES = r"[a-z][a-z0-9_]{0,30}", Text("小写字母、数字与下划线的名称", "a name of lower-case letters and digits")
_FACTS = read.list_of(read.words, least=1)

CASE_RULES: Mapping[str, Tree] = {
    "fee_facts": Each(_NAME, _NAMES, Leaf(shapes.fee_fact, "never"), least=1),
    "bed_day": Each(_NAME, _NAMES, {"paid": Leaf(read.choice(v.BedDayPayment)), "tiers": Leaf(shapes.tiers)}, least=1),
    "own_weights": Each(_NAME, _NAMES, Leaf(shapes.by_code(read.ratio)), least=1),
    "tcm_gate": {
        "numerator": Leaf(_FACTS),
        "denominator": Leaf(_FACTS),
        "threshold": Leaf(read.share),
        "fallback": Leaf(shapes.by_code(read.words)),
    },
    "additions": Each(
        _NAME,
        _NAMES,
        {
            "fact": Leaf(read.words),
            "ratio": Leaf(read.share),
            "cap_yuan": Leaf(read.or_none(read.yuan)),
            "leaves_cost": Leaf(read.boolean),
        },
        least=1,
    ),
    "exclusions": Leaf(_FACTS),
}

_TYPE_BASE = read.record(dict.fromkeys(shapes.TIERS, read.ratio))

#: Keys of ``k`` that a file may leave out.
COEFFICIENT: Mapping[str, Tree] = {
    "hospital_types": Each(_NAME, _NAMES, {"hospitals": Leaf(_FACTS), "type_base": Leaf(_TYPE_BASE)}, least=1),
    "group_coefficients": Leaf(shapes.by_code(shapes.level_coefficients)),
    "windows": Leaf(shapes.windows),
    "base_groups": Leaf(_FACTS),
}


def case_rules(on: Day) -> v.CaseRules | None:
    """The section ``case_rules``, or None where the file leaves it out."""
    if not any(key.startswith("case_rules.") for key in on.contents.leaves):
        return None
    return v.CaseRules(
        fee_facts={name: on[f"case_rules.fee_facts.{name}"] for name in on.names("case_rules.fee_facts")},
        bed_day={name: _bed_day(on, f"case_rules.bed_day.{name}") for name in on.names("case_rules.bed_day")},
        own_weights={name: on[f"case_rules.own_weights.{name}"] for name in on.names("case_rules.own_weights")},
        tcm=_tcm(on),
        additions={name: _addition(on, f"case_rules.additions.{name}") for name in on.names("case_rules.additions")},
        exclusions=on.get("case_rules.exclusions") or (),
    )


def _bed_day(on: Day, key: str) -> v.BedDay:
    return v.BedDay(on[f"{key}.paid"], on[f"{key}.tiers"])


def _tcm(on: Day) -> v.ChineseMedicine | None:
    key = "case_rules.tcm_gate"
    if f"{key}.threshold" not in on.contents.leaves:
        return None
    return v.ChineseMedicine(
        on[f"{key}.numerator"], on[f"{key}.denominator"], on[f"{key}.threshold"], on[f"{key}.fallback"]
    )


def _addition(on: Day, key: str) -> v.Addition:
    return v.Addition(on[f"{key}.fact"], on[f"{key}.ratio"], on[f"{key}.cap_yuan"], on[f"{key}.leaves_cost"])


def coefficient_parts(on: Day) -> dict[str, Any]:
    """What the section ``k`` has beside its plain keys."""
    types = {
        name: v.HospitalType(on[f"k.hospital_types.{name}.hospitals"], on[f"k.hospital_types.{name}.type_base"])
        for name in on.names("k.hospital_types")
    }
    return {
        "hospital_types": types,
        "group_coefficients": on.get("k.group_coefficients") or {},
        "windows": on.get("k.windows") or (),
        "base_groups": on.get("k.base_groups") or (),
    }
