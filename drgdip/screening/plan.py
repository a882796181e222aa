"""What is settled before any row is read: which rules run, with which parameters and lists, and what their texts come to.

A plan holds for every batch. Lists are read into the form that rules need once, so one case costs the same whatever their
length; the last few plans are kept for callers who give plain settings again and again.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.screening.catalogue import rules as all_rules
from drgdip.screening.dated import Scope, states_of
from drgdip.screening.findings import digests
from drgdip.screening.lists import Pack, with_lists
from drgdip.screening.params import Params
from drgdip.screening.rule import STAGES, Life, Rule
from drgdip.screening.settings import Settings, settings_of
from drgdip.screening.suppressions import Suppression

GATE = "A02"
#: Plans that are kept for the next call.
_MOST_KEPT = 8


def chosen_rules(wanted: Sequence[str]) -> list[Rule]:
    """Rules by ID, all of them if none is named, in the order in which they run. UsageError for an unknown one."""
    known = all_rules()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(
            Text(f"没有规则 {', '.join(unknown)}。", f"There is no rule {', '.join(unknown)}."),
            Text(f"可用:{', '.join(known)}。", f"There are {', '.join(known)}."),
        )
    chosen = [known[name] for name in dict.fromkeys(wanted)] if wanted else list(known.values())
    return sorted(chosen, key=lambda rule: (rule.id != GATE, STAGES.index(rule.stage), rule.id))


class Listed:
    """Parameters of a rule with lists as they are somewhere, sometime. lists : of the pack, as far as they are used."""

    def __init__(self, rule: Rule, values: Mapping[str, Any], used: Sequence[str], pack_digest: str) -> None:
        self.params, self.lists = Params(rule.id, values), tuple(used)
        self._rule, self._pack_digest = rule, pack_digest

    @cached_property
    def digests(self) -> tuple[str, str]:
        """Of the rule with its parameters, and of its lists."""
        return digests(self._rule, self.params.values, self._pack_digest)


class Planned:
    """One rule with its parameters. states : these by the lists of a day and a place, one unless they differ within the
    batch. scope : which of them holds where and when.

    params : those of the last day, which is all that there is for rules without lists of a pack.
    suppressions : those that name it, in order of their IDs; of several with one ID the last. items : those for some items.
    """

    def __init__(self, rule: Rule, settings: Settings, pack: Pack | None) -> None:
        self.rule = rule
        self.life: Life = settings.life(rule)
        self.states, self.scope = _states(rule, settings.params.get(rule.id, {}), pack)
        self.params = self.states[self.scope.last].params
        named = [one for one in settings.suppressions if rule.id in one.rules]
        last = {one.id: one for one in named}
        self.suppressions: Sequence[Suppression] = [last[name] for name in sorted(last)]
        self.items: Sequence[Suppression] = [one for one in named if one.items]
        self.runs = self.life in ("active", "shadow")


def _states(rule: Rule, given: Mapping[str, Any], pack: Pack | None) -> tuple[list[Listed], Scope]:
    """A rule's lists, and where and when each holds; places and days with the same lists are one."""
    digest, found = pack.digest if pack else "", list[Listed]()
    names = {listed for name, needed in rule.lists.items() if name not in given for listed in needed.packs}
    numbers: dict[int, int] = {}
    days: dict[str, list[tuple[int, int]]] = {}
    for region, first_day, own in states_of(pack, sorted(names)):
        if id(own) not in numbers:
            values, used = with_lists(rule, given, own)
            same = (number for number, one in enumerate(found) if one.params.values == values)
            numbers[id(own)] = number = next(same, len(found))
            if number == len(found):
                found.append(Listed(rule, values, used, digest))
        days.setdefault(region, []).append((first_day, numbers[id(own)]))
    return found, Scope(days)


class Plan:
    """The rules of a run in their order. gate : whether the gate is among them and holds cases.

    Parameters
    ----------
    wanted : IDs of rules; all of them if none is named. settings : parameters, states and suppressions. pack : lists.

    Raises
    ------
    UsageError : a rule does not exist.
    """

    def __init__(self, wanted: Sequence[str], settings: Settings, pack: Pack | None = None) -> None:
        self.rules = [Planned(rule, settings, pack) for rule in chosen_rules(wanted)]
        self.gate = any(one.rule.id == GATE and one.life == "active" for one in self.rules)


_kept: OrderedDict[Any, tuple[Plan, Pack | None]] = OrderedDict()


def plan_of(wanted: Sequence[str], settings: Mapping[str, Any], pack: Pack | None = None) -> Plan:
    """The plan for plain settings, made once for equal ones. PolicyError for settings that cannot be."""
    try:
        key = tuple(wanted), pickle.dumps(settings), id(pack)
    except (pickle.PicklingError, AttributeError, TypeError):
        return Plan(wanted, settings_of(settings), pack)
    # The pack is kept with its plan, so that its identity stays its own.
    plan, _ = found if (found := _kept.pop(key, None)) else (Plan(wanted, settings_of(settings), pack), pack)
    _kept[key] = plan, pack
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return plan
