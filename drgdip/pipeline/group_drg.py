"""CHS-DRG grouping alone: codes in, groups out, with what decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.findings import Finding
from drgdip.base.reasons import number
from drgdip.grouping import drg
from drgdip.intake import CaseReader
from drgdip.intake.combine import NOTHING, Beside
from drgdip.interface.defects import Defects, join_defects
from drgdip.interface.fields import DRG_GROUPING_USE
from drgdip.pipeline.departments import departments
from drgdip.pipeline.drg_words import drg_words
from drgdip.pipeline.parallel import ahead, ordered_map
from drgdip.quality_control import check_codes
from drgdip.quality_control.code_lists import CHECKS, CodeLists, CodeTally

if TYPE_CHECKING:
    from drgdip.intake import RawChunk
    from drgdip.tables.chs_drg.drg_tables import DrgTables

_UNKNOWN_CODES = tuple(map(number, ("unknown_diagnosis_code", "unknown_procedure_code")))


class DrgGroupedCase(NamedTuple):
    """One stay. An ambiguous one has its adjacent group's code in both places, an ungrouped one ``0000`` in all three.

    adrg_sheet_row, drg_sheet_row : data rows of the sheets ADRG and DRG that decided, empty where none did.
    complications : other diagnoses that counted (``E11.900=CC``), joined by ``|``. excluded : those that did not, with
    the exclusion table that took them away. deciding_operations, deciding_diagnoses : codes that the deciding rules found.
    """

    setl_id: str
    mdc_code: str
    adrg_code: str
    drg_code: str
    group_reason: str
    drg_name: str
    adrg_sheet_row: str
    drg_sheet_row: str
    complications: str
    excluded: str
    deciding_diagnoses: str
    deciding_operations: str


COLUMNS = DrgGroupedCase._fields


def group_drg_cases(
    cases: Sequence[Any], tables: DrgTables, threads: int = 2, beside: Beside = NOTHING, block: Collection[str] = ()
) -> Iterator[tuple[list[DrgGroupedCase], list[Finding]]]:
    """The rows of :func:`group_drg_tables` one by one, all cells as text."""
    for table, findings in group_drg_tables(cases, tables, threads, beside, block=block):
        columns = (table[name].cast(pa.string()).fill_null("").to_pylist() for name in COLUMNS)
        yield list(map(DrgGroupedCase._make, zip(*columns, strict=True))), findings


def group_drg_tables(
    cases: Sequence[Any],
    tables: DrgTables,
    threads: int = 2,
    beside: Beside = NOTHING,
    audit: bool = True,
    block: Collection[str] = (),
    tell: Collection[str] = (),
) -> Iterator[tuple[pa.Table, list[Finding]]]:
    """Group stays chunk by chunk, in the order of the input.

    A stay with a code that is not known is a finding and is grouped by its other codes; stays with other defects are
    findings instead.

    Parameters
    ----------
    cases : files, folders, Arrow tables or DataFrames.
    beside : mapping that the cases are read through, and what is joined to them.
    audit : also tell which codes decided; see :class:`DrgGroupedCase` for the columns.
    block : families of checks on codes (``grey``, ``principal``, ``operation``) whose stays are findings and not grouped.
    tell : families whose stays are findings each, and grouped; of other families one finding tells how many there are.

    Raises
    ------
    UsageError : a source cannot be read.
    """
    words, lists = drg_words(tables), CodeLists(tables.diagnoses, tables.procedures)
    tally = CodeTally(lists)
    systems = tables.diagnoses, tables.procedures
    with CaseReader(cases, *systems, threads=threads, use=DRG_GROUPING_USE, beside=beside) as reader:
        yield words.empty(audit), reader.file_findings

        def work(raw: RawChunk) -> tuple[pa.Table, list[Finding]]:
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check_codes(encoded.columns, encoded.defects))
            barred = lists.defects(encoded.columns, block, barred=True)
            wanted = np.ones(raw.rows, dtype=np.bool_)
            wanted[blocking(defects)] = wanted[barred.row] = False
            tally.add(encoded.columns)
            told = join_defects(defects, barred, lists.defects(encoded.columns, tell))
            columns = {
                **encoded.columns,
                "department_id": departments(raw.columns.get("dscg_caty"), tables.texts, raw.rows),
            }
            result = drg.assign_groups(columns, tables, audit)
            setl_id = raw.text(np.nonzero(wanted)[0], ("setl_id",))["setl_id"]
            found = [*map(lists.with_codes, reader.findings(raw, told))]
            return words.table(setl_id, columns, result, wanted, audit), found

        chunks = ahead(reader) if threads > 1 else reader  # Read while what came before is written.
        # One more than threads: else one waits while what the other has done is written.
        yield from ordered_map(work, chunks, threads, ahead=1)
        each = {check.key for check in CHECKS if check.family in block or check.family in tell}
        yield words.empty(audit), [finding for finding in tally.findings() if finding.key not in each]


def blocking(defects: Defects) -> np.ndarray:
    """Rows that cannot be grouped: all that have a defect other than a code that is not known."""
    return defects.row[~np.isin(defects.reason, _UNKNOWN_CODES)]
