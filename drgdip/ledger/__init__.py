"""The ledger: approvals of policies and runs, in a store that only grows.

Events are kept in the order they came, each with the hash of the one before; nothing is ever changed or taken away. The
store of a city is SQLite, one file; another database fits in behind :class:`Store`.
"""

from __future__ import annotations

from drgdip.ledger.approvals import PolicyApprovals, approvals_of, approve
from drgdip.ledger.events import Event, LedgerError
from drgdip.ledger.keeper import Keeper, open_keeper
from drgdip.ledger.sqlite import SqliteStore
from drgdip.ledger.states import FileKey, change, file_states, states
from drgdip.ledger.store import Store

__all__ = [
    "Event",
    "FileKey",
    "Keeper",
    "LedgerError",
    "PolicyApprovals",
    "SqliteStore",
    "Store",
    "approvals_of",
    "approve",
    "change",
    "file_states",
    "open_keeper",
    "states",
]
