"""One case given as a mapping: the values and defects that the reader would give a table of one row, without Arrow.

Text goes through the reader's own kernels, all cells at once. Numbers that arrive as such (from JSON) are decided by
the same rules (:mod:`drgdip.intake.one_case_values`); tests hold both readers to each other, cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS, number, reason
from drgdip.intake.aliased import names_of
from drgdip.intake.buffers import Cells
from drgdip.intake.code_index import code_index, ids_in, read_code_lists
from drgdip.intake.coded import Translation, translate
from drgdip.intake.columns import OFFSETS, TEXT_FIELDS
from drgdip.intake.one_case_cells import BLANKS, NumberCells, handed_text, settle_age, text_status
from drgdip.intake.one_case_values import NotAValue, Plain, as_written, plain
from drgdip.intake.status import MISSING, OK, reason_key
from drgdip.interface.code_tables import CodeTables, code_numbers, code_tables
from drgdip.interface.defects import WHOLE_ROW, Defects, join_defects
from drgdip.interface.fields import Field, field_names, fields, settlement_use

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem

_WRONG_TYPE = number("wrong_type")
_UNKNOWN_CODES = ("unknown_diagnosis_code", "unknown_procedure_code")


class Note(NamedTuple):
    """What is to be said about a field beside its defects: field, value, key of the reason."""

    field: str
    value: str
    key: str


def _of_type(*types: str) -> tuple[Field, ...]:
    return tuple(field for field in fields().values() if field.type in types)


class DecodedCase(NamedTuple):
    """A case as columns of one row.

    columns : those of ``WRITES``, with placeholders where a cell is wrong. text : ``TEXT_FIELDS`` without blanks
    around them, None where empty. given : the case as it came, under national names. notes : field, value and key of
    what is to be said besides. row : its number in findings.
    """

    columns: dict[str, np.ndarray]
    defects: Defects
    text: dict[str, str | None]
    given: Mapping[str, Any]
    notes: tuple[Note, ...]
    row: int


class CaseDecoder:
    """Decodes cases one by one; calls change nothing in it, so threads may share it.

    Parameters
    ----------
    diagnoses, procedures : CodeSystem
        Code systems that give codes their ids.
    tables : CodeTables, optional
        Code tables of the interface; those shipped unless given.
    """

    def __init__(self, diagnoses: CodeSystem, procedures: CodeSystem, tables: CodeTables | None = None) -> None:
        tables = tables or code_tables()
        self._indexes = {"diag_code": code_index(diagnoses), "oprn_oprt_code": code_index(procedures)}
        codes, self._lists, self._texts = _of_type("code"), _of_type("codes"), _of_type("text")
        numbers = (*codes, *_of_type("integer", "decimal"), *_of_type("money"), *_of_type("datetime"))
        self._numbers = NumberCells(numbers, self._lists, tables)
        #: In the order in which statuses are told; and whether each may not be empty.
        self._told = (*numbers, *self._lists, *self._texts)
        self._required = [field.name in settlement_use().requires for field in self._told]
        self._open = [(f.name, f.column, code_numbers(f.code_table, tables)) for f in codes if f.code_check == "open"]

    def decode(
        self, case: Mapping[str, Any], row: int = 1, codes: Sequence[tuple[str, Translation]] = ()
    ) -> DecodedCase:
        """Columns and defects of one case; a key that is absent counts as an empty cell.

        ``codes`` : fields whose codes are in another edition, with what translates them.
        """
        case, notes = _named(case)
        values, without = _plain_values(case)
        noted = _translated(values, codes)
        columns: dict[str, np.ndarray] = {
            "row_number": np.array([row], dtype=np.int64),
            "hospital_id": np.zeros(1, dtype=np.int32),
        }
        statuses, cells = self._numbers.read(values, columns)
        statuses += self._read_lists(cells, columns)
        settle_age(columns)
        statuses += [text_status(field, values.get(field.name, ""), case.get(field.name)) for field in self._texts]
        found = self._found(statuses)
        if columns["age_years"][0] > 0:  # The age in days is ignored, whatever it is.
            found = [defect for defect in found if defect[0] != fields()["nwb_age"].position]
        text = {name: handed_text(values.get(name), case.get(name)) for name in TEXT_FIELDS}
        known = [(position, _WRONG_TYPE) for position in without]
        known += [(fields()[n.field].position, REASONS[n.key].number) for n in noted if _blocks(n)]
        notes += noted + self._unlisted(columns, case)
        return DecodedCase(columns, _defects(found, known), text, case, tuple(notes), row)

    def findings(self, decoded: DecodedCase, defects: Defects) -> list[Finding]:
        """Notices about the case; and one finding a defect, in order, with the value as written."""
        setl_id = decoded.text["setl_id"] or ""
        found = [Finding("", decoded.row, setl_id, *note) for note in decoded.notes if not _blocks(note)]
        noted = {(note.field, note.key): note.value for note in decoded.notes}
        for field, number_ in zip(defects.field.tolist(), defects.reason.tolist(), strict=True):
            name, key = "" if field == WHOLE_ROW else field_names()[field], reason(number_).key
            value = as_written(decoded.given, name)
            if key in _UNKNOWN_CODES:
                codes = [code.strip() for code in (decoded.text[name] or "").split("|")]
                value = "|".join(c for c in codes if c and (ids_in(c, self._indexes[name]) < 0).any())
            found.append(Finding("", decoded.row, setl_id, name, noted.get((name, key), value), key))
        return found

    def _unlisted(self, columns: Mapping[str, np.ndarray], case: Mapping[str, Any]) -> list[Note]:
        """Codes that a table which places extend does not have; they are settled all the same."""
        return [
            Note(name, as_written(case, name), "code_not_in_table")
            for name, column, known in self._open
            if (code := int(columns[column][0])) >= 0 and code not in known
        ]

    def _read_lists(self, cells: Cells, columns: dict[str, np.ndarray]) -> list[int]:
        statuses = []
        for i, field in enumerate(self._lists):
            one = Cells(cells.data, cells.start[i : i + 1], cells.end[i : i + 1])
            ids, offsets, status = read_code_lists(one, self._indexes[field.name])
            columns[field.column], columns[OFFSETS[field.column]] = ids, offsets
            statuses.append(int(status[0]))
        return statuses

    def _found(self, statuses: Sequence[int]) -> list[tuple[int, int]]:
        """Field and reason of the cells that are not in order."""
        return [
            (field.position, number(reason_key(field.type, status)))
            for field, required, status in zip(self._told, self._required, statuses, strict=True)
            if status != OK and (required or status != MISSING)
        ]


def _named(case: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Note]]:
    """The case under national names, and notes about keys that have or are none."""
    if case.keys() <= fields().keys():
        return case, []
    columns = [name for name in case if isinstance(name, str)]
    names = names_of(columns, field_names())
    used = set(names.theirs.values())
    unknown = ", ".join(str(name) for name in case if name not in fields() and name not in used)
    notes = [Note(*notice) for notice in names.notices] + ([Note("", unknown, "unknown_column")] if unknown else [])
    return {**case, **{name: case[theirs] for name, theirs in names.theirs.items()}}, notes


def _translated(values: dict[str, Plain], codes: Sequence[tuple[str, Translation]]) -> list[Note]:
    """Put lists of codes into the edition that is grouped with, and say what was changed."""
    notes = []
    for name, translation in codes:
        cell = values.get(name)
        if isinstance(cell, str) and cell.strip(BLANKS):
            values[name], said = translate(cell.strip(BLANKS), translation)
            notes += [Note(name, *said)] if said else []
    return notes


def _blocks(note: Note) -> bool:
    return REASONS[note.key].effect == "set_aside"


def _plain_values(case: Mapping[str, Any]) -> tuple[dict[str, Plain], list[int]]:
    """What the known fields hold, empty ones left out; and the fields that hold no value at all."""
    values: dict[str, Plain] = {}
    wrong = []
    for name, field in fields().items():
        given = case.get(name)
        if isinstance(given, str):
            values[name] = given
            continue
        if given is None:
            continue
        try:
            value = plain(given, field.type)
        except NotAValue:
            wrong.append(field.position)
            continue
        if value is not None:
            values[name] = value
    return values, wrong


def _defects(found: list[tuple[int, int]], known: list[tuple[int, int]]) -> Defects:
    """In the order of fields; a field with a defect that was known before it was read has no other."""
    told = {position for position, _ in known}
    pairs = sorted([entry for entry in found if entry[0] not in told] + known)
    if not pairs:
        return join_defects()
    return Defects(
        np.zeros(len(pairs), dtype=np.int32),
        np.array([position for position, _ in pairs], dtype=np.int16),
        np.array([why for _, why in pairs], dtype=np.int16),
    )
