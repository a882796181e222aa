"""What a self-test came to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drgdip.base.errors import EXIT_BLOCKED, EXIT_DONE
from drgdip.base.text import Text


class Failure(NamedTuple):
    """One field of one example that came out otherwise; values as text."""

    id: str
    field: str
    expected: str
    got: str


class Refusal(NamedTuple):
    """An example that asks for what the engine does not have."""

    id: str
    words: Text


#: An example passes with no failure, fails with one per field, or is refused.
Outcome = list[Failure] | Refusal


class Report(NamedTuple):
    """Examples by outcome."""

    passed: int
    failed: int
    failures: tuple[Failure, ...]
    refusals: tuple[Refusal, ...]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Report:
        """Count outcomes."""
        listed = list(outcomes)
        refusals = tuple(outcome for outcome in listed if isinstance(outcome, Refusal))
        judged = [outcome for outcome in listed if not isinstance(outcome, Refusal)]
        failed = [outcome for outcome in judged if outcome]
        return cls(len(judged) - len(failed), len(failed), tuple(f for outcome in failed for f in outcome), refusals)

    @property
    def exit_code(self) -> int:
        """Done only if everything could be run and came out as expected."""
        return EXIT_BLOCKED if self.failed or self.refusals else EXIT_DONE

    def last_line(self) -> str:
        """The line that a run ends with."""
        return f"passed {self.passed} failed {self.failed} unsupported {len(self.refusals)}"
