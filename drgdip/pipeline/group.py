"""Grouping alone: codes in, groups out, for those who do not settle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.findings import Finding
from drgdip.grouping import dip
from drgdip.intake import CaseReader
from drgdip.intake.combine import NOTHING, Beside
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import GROUPING_BY_AGE_USE, GROUPING_USE
from drgdip.pipeline.batch import keep
from drgdip.pipeline.dip_words import DipWords
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
    """The rows of :func:`group_tables` one by one."""
    for table, findings in group_tables(cases, tables, choices, threads, beside, block, tell):
        columns = (column.to_pylist() for column in table.columns)
        yield list(map(GroupedCase._make, zip(*columns, strict=True))), findings


def group_tables(
    cases: Sequence[Any],
    tables: DipTables,
    choices: Grouping = NATIONAL_ORDER,
    threads: int = 2,
    beside: Beside = NOTHING,
    block: Collection[str] = (),
    tell: Collection[str] = (),
) -> Iterator[tuple[pa.Table, list[Finding]]]:
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
    words, systems = DipWords(tables), (tables.diagnoses, tables.procedures)
    parameters = dip.grouping_parameters(choices, tables.groups)
    lists = CodeLists(*systems, "dip") if block or tell else None
    use = GROUPING_BY_AGE_USE if dip.asks_ages(tables.groups) else GROUPING_USE
    with CaseReader(cases, *systems, threads=threads, use=use, beside=beside) as reader:
        yield words.empty(), reader.file_findings

        def work(raw: RawChunk) -> tuple[pa.Table, list[Finding]]:
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check_codes(encoded.columns, encoded.defects))
            told = join_defects()
            if lists:
                defects = join_defects(defects, lists.defects(encoded.columns, block, barred=True))
                told = lists.defects(encoded.columns, tell)
            good = np.ones(raw.rows, dtype=np.bool_)
            good[defects.row] = False
            result = dip.assign_groups(keep(encoded.columns, good), tables.groups, parameters)
            setl_id = raw.text(np.nonzero(good)[0], ("setl_id",))["setl_id"]
            found = reader.findings(raw, join_defects(defects, told))
            return words.table(setl_id, result), [*map(lists.with_codes, found)] if lists else found

        yield from ordered_map(work, reader, threads)
