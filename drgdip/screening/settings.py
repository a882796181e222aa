"""A params file: parameters by rule, states of rules, and suppressions. Numbers are read exactly, quoted or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.catalogue import rules
from drgdip.screening.review.triage import DEFAULTS as TRIAGE
from drgdip.screening.review.triage import Lane, lanes_of
from drgdip.screening.rule import LIVES, Life, Rule
from drgdip.screening.suppressions import DEFAULTS, Suppression, read_suppressions
from drgdip.screening.well_formed import well_formed

_KEYS = ("rules", "states", "suppressions", "default_suppressions", "triage")


class Settings(NamedTuple):
    """params : rule -> parameter -> value. states : rule -> life cycle state where it is not the catalogue's.

    triage : lane -> what a reviewer's minute on it is worth.
    """

    params: Mapping[str, Mapping[str, Any]]
    states: Mapping[str, Life]
    suppressions: Sequence[Suppression]
    triage: Mapping[str, Lane] = TRIAGE

    def life(self, rule: Rule) -> Life:
        """State of a rule."""
        return self.states.get(rule.id, rule.state)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Settings from plain values. Rules may stand under ``rules`` or at the top.

    Raises PolicyError for a rule, parameter or state that does not exist, and for a value that has another form.
    """
    given = well_formed(given)
    known = rules()
    params = {**{key: value for key, value in given.items() if key in known}, **(given.get("rules") or {})}
    for name in given:
        if name not in known and name not in _KEYS:
            raise _unknown(name, _KEYS)
    for rule, values in params.items():
        if rule not in known:
            raise _unknown(f"rules.{rule}", tuple(known))
        for name in values or {}:
            if name not in known[rule].parameters:
                raise _unknown(f"{rule}.{name}", tuple(known[rule].parameters))
    states = given.get("states") or {}
    for rule, state in states.items():
        if rule not in known or state not in LIVES:
            raise _unknown(f"states.{rule}: {state}", LIVES)
    default = DEFAULTS if given.get("default_suppressions") is not False else ()
    return Settings(
        {rule: values or {} for rule, values in params.items()}, states,
        read_suppressions([*default, *(given.get("suppressions") or ())]), lanes_of(given.get("triage")),
    )  # fmt: skip


def _unknown(place: str, choices: Sequence[str]) -> PolicyError:
    return PolicyError(
        Text(f"参数文件中的 {place} 无法识别。", f"{place} of the params file is not known."),
        Text(f"可用:{', '.join(choices)}。", f"There are {', '.join(choices)}."),
    )
