"""What the plain references of review rules share: rows as dicts, money in fen, quantities in ten-thousandths, no arrays.

Written from the conventions of the rule catalogue (its section 0), never from the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.numbers import rounded

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
State = tuple[str, str]
Key = tuple[str, str]
#: States from the one that weighs least to the one that weighs most: a subject has the weightiest of its answers.
WEIGHT = ("PASS", "NOT_APPLICABLE", "NOT_RUN", "FINDING")
PASSED: State = ("PASS", "")
FOUND: State = ("FINDING", "")


class Amounts(NamedTuple):
    """Units e4, fee, part within coverage and funds' part in fen; None where the data do not say."""

    units: int | None = 0
    fee: int | None = 0
    scope: int | None = 0
    fund: int | None = 0


class Found(NamedTuple):
    """A finding: what happens, what it is about, its amounts, its fee lines, how sure it is, what else was found."""

    outcome: str
    about: tuple[str, ...]
    amounts: Amounts = Amounts()
    lines: tuple[Key, ...] = ()
    severity: str = ""
    more: tuple[Any, ...] = ()


Answer = tuple[list[Found], "Counter[State]"]
Rule = Callable[[Tables, Mapping[str, Any]], Answer]


def fen(text: str) -> int:
    return int(Fraction(text) * 100)


def e4(text: str) -> int:
    return int(Fraction(text) * 10_000)


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def whole_day(time: datetime) -> bool:
    """Midnight means that no time of day is known (0.9)."""
    return (time.hour, time.minute, time.second) == (0, 0, 0)


def half_up(value: Fraction) -> int:
    return rounded(value)


def weightiest(answers: Iterable[State]) -> State:
    """The answer that stays; among equals the first."""
    best = PASSED
    for answer in answers:
        if WEIGHT.index(answer[0]) > WEIGHT.index(best[0]):
            best = answer
    return best


def codes(cell: str | None) -> list[str]:
    return [code for code in (cell or "").split("|") if code]


class Line:
    """A fee line after refunds (0.6)."""

    def __init__(self, row: Row, case: Row | None) -> None:
        self.row, self.case = row, case
        self.units, self.fee, self.scope = e4(row["cnt"]), fen(row["det_item_fee_sumamt"]), fen(row["inscp_scp_amt"])
        self.visit, self.number, self.item = row["mdtrt_id"], row["feedetl_sn"], row["med_list_codg"]
        self.time = datetime.fromisoformat(row["fee_ocur_time"])

    @property
    def key(self) -> Key:
        return self.visit, self.number

    def amounts(self, units: int | None = None) -> Amounts:
        """Of so many of its units, each rounded by itself (0.2); all of them if not given."""
        units = self.units if units is None else units
        fee, scope = (half_up(Fraction(amount * units, self.units)) for amount in (self.fee, self.scope))
        return Amounts(units, fee, scope, fund_of(self.case, scope))


def fund_of(case: Row | None, scope: int) -> int | None:
    """The funds' part of an amount within coverage, in proportion and at most what they paid (0.3)."""
    if not case or not case.get("inscp_scp_amt") or not case.get("fund_pay_sumamt"):
        return None
    whole, paid = fen(case["inscp_scp_amt"]), fen(case["fund_pay_sumamt"])
    return min(half_up(Fraction(scope * paid, whole)), paid) if whole > 0 else 0


def lines_of(tables: Tables, name: str = "fee_lines", owner: str = "cases") -> list[Line]:
    """Lines that still charge something after refunds, in order of settlement, time and number (0.6, 0.7)."""
    settlements = {case["setl_id"]: case for case in tables.get(owner, ())}
    lines = [Line(row, settlements.get(row["setl_id"])) for row in tables.get(name, ())]
    charged = {line.key: line for line in lines if line.units > 0}
    for refund in lines:
        of = charged.get((refund.visit, refund.row.get("init_feedetl_sn") or ""))
        if refund.units < 0 and of:
            of.units, of.fee, of.scope = of.units + refund.units, of.fee + refund.fee, of.scope + refund.scope
    left = [line for line in charged.values() if line.units > 0]
    return sorted(left, key=lambda line: (line.row["setl_id"], line.time, line.number))


def uploaded(tables: Tables, case: Row) -> bool:
    """Whether a case has fee lines at all."""
    return any(row["setl_id"] == case["setl_id"] for row in tables.get("fee_lines", ()))


def own_lines(lines: Iterable[Line], case: Row) -> list[Line]:
    return [line for line in lines if line.row["setl_id"] == case["setl_id"]]


def on_line(outcome: str, line: Line, amounts: Amounts | None = None, severity: str = "", more: tuple[Any, ...] = ()) -> Found:  # fmt: skip
    return Found(outcome, line.key, line.amounts() if amounts is None else amounts, (line.key,), severity, more)


def by_case(tables: Tables, judge: Callable[[Row], tuple[list[Found], list[State]]]) -> Answer:
    """Judge every case: findings, and the weightiest of its answers."""
    found: list[Found] = []
    states: Counter[State] = Counter()
    for case in tables["cases"]:
        hits, answers = judge(case)
        found += hits
        states[weightiest([FOUND] if hits else answers)] += 1
    return found, states


def within_hours(later: str, earlier: str, hours: int) -> bool:
    """Whether at most so many hours lie between; where a side has no time of day, days are compared (0.9)."""
    one, other = datetime.fromisoformat(later), datetime.fromisoformat(earlier)
    if whole_day(one) or whole_day(other):
        return (one.date() - other.date()).days * 24 <= hours
    return one - other <= timedelta(hours=hours)
