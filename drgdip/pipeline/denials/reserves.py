"""What open findings hold of the month's stays: what their denials would take, of what denials have left (8.3; workflow 3).

A stay that is held keeps its points and its place in the pool, whatever the mode: only its payment waits. What is held is
worked out once, when the stay is settled; later months release it, or deny it, as decisions come.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.interface.denial import Denial
from drgdip.interface.held_finding import HeldFinding
from drgdip.interface.hold import AND, SCREENING, HoldLine
from drgdip.pipeline.batch import rows_of
from drgdip.pipeline.denials.effect import STRUCTURAL, Asked, Effect, effects_of
from drgdip.pipeline.denials.kept import KeptStays
from drgdip.pipeline.text_rows import rows_with_ids
from drgdip.sanctions.holding import RESERVED
from drgdip.sanctions.rules import denied_fen

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.pipeline.context import Context
    from drgdip.pipeline.denials.inputs import DenialInputs
    from drgdip.pipeline.process import Process
    from drgdip.pipeline.run_folder import RunFolder
    from drgdip.pipeline.special.stay import Stay

Columns = Mapping[str, np.ndarray]


class Reserve(NamedTuple):
    """What findings hold of one stay. findings : their keys; rules : that found them."""

    findings: str
    rules: str
    fen: int


class Reserves:
    """Feed it priced chunks with :meth:`see`, then :meth:`decide`; once the month's values are known, :meth:`work_out`, and pay
    what :meth:`apply` returns.

    ``by_stay`` : what is held of the stays that have been paid. ``open`` : keys of all open findings whose money waits; None
    where no screening says.
    """

    def __init__(
        self,
        month: str,
        process: Process,
        contexts: Sequence[Context],
        given: DenialInputs,
        holds: Sequence[HoldLine],
        tell: Callable[[Sequence[Finding]], None],
    ) -> None:
        values = contexts[-1].values
        assert values.sanctions is not None
        assert values.screening is not None
        if values.screening.pays and given.held:  # the screening was of a day on which the policy still held
            given = given._replace(held=())
        self._mode, self._given, self._tell = values.sanctions.denial, given, tell
        self._known = {key for line in holds for key in line.findings}
        self._cumulative = values.month.point_value == "cumulative"
        self.open = None if given.held is None else frozenset(one.key for one in given.held)
        # A year to date holds its stays anew in every month: without a screening, as the month before has left them.
        asked = _as_before(holds) if given.held is None and self._cumulative else self._grouped(given.held or ())
        self._asked: dict[str, list[Denial]] = {}
        for one in sorted(asked, key=lambda one: (one.mode not in STRUCTURAL, one.id)):
            self._asked.setdefault(one.setl_id, []).append(one)
        self._kept = KeptStays(month, process, contexts, self._asked)
        self._priced: dict[str, Columns] = {}
        self._effects: dict[str, list[Effect]] = {}
        self.by_stay: dict[str, list[Reserve]] = {}

    @property
    def wanted(self) -> set[str]:
        """Settlement IDs of which something may be held."""
        return set(self._asked)

    @property
    def waits(self) -> bool:
        """Whether stays have to wait for the month's point value before any is paid."""
        return bool(self._asked)

    def see(self, text: Mapping[str, pa.Array], columns: Columns, hospitals: Sequence[str]) -> None:
        """Keep the stays of which something may be held."""
        self._kept.see(text, columns, hospitals)

    def decide(self, replaced: Mapping[str, Columns]) -> None:
        """All stays of the month are known. replaced : columns of stays that review or readmission has changed."""
        self._priced = self._kept.priced(replaced)
        absent = self._asked.keys() - self._kept.stays.keys()
        late = {id_ for id_ in absent if not self._known & self._keys(id_)}
        for setl_id in sorted(_settled_before(self._given.runs, late)):
            rules = AND.join(one.reason for one in self._asked[setl_id])
            self._tell([Finding("--screening", 0, setl_id, "rule", rules, "held_too_late")])

    def _keys(self, setl_id: str) -> set[str]:
        return {key for one in self._asked[setl_id] for key in one.id.split(AND)}

    def _grouped(self, held: Sequence[HeldFinding]) -> list[Denial]:
        """Findings as the denials that they would make: one a finding, or one a stay where the mode makes another stay of it."""
        groups: dict[tuple[str, str, str], list[HeldFinding]] = {}
        for one in sorted(held):
            mode = one.mode or self._mode
            groups.setdefault((one.setl_id, mode, "" if mode in STRUCTURAL else one.key), []).append(one)
        return [
            Denial("--screening", 0, AND.join(one.key for one in own), setl_id, "", "", mode, sum(one.fund_fen for one in own),
                   sum(one.fee_fen for one in own), next((one.group for one in own if one.group), ""),
                   AND.join(sorted({one.rule for one in own})))
            for (setl_id, mode, _), own in groups.items()
        ]  # fmt: skip

    def work_out(self) -> None:
        """What the findings would take, once the month's values are known."""
        stays, priced = self._kept.stays, self._priced
        asked = [
            Asked(stays[id_], priced[id_], one, _possible(one, stays[id_]))
            for id_, own in self._asked.items() if id_ in stays for one in own
        ]  # fmt: skip
        for one, effect in zip(asked, effects_of(asked), strict=True):
            self._effects.setdefault(one.stay.setl_id, []).append(effect)

    def apply(self, text: Mapping[str, pa.Array], columns: Columns, taken: Callable[[str], int]) -> Columns:
        """A priced chunk with what is held of its stays; the chunk itself where nothing is. taken : by denials, of a stay."""
        rows = rows_with_ids(text, self._kept.stays.keys())
        if not rows:
            return columns
        reserved = np.zeros(rows_of(columns), dtype=RESERVED.dtype)
        for row, setl_id in rows:
            self.by_stay[setl_id] = found = self._of(setl_id, taken(setl_id))
            reserved[row] = sum(one.fen for one in found)
        return {**columns, RESERVED.name: reserved}

    def _of(self, setl_id: str, taken_fen: int) -> list[Reserve]:
        """What the findings of a stay hold, one after the other, each up to what is left."""
        found = []
        for one, effect in zip(self._asked[setl_id], self._effects[setl_id], strict=True):
            fen = denied_fen(effect.asked_fen, max(effect.before.payable_fen, 0) - taken_fen)
            taken_fen += fen
            if fen:
                found.append(Reserve(one.id, one.reason, fen))
        return found


def _possible(one: Denial, stay: Stay) -> str:
    """The mode, or what comes nearest to it where the stay or the edition does not bear it."""
    if one.mode == "regroup" and one.group not in stay.context.tables.group_codes:
        return "deduct_amount"
    if one.mode == "reprice_cost" and not 0 < one.fee_fen < stay.value("total_cost_fen"):
        return "void" if one.fee_fen else "deduct_amount"
    return one.mode


def _as_before(holds: Sequence[HoldLine]) -> list[Denial]:
    """What the last month holds, as amounts."""
    last = max((line.month for line in holds), default="")
    return [
        Denial("--prior", 0, line.decision, line.setl_id, "", "", "deduct_amount", line.open_fen, 0, "", line.rules)
        for line in holds
        if line.month == last and line.reason == SCREENING and line.open_fen
    ]


def _settled_before(runs: Sequence[tuple[str, RunFolder]], wanted: Collection[str]) -> set[str]:
    """Which of some stays earlier runs have settled."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    found: set[str] = set()
    ids = pa.array(sorted(wanted), pa.string())
    for _, run in runs if wanted else ():
        with run.reading("cases.parquet") as path:
            column = parquet.read_table(path, columns=["setl_id"])["setl_id"].cast(pa.string())
        found |= set(column.filter(pc.is_in(column, value_set=ids)).to_pylist())
    return found
