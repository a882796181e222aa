"""What the plain references of review rules say: findings, and one state for every subject; and how they read values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference.screening import Row, Tables, netted, time

Found = dict[str, Any]


class Sheet:
    """Findings and states of one rule. States count subjects: (state, reason) -> how many."""

    def __init__(self) -> None:
        self.findings: list[Found] = []
        self.states: Counter[tuple[str, str]] = Counter()

    def answer(self, state: str, reason: str = "", number: int = 1) -> None:
        self.states[state, reason] += number

    def find(self, outcome: str, subject: str, *keys: str, **what: Any) -> None:
        """Amounts as ``quantity``, ``fee``, ``scope`` and ``fund`` (integers; 0 where not said), the others by name."""
        amounts = {name: what.pop(name, 0) for name in ("quantity", "fee", "scope", "fund")}
        self.findings.append({"outcome": outcome, "subject": subject, "keys": sorted(keys), **amounts, **what})


Reference = Callable[[Tables, Mapping[str, Any]], Sheet]


def fen(text: Any) -> int | None:
    return int(Decimal(text) * 100) if text not in (None, "") else None


def number(text: Any) -> Fraction | None:
    return Fraction(str(text)) if text not in (None, "") else None


def there(row: Row, name: str) -> bool:
    return row.get(name) not in (None, "")


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def day(text: str) -> date:
    return time(text).date()


def moment(text: str) -> datetime:
    return time(text)


def length(case: Row) -> int:
    """Days of a stay: as recorded, else by its dates, at least one."""
    if there(case, "act_ipt_days"):
        return int(case["act_ipt_days"])
    return max(1, (day(case["dscg_time"]) - day(case["adm_time"])).days)


def codes(case: Row, name: str) -> list[str]:
    return [code for code in (case.get(name) or "").split("|") if code]


def diagnoses(case: Row) -> list[str]:
    return [case["main_dx"], *codes(case, "dx")] if case["main_dx"] else codes(case, "dx")


def missing(row: Row, *names: str) -> str:
    """The first of these fields that a row lacks, or nothing."""
    return next((name for name in names if not there(row, name)), "")


def by(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


def lines_by_case(tables: Tables) -> dict[str, list[Row]]:
    """Lines of each stay after refunds, by stay; a stay of which no line came has no key."""
    found: dict[str, list[Row]] = {line["setl_id"]: [] for line in tables["fee_lines"]}
    for line in netted(tables):
        found[line["setl_id"]].append(line)
    return found


def fund_part(case: Row, scope: int) -> int:
    """The funds' part of an amount within coverage, in proportion, at most what they paid (0.3)."""
    fund, inside = fen(case["fund_pay_sumamt"]), fen(case["inscp_scp_amt"])
    return min(half_up(Fraction(scope * fund, inside)), fund) if inside else 0


def percent(share: Fraction) -> str:
    """Two digits after the point, half-up."""
    return f"{Decimal(half_up(share * 10_000)) / 100:.2f}%"


def two(value: Fraction) -> str:
    """Two digits after the point, half-up."""
    return f"{Decimal(half_up(value * 100)) / 100:.2f}"


def three(value: Fraction) -> str:
    """Three digits after the point, half-up."""
    return f"{Decimal(half_up(value * 1000)) / 1000:.3f}"
