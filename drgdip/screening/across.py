"""Which rules hold fee lines of different persons together, and whether a batch can be screened part by part all the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drgdip.screening.plan import chosen_rules
from drgdip.screening.rule import Rule
from drgdip.screening.settings import Settings
from drgdip.screening.shapes import ACROSS_PERSONS
from drgdip.screening.shapes.gathering import GATHERED

#: Kernels that measure institutions against each other, or draw samples.
_STATISTICS = ("K7", "K9")


def in_parts(wanted: Sequence[str], settings: Settings, with_pack: bool = False) -> bool:
    """Whether a batch can be screened part by part: what rules need of several persons together can be gathered of parts.

    with_pack : whether lists come from a knowledge pack, too.
    """
    chosen = chosen_rules(wanted, settings.known)
    return all(rule.shape in GATHERED for rule in chosen if across_persons(rule, settings, with_pack))


def across_persons(rule: Rule, settings: Settings, with_pack: bool) -> bool:
    """Whether a rule holds fee lines of different persons together, with the lists that it has."""
    if "fee_lines" not in rule.inputs or not settings.lives(rule) & {"active", "shadow"}:
        return False
    if rule.shape not in ACROSS_PERSONS:
        return rule.kernel in _STATISTICS
    listed, asked = ACROSS_PERSONS[rule.shape]
    defaults = {name: parameter.default for name, parameter in rule.parameters.items()}
    every: list[dict[str, Any]] = [{**rule.fixed, **defaults, **own} for own in settings.all_params(rule.id)]
    there = not listed or (with_pack and listed in rule.lists) or any(own.get(listed) is not None for own in every)
    return there and (not asked or any(own.get(asked) not in (None, False, "false") for own in every))
