"""What the ledger asks of a store, whatever the database behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from drgdip.ledger.events import Event


class Store(Protocol):
    """Events that are added at the end and never changed.

    A store gives each event its number and hash within one transaction, so that two writers at a time leave one chain.
    """

    @property
    def name(self) -> str:
        """What people know the store by."""

    def append(self, actor: str, kind: str, subject: str, body: Mapping[str, Any]) -> Event:
        """Add an event at the present time."""

    def events(self, kind: str | None = None, subject: str | None = None) -> Sequence[Event]:
        """Events in their order, all or of one kind or subject. Raises LedgerError if the chain is broken anywhere."""
