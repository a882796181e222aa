"""States of settlement files and lists in the ledger: every change is an event, and none that is not allowed gets in (4.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.interface.states import CLOSED, FILE, LIST, Machine
from drgdip.ledger.approvals import person
from drgdip.ledger.events import Event
from drgdip.ledger.store import Store

Kind = Literal["file", "list"]
MACHINES: Mapping[Kind, Machine] = {"file": FILE, "list": LIST}


class FileKey(NamedTuple):
    """A settlement file: a hospital's month of one pool."""

    month: str
    hospital: str
    pool: str

    @property
    def subject(self) -> str:
        """What the ledger knows it by."""
        return " ".join(self)

    @classmethod
    def of(cls, subject: str) -> FileKey:
        """From what the ledger knows it by."""
        month, rest = subject.split(" ", 1)
        hospital, pool = rest.rsplit(" ", 1)
        return cls(month, hospital, pool)


def states(store: Store, kind: Kind) -> dict[str, Event]:
    """The last event of everything of a kind, by subject. Raises LedgerError if the store was tampered with."""
    return {event.subject: event for event in store.events(kind=f"state.{kind}")}


def code(event: Event) -> int:
    """The state that an event brought."""
    return int(event.body["to"])


def change(store: Store, kind: Kind, subjects: Sequence[str], to: int, by: str, note: str = "") -> list[Event]:
    """Bring files or lists into a state, all of them or none.

    Raises UsageError, with the states that may follow, where one of them may not go there.
    """
    by, machine, known = person(by), MACHINES[kind], states(store, kind)
    befores = {subject: code(known[subject]) if subject in known else None for subject in dict.fromkeys(subjects)}
    for subject, before in befores.items():
        refusal = machine.refusal(before, to)
        if refusal is not None:
            raise UsageError(
                Text(f"{subject}:{refusal.zh}。", f"{subject}: {refusal.en}."),
                Text("未作任何变更;请用 drgdip state show 查看现状。", "Nothing was changed; see drgdip state show."),
            )
    return [
        store.append(by, f"state.{kind}", subject, {"from": before, "to": to, "note": note})
        for subject, before in befores.items()
    ]


def file_states(store: Store, month: str) -> dict[tuple[str, str], int]:
    """States of the files of a month, by hospital and pool."""
    keyed = {FileKey.of(subject): code(event) for subject, event in states(store, "file").items()}
    return {(key.hospital, key.pool): to for key, to in keyed.items() if key.month == month}


def closed_files(store: Store, month: str) -> list[FileKey]:
    """Files of a month that are cleared or paid."""
    found = [FileKey.of(subject) for subject, event in states(store, "file").items() if code(event) in CLOSED]
    return sorted(key for key in found if key.month == month)
