"""What is settled before any row is read: which rules run, with which parameters and lists, and what their texts come to.

A plan holds for every batch. Lists are read into the form that rules need once, so one case costs the same whatever their
length; the last few plans are kept for callers who give plain settings again and again.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.screening.listed import listed_by_place
from drgdip.screening.lists import Pack
from drgdip.screening.rule import STAGES, Rule
from drgdip.screening.settings import Settings, settings_of
from drgdip.screening.suppressions import Suppression

GATE = "A02"
#: Plans that are kept for the next call.
_MOST_KEPT = 8


def chosen_rules(wanted: Sequence[str], known: Mapping[str, Rule]) -> list[Rule]:
    """Rules by ID, all that are known if none is named, in the order in which they run. UsageError for an unknown one."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(
            Text(f"没有规则 {', '.join(unknown)}。", f"There is no rule {', '.join(unknown)}."),
            Text(f"可用:{', '.join(known)}。", f"There are {', '.join(known)}."),
        )
    chosen = [known[name] for name in dict.fromkeys(wanted)] if wanted else list(known.values())
    return sorted(chosen, key=lambda rule: (rule.id != GATE, STAGES.index(rule.stage), rule.id))


class Planned:
    """One rule with its parameters. states : these by the lists and values of a day and a place, one unless they differ
    within the batch. scope : which of them holds where and when.

    params, life : those of the last day where no place is named. values : the different parameters of all states.
    value_of : state -> its place there.
    suppressions : those that name it, in order of their IDs; of several with one ID the last. items : those for some items.
    """

    def __init__(self, rule: Rule, settings: Settings, pack: Pack | None) -> None:
        self.rule = rule
        self.states, self.scope = listed_by_place(rule, settings, pack)
        self.params, self.life = self.states[self.scope.last].params, self.states[self.scope.last].life
        values = {id(one.params): one.params for one in self.states}
        self.values = [*values.values()]
        self.value_of = [[*values].index(id(one.params)) for one in self.states]
        named = [one for one in settings.suppressions if rule.id in one.rules]
        last = {one.id: one for one in named}
        self.suppressions: Sequence[Suppression] = [last[name] for name in sorted(last)]
        self.suppressed_by = tuple(map(id, self.suppressions))
        self.items: Sequence[Suppression] = [one for one in named if one.items]
        self.runs = any(one.runs for one in self.states)
        self.is_ever_active = any(one.life == "active" for one in self.states)


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
        self.rules = [Planned(rule, settings, pack) for rule in chosen_rules(wanted, settings.known)]
        self.gate = any(one.rule.id == GATE and one.is_ever_active for one in self.rules)


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
