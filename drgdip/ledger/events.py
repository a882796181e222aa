"""Events, and the chain of hashes that holds them together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from drgdip.base.errors import EXIT_BLOCKED, DrgdipError
from drgdip.base.text import Text

#: What the first event's hash rests on.
ORIGIN = "0" * 64


class LedgerError(DrgdipError):
    """A store that cannot be used, or that is not as it was written."""

    exit_code = EXIT_BLOCKED


class Event(NamedTuple):
    """One thing that happened.

    seq : from 1, without gaps. at : UTC, seconds. actor : who. kind : such as ``policy.approved``. subject : what it is
    about, such as a policy's hash. body : the rest, plain JSON. hash : SHA-256 over the hash before and all of these.
    """

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    prev_hash: str
    hash: str


def chained(seq: int, at: str, actor: str, kind: str, subject: str, body: Mapping[str, Any], prev_hash: str) -> Event:
    """An event with its hash."""
    return Event(seq, at, actor, kind, subject, body, prev_hash, _hash(seq, at, actor, kind, subject, body, prev_hash))


def canonical(body: Mapping[str, Any]) -> str:
    """JSON in one form only: keys in order, no spaces, UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check_chain(events: Iterable[Event]) -> None:
    """Raise LedgerError at the first event that is not as it was written, or does not follow the one before."""
    before, expected = ORIGIN, 1
    for event in events:
        if event.seq != expected or event.prev_hash != before or event != chained(*event[:7]):
            raise LedgerError(
                Text(f"台账第 {event.seq} 条与写入时不一致。", f"Event {event.seq} of the ledger is not as it was written."),
                Text("请恢复该台账的备份,并查明改动来源。", "Restore a backup of the store, and find out who changed it."),
            )  # fmt: skip
        before, expected = event.hash, event.seq + 1


def _hash(seq: int, at: str, actor: str, kind: str, subject: str, body: Mapping[str, Any], prev_hash: str) -> str:
    content = canonical({"seq": seq, "at": at, "actor": actor, "kind": kind, "subject": subject, "body": dict(body)})
    return hashlib.sha256((prev_hash + content).encode("utf-8", "surrogatepass")).hexdigest()
