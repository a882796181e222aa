"""The ledger at work beside ``settle`` and ``clear``: says whether a run is official, and keeps its record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.ledger.approvals import approvals_of
from drgdip.ledger.sqlite import SqliteStore
from drgdip.ledger.states import closed_files, code, states

if TYPE_CHECKING:
    from drgdip.base.provenance import Approval, RunRecord, YearRecord
    from drgdip.ledger.store import Store

MONTH_SETTLED, YEAR_CLEARED = "run.settled", "run.cleared"
#: Who records runs; persons approve.
_ENGINE = "drgdip"


class Keeper:
    """What a run asks of the ledger."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def approval(self, sha256: str) -> Approval:
        """Whether runs under the policy with this hash are official."""
        return approvals_of(self.store, sha256).mark(self.store.name)

    def require_open(self, month: str) -> None:
        """Raise UsageError where files of the month are cleared or paid: it is not settled again (4.6)."""
        closed = closed_files(self.store, month)
        if closed:
            first = closed[0]
            raise UsageError(
                Text(f"{month} 已有 {len(closed)} 份结算申报清算或拨付(如 {first.hospital} / {first.pool}),该月不再重新结算。",
                     f"{len(closed)} settlement files of {month} are cleared or paid ({first.hospital} / {first.pool} is one): the"
                     " month is not settled again."),
                Text("事后变动请在以后月份入账;仅为核对的重算不要带 --store。",
                     "Post late changes in a later month; to recompute for a check, leave out --store."),
            )  # fmt: skip

    def list_states(self) -> Mapping[str, int]:
        """States of settlement lists by settlement ID, as far as any is recorded."""
        return {setl_id: code(event) for setl_id, event in states(self.store, "list").items()}

    def keep(self, record: RunRecord | YearRecord, target: Path) -> None:
        """Record a finished run: what it was of, what it came to, and the hashes of its files."""
        period = getattr(record, "month", None) or getattr(record, "year", "")
        body: dict[str, Any] = {
            "period": period,
            "out": str(target),
            "official": record.approval.official,
            "engine": record.engine_version,
            "policy": record.policy.model_dump(),
            "tables": record.tables.model_dump(),
            "totals_fen": record.totals_fen,
            "outputs": record.outputs,
            "record_sha256": hashlib.sha256(record.to_json().encode("utf-8")).hexdigest(),
        }
        kind = MONTH_SETTLED if hasattr(record, "month") else YEAR_CLEARED
        self.store.append(_ENGINE, kind, record.policy.sha256, body)


def open_keeper(path: str | Path) -> Keeper:
    """The keeper of a store in a SQLite file, which is made if it is not there. Raises UsageError if it is no ledger."""
    return Keeper(SqliteStore(path))
