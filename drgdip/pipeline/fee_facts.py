"""Fee facts: sums of fee lines by stay, as the policy names them, taken while fee lines are read.

A line that names its settlement counts for that; one that names the visit for the visit's only settlement that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake.buffers import gather, one_array
from drgdip.intake.fee_lines import AMOUNT, VISIT, FeeChunk, add_up
from drgdip.intake.key_index import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drgdip.intake.fee_stays import LineStays, Stays
    from drgdip.policy.sections.case_rules_values import FeeFact
    from drgdip.policy.values import PolicyValues

_ITEM, _CHARGE_TYPE = "med_list_codg", "med_chrgitm_type"


def facts_of(days: Sequence[PolicyValues]) -> Mapping[str, FeeFact]:
    """The fee facts of a policy that its routes and case rules use; they are the same on all its days."""
    from drgdip.pricing import Needs

    used = Needs(days).fee_facts
    known = {name: fact for values in days if values.case_rules for name, fact in values.case_rules.fee_facts.items()}
    return {name: known[name] for name in used}


def require_fee_lines(facts: Mapping[str, FeeFact], given: bool) -> None:
    """Raise UsageError where a policy asks for fee lines and there are none."""
    if facts and not given:
        raise UsageError(
            Text(f"政策按费用明细计算({', '.join(facts)}),而没有给出费用明细。",
                 f"The policy pays by fee lines ({', '.join(facts)}), and none are given."),
            Text("请用 --fees(或 fees=)给出费用明细。", "Give the fee lines with --fees, or as fees=."),
        )  # fmt: skip


class FactSums:
    """Running sums of all facts.

    Attributes
    ----------
    sums : fen by fact and row of the cases, over all files in their order.
    """

    def __init__(self, facts: Mapping[str, FeeFact], stays: Stays) -> None:
        self._facts, self._stays = facts, stays
        self.sums = {name: np.zeros(len(stays), dtype=np.int64) for name in facts}
        self._has_lines = np.zeros(len(stays) if facts else 0, dtype=np.int64)
        self._shared = np.zeros(len(stays) if facts else 0, dtype=np.bool_)

    def add(self, chunk: FeeChunk, of_lines: LineStays) -> None:
        """Add the lines of a chunk; what cannot be read counts as nothing, and is told elsewhere."""
        if not self._facts:
            return
        row, shared = of_lines.settlement, of_lines.shared
        self._shared[shared[shared >= 0]] = True
        add_up(self._has_lines, row, np.ones(chunk.rows, dtype=np.int64))
        for name, fact in self._facts.items():
            add_up(self.sums[name], np.where(_meets(chunk, fact), row, -1), chunk.numbers[AMOUNT])

    def findings(self) -> Iterator[Finding]:
        """Stays without lines, and visits whose lines could belong to several settlements."""
        if not self._facts:
            return
        shared = np.nonzero(self._shared)[0]
        for file, row, setl_id in self._stays.places(shared):
            yield Finding(file, row, setl_id, VISIT, "", "fee_facts_shared")
        without = np.nonzero((self._has_lines == 0) & self._stays.standing & ~self._shared)[0]
        for file, row, setl_id in self._stays.places(without):
            yield Finding(file, row, setl_id, VISIT, "", "fee_facts_absent")


def _meets(chunk: FeeChunk, fact: FeeFact) -> np.ndarray:
    """Which lines a fact counts."""
    if not fact.items and not fact.charge_types:
        return np.ones(chunk.rows, dtype=np.bool_)
    met = np.zeros(chunk.rows, dtype=np.bool_)
    if fact.items and _ITEM in chunk.table.column_names:
        met |= _among(chunk.table[_ITEM], fact.items)
    if fact.charge_types and _CHARGE_TYPE in chunk.table.column_names:
        met |= _among(chunk.table[_CHARGE_TYPE], _charge_types(fact))
    return met


def _charge_types(fact: FeeFact) -> list[str]:
    """As they may stand: files that went through a spreadsheet have lost the zero before the digit."""
    return [*fact.charge_types, *(code.lstrip("0") for code in fact.charge_types)]


def case_sums(
    facts: Mapping[str, FeeFact], fees: Iterable[Mapping[str, Any]], text: Mapping[str, str | None], row: int
) -> tuple[dict[str, int], list[Finding]]:
    """All facts of one case from its lines (fen), and what there is to say; ``text``: texts of the case.

    Raises UsageError for a line that is no mapping.
    """
    from drgdip.intake.one_case_fees import read_case_fees

    read = read_case_fees(fees, text)
    sums = {
        name: sum(amount for item, kind, amount in read.lines if _counts(fact, item, kind))
        for name, fact in facts.items()
    }
    if read.lines:
        return sums, read.findings
    return sums, [*read.findings, Finding("", row, text.get("setl_id") or "", VISIT, "", "fee_facts_absent")]


def _counts(fact: FeeFact, item: str, charge_type: str) -> bool:
    every = not fact.items and not fact.charge_types
    return every or item in fact.items or charge_type in _charge_types(fact)


def _among(column: pa.ChunkedArray | pa.Array, codes: Sequence[str]) -> np.ndarray:
    """Which cells hold one of some codes; of a dictionary, each value is looked at once."""
    array = one_array(column) if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(array.type):
        return gather(_among(array.dictionary, codes), array.indices, False)
    known = pa.array([code.encode() for code in codes], pa.binary())
    found: np.ndarray = pc.is_in(plain_text(array), known).to_numpy(zero_copy_only=False)
    return found
