"""Which rules are right often enough: one whose findings are too seldom upheld goes back to shadow (review rules 0.13).

The decisions that the run before has left count, so that a run says what the next one does, and the same run again changes
nothing. Silence of the agency decides nothing; silence of the hospital accepts (review workflow 2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.day import read_day
from drgdip.screening.review.agency import TIMEOUT
from drgdip.screening.review.states import PASSED, POSTED, UPHELD, Standing

#: The reason that blames the rule, not the hospital (review workflow 4).
RULE_ERROR = "RULE_ERROR"
#: Where the numbers come from: review rules 0.13 suggest the floor, review workflow 4 names the three.
MARK, CITE = "proposal", "review rules 0.13; review workflow 4"
_KEYS = ("floor", "decisions", "rule_errors", "restored")


class LifeCycle(NamedTuple):
    """floor : share of decisions that must uphold. decisions : of how many, the latest. rule_errors : in one month, from
    which a rule is looked at again. restored : rule -> first day whose decisions count, for one that has been put right.
    """

    floor: Fraction = Fraction(6, 10)
    decisions: int = 50
    rule_errors: int = 3
    restored: Mapping[str, str] = {}


class Quality(NamedTuple):
    """What was decided of a rule. decided, upheld : of its latest decisions. errors : of the month of the run.

    falls : below the floor. again : to be looked at again.
    """

    rule: str
    decided: int
    upheld: int
    errors: int
    falls: bool
    again: bool


def life_cycle_of(given: Any, known: Collection[str]) -> LifeCycle:
    """The numbers of a params file (``life_cycle: {floor: "0.7", decisions: 40, restored: {E01: 2026-03-01}}``).

    Raises PolicyError for an unknown key or rule, a floor outside 0 to 1, and numbers and days that are none.
    """
    own = dict(given or {})
    for name in own:
        if name not in _KEYS:
            raise _wrong(name, own[name])
    restored = own.get("restored", {})
    if not isinstance(restored, Mapping):
        raise _wrong("restored", restored)
    days = {str(rule): _day(str(rule), value, known) for rule, value in restored.items()}
    numbers = {
        name: _count(name, own.get(name, LifeCycle._field_defaults[name])) for name in ("decisions", "rule_errors")
    }
    return LifeCycle(_floor(own.get("floor", LifeCycle().floor)), **numbers, restored=days)


def _floor(value: Any) -> Fraction:
    try:
        floor = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise _wrong("floor", value) from None
    if not 0 <= floor <= 1:
        raise _wrong("floor", value)
    return floor


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not str(value).isdecimal() or not int(str(value)):
        raise _wrong(name, value)
    return int(str(value))


def _day(rule: str, value: Any, known: Collection[str]) -> str:
    try:
        day = read_day(value)
    except ValueError:
        raise _wrong(f"restored.{rule}", value) from None
    if rule not in known:
        raise _wrong(f"restored.{rule}", value)
    return day.isoformat()


def _wrong(name: str, value: Any) -> PolicyError:
    return PolicyError(
        Text(f"参数文件 life_cycle 中的 {name} 不能为 {value!r}。", f"{name} in life_cycle of the params file cannot be {value!r}."),
        Text("floor 为 0 至 1,decisions、rule_errors 为正整数,restored 为规则编号与日期 YYYY-MM-DD。",
             "floor lies between 0 and 1, decisions and rule_errors are whole numbers above 0, restored has rules with days as YYYY-MM-DD."),
    )  # fmt: skip


def qualities(standings: Iterable[Standing], cycle: LifeCycle, day: date) -> list[Quality]:
    """Every rule that something was decided of, in order. day : of the run."""
    decided: dict[str, list[tuple[str, str, bool]]] = {}
    errors: dict[str, int] = {}
    for one in standings:
        on = one.decided_on or one.since
        if one.state not in PASSED | UPHELD | POSTED or one.reason == TIMEOUT or on < cycle.restored.get(one.rule, ""):
            continue
        decided.setdefault(one.rule, []).append((on, one.key, one.state not in PASSED))
        wrong = one.reason == RULE_ERROR and on[:7] == day.isoformat()[:7]
        errors[one.rule] = errors.get(one.rule, 0) + wrong
    return [
        _quality(rule, sorted(found)[-cycle.decisions :], errors[rule], cycle)
        for rule, found in sorted(decided.items())
    ]


def _quality(rule: str, latest: list[tuple[str, str, bool]], errors: int, cycle: LifeCycle) -> Quality:
    upheld = sum(right for _, _, right in latest)
    falls = len(latest) >= cycle.decisions and upheld < cycle.floor * len(latest)
    return Quality(rule, len(latest), upheld, errors, falls, errors >= cycle.rule_errors)


def lines_of(now: Iterable[Quality], fallen: frozenset[str], cycle: LifeCycle) -> Iterator[Text]:
    """What a run says of its rules. fallen : those that were in shadow in this run for it."""
    for one in now:
        share = f"{one.upheld}/{one.decided} < {float(cycle.floor):.0%}"
        if one.falls:
            zh, en = ("本次", "in this run") if one.rule in fallen else ("自下次审核起", "from the next run")
            yield Text(
                f"  {one.rule} 维持率 {share},{zh}只试运行(shadow)",
                f"  {one.rule} was upheld in {share}: in shadow {en}",
            )
        if one.again:
            yield Text(f"  {one.rule} 本月 RULE_ERROR {one.errors} 次,须复核规则",
                       f"  {one.rule} had RULE_ERROR {one.errors} times this month: the rule is to be reviewed again")  # fmt: skip
