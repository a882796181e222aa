"""Findings and the list of unsettled rows, written from the defects of a chunk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS, reason
from drgdip.intake.chunk import RawChunk
from drgdip.intake.code_index import CodeIndex, ids_in
from drgdip.intake.encode import CodeIndexes
from drgdip.intake.source import Source, notices_of
from drgdip.interface.defects import WHOLE_ROW, Defects
from drgdip.interface.fields import Use, field_names, fields_of
from drgdip.interface.set_aside import SetAsideRow

#: Of columns named in a finding.
_MOST_NAMES, _LONGEST_NAME = 50, 60
_UNKNOWN_CODES = ("unknown_diagnosis_code", "unknown_procedure_code")


def findings_of(raw: RawChunk, defects: Defects, indexes: CodeIndexes) -> list[Finding]:
    """One finding a defect, in order, with the value as written; of unknown codes, those that are unknown.

    Then what the source noted about rows that are settled all the same.
    """
    noted = {(note.row - raw.first_row, note.field, note.key): note.value for note in raw.notes}
    ids = raw.cells("setl_id", defects.row)
    values = _values(raw, defects)
    findings = []
    for row, field, number, setl_id, value in zip(*(a.tolist() for a in defects), ids, values, strict=True):
        name, key = "" if field == WHOLE_ROW else field_names()[field], reason(number).key
        if key in _UNKNOWN_CODES:
            value = "|".join(_unknown(value, getattr(indexes, name)))
        value = noted.get((row, name, key), value)
        findings.append(Finding(raw.file, raw.first_row + row, setl_id.strip(), name, value, key))
    return findings + _notices(raw)


def _notices(raw: RawChunk) -> list[Finding]:
    notes = [note for note in raw.notes if REASONS[note.key].effect == "notice"]
    ids = raw.cells("setl_id", np.array([note.row - raw.first_row for note in notes], dtype=np.int64))
    return [
        Finding(raw.file, note.row, setl_id.strip(), note.field, note.value, note.key)
        for note, setl_id in zip(notes, ids, strict=True)
    ]


def _values(raw: RawChunk, defects: Defects) -> list[str]:
    values = [""] * len(defects.row)
    for field in np.unique(defects.field).tolist():
        places = np.nonzero(defects.field == field)[0]
        rows = defects.row[places]
        cells = (
            [raw.malformed.get(row, "") for row in rows.tolist()]
            if field == WHOLE_ROW
            else raw.cells(field_names()[field], rows)
        )
        for place, cell in zip(places.tolist(), cells, strict=True):
            values[place] = cell
    return values


def _unknown(cell: str, index: CodeIndex) -> list[str]:
    codes = [code.strip() for code in cell.split("|")]
    return [code for code in codes if code and (ids_in(code, index) < 0).any()]


def set_aside_rows(
    raw: RawChunk, defects: Defects, excluded: Sequence[tuple[int, int]]
) -> tuple[list[SetAsideRow], list[Finding]]:
    """Rows that are not settled, in order: those with defects, and those that later steps exclude.

    ``excluded`` has position and reason number. Exclusions that the sender has to mend are findings, too.
    """
    reasons: dict[int, list[int]] = {}
    for row, number in [*zip(defects.row.tolist(), defects.reason.tolist(), strict=True), *excluded]:
        reasons.setdefault(row, []).append(number)
    rows = sorted(reasons)
    places = np.array(rows, dtype=np.int64)
    texts = (raw.cells(field, places) for field in ("setl_id", "fixmedins_code", "insutype", "medfee_sumamt"))
    listed = [
        SetAsideRow(raw.file, raw.first_row + row, setl_id, hospital, insurance_type, cost, _keys(reasons[row]))
        for row, setl_id, hospital, insurance_type, cost in zip(rows, *texts, strict=True)
    ]
    return listed, _mendable(raw, excluded)


def _keys(numbers: list[int]) -> tuple[str, ...]:
    return tuple(reason(number).key for number in sorted(set(numbers)))


def _mendable(raw: RawChunk, excluded: Sequence[tuple[int, int]]) -> list[Finding]:
    pairs = sorted((row, number) for row, number in excluded if reason(number).effect == "set_aside")
    rows = np.array([row for row, _ in pairs], dtype=np.int64)
    return [
        Finding(raw.file, raw.first_row + row, setl_id, "insutype", insurance_type, reason(number).key)
        for (row, number), setl_id, insurance_type in zip(
            pairs, raw.cells("setl_id", rows), raw.cells("insutype", rows), strict=True
        )
    ]


def file_findings(source: Source, use: Use) -> list[Finding]:
    """Notices about a source as a whole: columns that are not known, and optional ones that are absent."""
    unknown = [name for name in source.columns if name not in fields_of("cases")]
    absent = [name for name in use.reads if name not in use.requires and name not in source.columns]
    notices = (("unknown_column", unknown), ("optional_column_absent", absent))
    about = [Finding(source.name, 0, "", "", _listed(names), key) for key, names in notices if names]
    return [*notices_of(source), *about]


def _listed(names: Sequence[str]) -> str:
    more = f" … ({len(names)})" if len(names) > _MOST_NAMES else ""
    return ", ".join(name[:_LONGEST_NAME] for name in names[:_MOST_NAMES]) + more
