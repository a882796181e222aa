"""Where a stay belongs: categories in their order, in each its adjacent groups in theirs, in each its groups in theirs.

A category whose adjacent groups all fail gives way to the next one, an adjacent group whose groups all fail to the next
one; an adjacent group without groups takes the stay itself.
"""

from __future__ import annotations

from typing import NamedTuple

from drgdip.tables.chs_drg.rows import AdrgRow, DrgContent, DrgRow
from tests.reference.drg.proof import NOTHING, Proof, proof
from tests.reference.drg.stay import Stay


class Outcome(NamedTuple):
    """The rows that decided, None where none did, and the codes that show it."""

    adrg: AdrgRow | None
    drg: DrgRow | None
    shown: Proof


UNGROUPED = Outcome(None, None, NOTHING)


def group_stay(stay: Stay, content: DrgContent) -> Outcome:
    """Group one stay; without a diagnosis there is nothing to group by."""
    if not stay.diagnoses:
        return UNGROUPED
    for mdc in content.mdcs:
        by_mdc = proof(mdc.rule, stay, content)
        if by_mdc is None:
            continue
        for adrg in (row for row in content.adrgs if row.mdc == mdc.code):
            by_adrg = proof(adrg.rule, stay, content)
            if by_adrg is None:
                continue
            groups = content.groups_of(adrg)
            if not groups:
                return Outcome(adrg, None, by_mdc | by_adrg)
            for drg in groups:
                by_drg = proof(drg.rule, stay, content)
                if by_drg is not None:
                    return Outcome(adrg, drg, by_mdc | by_adrg | by_drg)
    return UNGROUPED
