"""States of settlement files and lists: only what the page allows, all or none, and what each does to the money (4.6)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drgdip import settle_to_folder
from drgdip.base.errors import UsageError
from drgdip.interface.states import FILE, LIST, Machine
from drgdip.ledger import FileKey, SqliteStore, change, file_states, open_keeper, states
from tests.attribution.test_attribution import POLICY, STAYS
from tests.cli.conftest import Command, command
from tests.special_cases.sample import H1, H2, City, stay

__all__ = ["command"]

#: The chain of the page, and rejection before an audit is done.
FILE_MOVES = {(None, 10), (10, 20), (20, 30), (30, 40), (40, 50), (50, 60), (10, 70), (20, 70), (30, 70), (70, 10)}
LIST_MOVES = {(None, 0), (None, 1), (0, 1), (1, 2), (1, 3), (3, 1)}


@pytest.mark.parametrize(("machine", "moves"), [(FILE, FILE_MOVES), (LIST, LIST_MOVES)])
def test_only_these_moves_are_allowed(machine: Machine, moves: set[tuple[int | None, int]]) -> None:
    tried = {(before, to) for before in (None, *machine.states) for to in (*machine.states, 99)}

    assert {move for move in tried if machine.refusal(*move) is None} == moves
    assert all(words.zh and words.en for move in tried - moves if (words := machine.refusal(*move)))


def test_money_by_state() -> None:
    assert {code: state.money for code, state in FILE.states.items()} == {
        10: "held", 20: "held", 30: "held", 40: "held", 50: "held", 60: "paid", 70: "void",
    }  # fmt: skip


def test_all_change_or_none(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.db")
    one, other = FileKey("2026-01", H1, "310").subject, FileKey("2026-01", "A B", "390").subject
    change(store, "file", [one, other], 10, "甲")
    change(store, "file", [one], 20, "乙", "complete")
    with pytest.raises(UsageError, match=r"2026-01 A B 390: .*cannot go from “10 applied” to “30 auditing”"):
        change(store, "file", [one, other], 30, "甲")

    assert file_states(store, "2026-01") == {(H1, "310"): 20, ("A B", "390"): 10}
    assert [(event.actor, event.body["note"]) for event in store.events(subject=one)] == [
        ("甲", ""),
        ("乙", "complete"),
    ]
    assert FileKey.of(other) == FileKey("2026-01", "A B", "390")
    assert states(store, "list") == {}


@pytest.fixture
def city(tmp_path: Path) -> City:
    city = City(tmp_path, POLICY)
    city.settle("2026-01", [stay("2026-01", "A"), stay("2026-01", "B", hospital=H2)])
    return city


def test_a_month_is_followed_at_the_command_line(command: Command, city: City, tmp_path: Path) -> None:
    run, store = city.run("2026-01"), tmp_path / "runs.db"

    def set_state(to: int, *more: str) -> int:
        return command("state", "set", "--run", run, "--to", str(to), "--by", "甲", "--store", store, *more).code

    assert [set_state(to) for to in (10, 20, 30, 40)] == [0] * 4
    assert set_state(70, "--hospital", H1) == 2  # audited: no longer rejected
    assert [set_state(to, "--hospital", H1) for to in (50, 60)] == [0, 0]
    assert set_state(10, "--hospital", "nobody") == 2

    found = json.loads(command("state", "show", "--run", run, "--store", store, "--json").out)
    assert [(one["hospital_code"], one["state"], one["held_fen"], one["paid_fen"], one["void_fen"]) for one in found] == [
        (H1, 60, 0, 218_500, 0), (H2, 40, 218_500, 0, 0),
    ]  # fmt: skip
    shown = command("state", "show", "--run", run, "--store", store).out
    assert "2026-01(未关闭):待拨 2185.00 元,已拨 2185.00 元,不拨 0.00 元" in shown
    assert command("statement", "--run", run, "--out", tmp_path / "forms", "--store", store).code == 0
    page = (tmp_path / "forms" / f"statement-{H1}.html").read_text(encoding="utf-8")
    assert "60 已拨付,已拨 2185.00 元" in page


def test_a_closed_month_is_not_settled_again(city: City, tmp_path: Path) -> None:
    store, subject = SqliteStore(tmp_path / "runs.db"), FileKey("2026-01", H1, "310").subject
    keeper = open_keeper(tmp_path / "runs.db")
    for to in (10, 20, 30, 40):
        change(store, "file", [subject], to, "甲")
    cases = city.folder / "2026-01.csv"
    settle_to_folder(city.policy, [cases], "2026-01", tmp_path / "again", keeper=keeper)
    change(store, "file", [subject], 50, "甲")
    with pytest.raises(UsageError, match="not settled again"):
        settle_to_folder(city.policy, [cases], "2026-01", tmp_path / "third", keeper=keeper)
    settle_to_folder(city.policy, [cases], "2026-02", tmp_path / "february", keeper=keeper)


def test_lists_are_settled_by_their_state_in_the_ledger(tmp_path: Path) -> None:
    """A has failed and B is only submitted; of C the ledger knows nothing."""
    store = SqliteStore(tmp_path / "runs.db")
    change(store, "list", ["A", "B"], 1, "甲")
    change(store, "list", ["A"], 3, "甲")
    city = City(tmp_path, POLICY)
    report = city.settle("2026-01", STAYS[:2], keeper=open_keeper(tmp_path / "runs.db"))
    assert [(total.key, total.rows) for total in report.not_settled] == [("list_not_passed", 2)]

    change(store, "list", ["B"], 2, "甲")
    report = city.settle("2026-01", STAYS[:2], keeper=open_keeper(tmp_path / "runs.db"), out="later")
    assert report.rows[0].cases == 1
