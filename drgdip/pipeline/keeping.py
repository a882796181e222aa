"""What a run asks of whoever keeps the runs; without a keeper a run is a trial and works all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from drgdip.base.provenance import TRIAL, Approval

if TYPE_CHECKING:
    from drgdip.base.provenance import RunRecord, YearRecord


class RunKeeper(Protocol):
    """Says whether a policy is approved and a month open, knows states of lists, and records runs. See :func:`drgdip.ledger.open_keeper`."""

    def approval(self, sha256: str) -> Approval:
        """Whether runs under the policy with this hash are official."""

    def require_open(self, month: str) -> None:
        """Raise UsageError where files of the month are cleared or paid: it is not settled again."""

    def list_states(self) -> Mapping[str, int]:
        """States of settlement lists by settlement ID, as far as any is recorded."""

    def keep(self, record: RunRecord | YearRecord, target: Path) -> None:
        """Record a finished run, whose files are about to appear at ``target``."""


def approval_of(keeper: RunKeeper | None, sha256: str) -> Approval:
    """What the keeper says; a trial without one."""
    return keeper.approval(sha256) if keeper else TRIAL
