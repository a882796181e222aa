"""Grouping alone: codes in, groups out, for those who do not settle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import reason
from drgdip.grouping import dip
from drgdip.intake import CaseReader
from drgdip.intake.combine import NOTHING, Beside
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import GROUPING_USE
from drgdip.pipeline.batch import take
from drgdip.pipeline.parallel import ordered_map
from drgdip.policy.values import Grouping
from drgdip.quality_control import check_codes
from drgdip.quality_control.code_lists import CodeLists

if TYPE_CHECKING:
    from drgdip.intake import RawChunk
    from drgdip.tables import DipTables

#: The national order where no policy is named: fullest match, then the heavier group, then its code.
NATIONAL_ORDER = Grouping(
    main_op_first=True,
    tie_break=("full_match", "max_ops", "max_rw", "id"),
    type_order=(),
    subcategory_wildcard=True,
    intervention_as="surgery",
    ungrouped_factor_e4=0,
)

COLUMNS = ("setl_id", "dip_code", "dip_kind", "group_reason", "runner_up_code", "dip_name")
_KINDS = ("core", "comprehensive")


class GroupedCase(NamedTuple):
    """One stay; ``dip_code`` is empty and ``dip_kind`` ``ungrouped`` where no group takes it."""

    setl_id: str
    dip_code: str
    dip_kind: str
    group_reason: str
    runner_up_code: str
    dip_name: str


def group_cases(
    cases: Sequence[Any],
    tables: DipTables,
    choices: Grouping = NATIONAL_ORDER,
    threads: int = 2,
    beside: Beside = NOTHING,
    block: Collection[str] = (),
    tell: Collection[str] = (),
) -> Iterator[tuple[list[GroupedCase], list[Finding]]]:
    """Group stays chunk by chunk, in the order of the input; stays with defects are findings instead.

    Parameters
    ----------
    beside : mapping that the cases are read through, and what is joined to them.
    block : families of checks on codes (``grey``, ``principal``) whose stays are findings and not grouped.
    tell : families whose stays are findings, and grouped.

    Raises
    ------
    UsageError : a source cannot be read.
    """
    parameters = dip.grouping_parameters(choices, tables.groups)
    lists = CodeLists(tables.diagnoses, tables.procedures, "dip") if block or tell else None
    with CaseReader(cases, tables.diagnoses, tables.procedures, use=GROUPING_USE, beside=beside) as reader:
        yield [], reader.file_findings

        def work(raw: RawChunk) -> tuple[list[GroupedCase], list[Finding]]:
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check_codes(encoded.columns, encoded.defects))
            told = join_defects()
            if lists:
                defects = join_defects(defects, lists.defects(encoded.columns, block, barred=True))
                told = lists.defects(encoded.columns, tell)
            good = np.setdiff1d(np.arange(raw.rows), defects.row)
            result = dip.assign_groups(take(encoded.columns, good), tables.groups, parameters)
            ids = [cell.strip() for cell in raw.cells("setl_id", good)]
            found = reader.findings(raw, join_defects(defects, told))
            return _named(ids, result, tables), [*map(lists.with_codes, found)] if lists else found

        yield from ordered_map(work, reader, threads)


def _named(ids: list[str], result: dict[str, np.ndarray], tables: DipTables) -> list[GroupedCase]:
    codes, names, kinds = tables.group_codes, tables.group_names, tables.groups.group_kind.tolist()
    rows = zip(
        ids,
        result["group_id"].tolist(),
        result["group_reason"].tolist(),
        result["runner_up_group_id"].tolist(),
        strict=True,
    )
    return [
        GroupedCase(
            setl_id,
            codes[group] if group >= 0 else "",
            _KINDS[kinds[group]] if group >= 0 else "ungrouped",
            reason(why).key,
            codes[second] if second >= 0 else "",
            names[group] if group >= 0 else "",
        )
        for setl_id, group, why, second in rows
    ]
