"""Columns that come with the cases only where a policy asks for them: fee facts, departments, a quota's decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

if TYPE_CHECKING:
    from drgdip.intake import RawChunk
    from drgdip.pipeline.attribution.inputs import ListInputs
    from drgdip.policy.values import PolicyValues

_DEPARTMENT = "dscg_caty"


class Given(NamedTuple):
    """What cases are given beside their own columns.

    departments : those that routes name; the place is the ID. facts : sums of fee lines by name (fen), by row of all
    cases in their order; missing : names of facts without fee lines. quota : whether stays may be beyond a quota. lists : the
    register of lists and earlier interim bills; attribution : whether stays are given what it says.
    """

    departments: tuple[str, ...] = ()
    facts: Mapping[str, np.ndarray] = {}
    missing: tuple[str, ...] = ()
    quota: bool = False
    lists: ListInputs | None = None
    attribution: bool = False

    def of_chunk(self, raw: RawChunk, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The columns of some positions of a chunk."""
        columns = {f"fee_{name}_fen": sums[raw.before + rows] for name, sums in self.facts.items()}
        if self.departments:
            cells, places = raw.different(_DEPARTMENT, rows)
            columns["route_department_id"] = self._departments(cells)[places]
        if self.quota:
            columns["beyond_quota"] = np.zeros(len(rows), dtype=np.int8)
        return columns

    def of_case(self, text: Mapping[str, str | None], facts: Mapping[str, int]) -> dict[str, np.ndarray]:
        """The columns of a single case with the sums of its fee lines."""
        columns = {f"fee_{name}_fen": np.array([fen], dtype=np.int64) for name, fen in facts.items()}
        if self.departments:
            columns["route_department_id"] = self._departments([text.get(_DEPARTMENT) or ""])
        if self.quota:
            columns["beyond_quota"] = np.zeros(1, dtype=np.int8)
        if self.attribution:
            from drgdip.pipeline.attribution.stages import as_it_came

            columns |= as_it_came(1)
        return columns

    def require_facts(self) -> None:
        """Raise UsageError where the policy pays by fee lines that are not at hand."""
        if self.missing:
            raise UsageError(
                Text(f"政策按费用明细计算({', '.join(self.missing)}),而没有给出费用明细。",
                     f"The policy pays by fee lines ({', '.join(self.missing)}), and none are given."),
                Text("请用 fees= 给出费用明细;确无明细的病例给空列表。",
                     "Give them as fees=; a case that has none is given an empty list."),
            )  # fmt: skip

    def _departments(self, cells: Sequence[str]) -> np.ndarray:
        ids = {code: place for place, code in enumerate(self.departments)}
        return np.array([ids.get(cell.strip(), -1) for cell in cells], dtype=np.int32)


NOTHING_GIVEN = Given()


def given_for(
    days: Sequence[PolicyValues], facts: Mapping[str, np.ndarray] | None = None, lists: ListInputs | None = None
) -> Given:
    """What the cases of a policy are given; ``facts`` where there are fee lines, ``lists`` where there is a register."""
    from drgdip.pricing import Needs

    needs = Needs(days)
    known = {name: sums for name, sums in (facts or {}).items() if name in needs.fee_facts}
    missing = tuple(name for name in needs.fee_facts if name not in known)
    attributed = any(values.attribution is not None for values in days)
    return Given(needs.departments, known, missing, needs.quota, lists, attributed)
