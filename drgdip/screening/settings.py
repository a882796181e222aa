"""A params file: parameters by rule, states of rules, and suppressions. Numbers are read exactly, quoted or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.blocks import Block, Held, check_blocks, held, read_blocks
from drgdip.screening.catalogue import rules
from drgdip.screening.local_rules import KEY as LOCAL
from drgdip.screening.local_rules import known_rules
from drgdip.screening.review.quality import LifeCycle, life_cycle_of
from drgdip.screening.review.reason_codes import reason_codes
from drgdip.screening.review.triage import DEFAULTS as TRIAGE
from drgdip.screening.review.triage import Lane, lanes_of
from drgdip.screening.rule import LIVES, Life, Rule
from drgdip.screening.suppressions import DEFAULTS, Suppression, read_suppressions
from drgdip.screening.well_formed import well_formed

_KEYS = (
    "rules",
    "states",
    "suppressions",
    "default_suppressions",
    "triage",
    "life_cycle",
    "by_place_and_day",
    "review_reasons",
    LOCAL,
)


class Settings(NamedTuple):
    """params : rule -> parameter -> value. states : rule -> life cycle state where it is not the catalogue's.

    triage : lane -> what a reviewer's minute on it is worth. blocks : what holds elsewhere, or on other days, than these.
    cycle : when a rule goes back to shadow. local : the region's own rules by ID. reasons : codes of reviewers, with words.
    """

    params: Mapping[str, Mapping[str, Any]]
    states: Mapping[str, Life]
    suppressions: Sequence[Suppression]
    triage: Mapping[str, Lane] = TRIAGE
    blocks: Sequence[Block] = ()
    cycle: LifeCycle = LifeCycle()
    local: Mapping[str, Rule] = {}
    reasons: Mapping[str, Text] = {}

    @property
    def known(self) -> Mapping[str, Rule]:
        """All rules by ID, the region's own behind the catalogue's."""
        return {**rules(), **self.local} if self.local else rules()

    def life(self, rule: Rule) -> Life:
        """State of a rule where and when no block says another."""
        return self.states.get(rule.id, rule.state)

    def lives(self, rule: Rule) -> set[Life]:
        """All states that a rule has somewhere, sometime."""
        return {self.life(rule), *(block.states[rule.id] for block in self.blocks if rule.id in block.states)}

    def in_shadow(self, fallen: frozenset[str]) -> Settings:
        """The same with these rules in shadow wherever and whenever they are active."""
        known = self.known
        own = {rule: "shadow" for rule in fallen if rule in known and self.life(known[rule]) == "active"}
        blocks = [
            block._replace(states={rule: "shadow" if rule in fallen and life == "active" else life
                                   for rule, life in block.states.items()})
            for block in self.blocks
        ]  # fmt: skip
        return self._replace(states={**self.states, **own}, blocks=blocks)  # type: ignore[dict-item]

    def blocks_of(self, rule: str) -> list[Block]:
        """Blocks that say something of a rule."""
        return [block for block in self.blocks if rule in block.params or rule in block.states]

    def held(self, rule: str, region: str, day: int) -> Held:
        """What blocks say of a rule in a place on a day."""
        return held(self.blocks_of(rule), rule, region, day)

    def all_params(self, rule: str) -> list[Mapping[str, Any]]:
        """A rule's values where no block holds, then under each block alone."""
        own = self.params.get(rule, {})
        return [own, *({**own, **block.params[rule]} for block in self.blocks if rule in block.params)]


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Settings from plain values. Rules may stand under ``rules`` or at the top.

    Raises PolicyError for a rule, parameter or state that does not exist, and for a value that has another form.
    """
    known = known_rules(given)
    given = well_formed(given, known)
    params = {**{key: value for key, value in given.items() if key in known}, **(given.get("rules") or {})}
    for name in given:
        if name not in known and name not in _KEYS:
            raise _unknown(name, _KEYS)
    states = given.get("states") or {}
    blocks = read_blocks(given.get("by_place_and_day") or ())
    for own, lives in ((params, states), *((block.params, block.states) for block in blocks)):
        _check(own, lives, known)
    check_blocks(blocks)
    default = DEFAULTS if given.get("default_suppressions") is not False else ()
    return Settings(
        {rule: values or {} for rule, values in params.items()}, states,
        read_suppressions([*default, *(given.get("suppressions") or ())]), lanes_of(given.get("triage")),
        blocks, life_cycle_of(given.get("life_cycle"), known),
        {name: rule for name, rule in known.items() if name not in rules()}, reason_codes(given.get("review_reasons") or {}),
    )  # fmt: skip


def _check(params: Mapping[str, Any], states: Mapping[str, Any], known: Mapping[str, Rule]) -> None:
    for rule, values in params.items():
        if rule not in known:
            raise _unknown(f"rules.{rule}", tuple(known))
        for name in values or {}:
            if name not in known[rule].parameters:
                raise _unknown(f"{rule}.{name}", tuple(known[rule].parameters))
    for rule, state in states.items():
        if rule not in known or state not in LIVES:
            raise _unknown(f"states.{rule}: {state}", LIVES)


def _unknown(place: str, choices: Sequence[str]) -> PolicyError:
    return PolicyError(
        Text(f"参数文件中的 {place} 无法识别。", f"{place} of the params file is not known."),
        Text(f"可用:{', '.join(choices)}。", f"There are {', '.join(choices)}."),
    )
