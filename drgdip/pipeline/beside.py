"""What a month adds up beside its statement where the policy asks for it: money that is held, lines of methods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from drgdip.pipeline.attribution.month import AttributionOutcome, attributions_of

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.base.columns import Columns
    from drgdip.interface.denial import DenialLine
    from drgdip.pipeline.attribution.inputs import ListInputs
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.denials.reserves import Reserves
    from drgdip.pipeline.mixed import MixedOutcome
    from drgdip.policy import Policy


class BesideMonth:
    """Feed it paid chunks with :meth:`add`, then ask for the outcomes."""

    def __init__(
        self,
        month: str,
        policy: Policy,
        period: tuple[date, date],
        contexts: Sequence[Context],
        given: ListInputs | None,
        seen: Collection[str] = (),
        reserves: Reserves | None = None,
    ) -> None:
        self._attributions = attributions_of(month, contexts, given, seen, reserves)
        self._mixed = None
        if contexts[-1].values.mixed is not None:
            from drgdip.pipeline.mixed import MixedMonth

            self._mixed = MixedMonth(month, policy, *period)

    def add(self, text: Mapping[str, pa.Array], columns: Columns, hospitals: Sequence[str]) -> None:
        """Look at a paid chunk."""
        if self._attributions:
            self._attributions.add(text, columns, hospitals)
        if self._mixed:
            self._mixed.add(columns, hospitals)

    def attribution(self, denied: Sequence[DenialLine]) -> AttributionOutcome | None:
        """What is held, released and taken back; None under a policy without. denied : what denials of the month came to."""
        left = {line.setl_id: line.left_fen - line.denied_fen for line in denied if line.standing == "posted"}
        return self._attributions.outcome(left) if self._attributions else None

    def mixed(self) -> MixedOutcome | None:
        """Lines of methods; None under a policy without."""
        return self._mixed.outcome() if self._mixed else None
