"""What the states of settlement files do to the money of a month (settlement arithmetic 4.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from drgdip.base.money import format_yuan
from drgdip.base.text import Text
from drgdip.interface.statement_row import StatementRow
from drgdip.interface.states import CLOSED, FILE, MONEY, Money

#: State of the file of a hospital and pool.
FileStates = Mapping[tuple[str, str], int]
_NONE = Text("未申报", "not applied for")


class FileMoney(NamedTuple):
    """One row of the statement and its file: what is to be transferred, and what the state makes of it.

    state : None before the first event. paid + held + void = what the statement pays.
    """

    hospital_code: str
    pool: str
    state: int | None
    held_fen: int
    paid_fen: int
    void_fen: int


def money_of(state: int | None) -> Money:
    """What a state does to the money; without a state it waits."""
    return "held" if state is None else FILE.states[state].money or "held"


def file_money(rows: Iterable[StatementRow], states: FileStates) -> list[FileMoney]:
    """Every row of a statement with its file, by hospital and pool."""
    found = []
    for row in sorted(rows, key=lambda row: (row.hospital_code, row.pool)):
        state = states.get((row.hospital_code, row.pool))
        amounts = {name: row.paid_fen if money_of(state) == name else 0 for name in MONEY}
        found.append(FileMoney(row.hospital_code, row.pool, state, amounts["held"], amounts["paid"], amounts["void"]))
    return found


def month_is_closed(files: Iterable[FileMoney]) -> bool:
    """Whether every file of a month that is not rejected is cleared or paid, and there is one."""
    standing = [one.state for one in files if money_of(one.state) != "void"]
    return bool(standing) and all(state in CLOSED for state in standing)


def state_words(row: StatementRow, state: int | None) -> Text:
    """Pool, state and what it does to the money, in one line."""
    named, money = state_name(state), MONEY[money_of(state)]
    yuan = format_yuan(row.paid_fen)
    return Text(
        f"{row.pool_name.zh}:{named.zh},{money.zh} {yuan} 元", f"{row.pool_name.en}: {named.en}, {money.en} {yuan} yuan"
    )


def state_name(state: int | None) -> Text:
    """Code and words of a file's state."""
    return _NONE if state is None else FILE.named(state)
