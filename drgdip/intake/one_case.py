"""One case given as a mapping: the values and defects that the reader would give a table of one row, without Arrow.

Text goes through the reader's own kernels, all cells of a kind at a time. Numbers that arrive as such (from JSON) are
decided by the same rules (:mod:`drgdip.intake.one_case_values`); tests hold both readers to each other, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS, number, reason
from drgdip.intake.aliased import names_of
from drgdip.intake.buffers import Cells
from drgdip.intake.cell_kernels import read_codes
from drgdip.intake.code_index import code_index, ids_in, read_code_lists
from drgdip.intake.coded import Translation, translate
from drgdip.intake.columns import OFFSETS, TEXT_FIELDS, dtype_of, missing_value
from drgdip.intake.one_case_cells import (
    BLANKS,
    Read,
    Values,
    first_read,
    handed_text,
    read_moments,
    read_money,
    read_whole,
    settle_age,
    text_cells,
    text_status,
)
from drgdip.intake.one_case_values import NotAValue, Plain, as_written, integer_code, plain
from drgdip.intake.status import MISSING, OK, RANGE, WRONG, reason_key
from drgdip.interface.code_tables import CodeTables, code_numbers, code_tables, hospital_tier
from drgdip.interface.defects import WHOLE_ROW, Defects
from drgdip.interface.fields import Field, field_names, fields, settlement_use

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem

_NINE_DIGITS = 9
_WRONG_TYPE = number("wrong_type")
_UNKNOWN_CODES = ("unknown_diagnosis_code", "unknown_procedure_code")


class Note(NamedTuple):
    """What is to be said about a field beside its defects: field, value, key of the reason."""

    field: str
    value: str
    key: str


class _Plan(NamedTuple):
    """Fields by how their cells are read; all but texts stand in one buffer, in this order."""

    codes: tuple[Field, ...]
    whole: tuple[Field, ...]
    money: tuple[Field, ...]
    times: tuple[Field, ...]
    lists: tuple[Field, ...]
    texts: tuple[Field, ...]


@cache
def _plan() -> _Plan:
    kinds = (("code",), ("integer", "decimal"), ("money",), ("datetime",), ("codes",), ("text",))
    return _Plan(*(tuple(field for field in fields().values() if field.type in kind) for kind in kinds))


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
        plan = _plan()
        self._buffered = (*plan.codes, *plan.whole, *plan.money, *plan.times, *plan.lists)
        self._required = frozenset(settlement_use().requires)
        self._closed = {f.name: code_numbers(f.code_table, tables) for f in plan.codes if f.code_check == "closed"}
        self._open = [
            (f.name, f.column, code_numbers(f.code_table, tables)) for f in plan.codes if f.code_check == "open"
        ]

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
        cells = text_cells(values, self._buffered)
        found: list[tuple[int, int]] = []
        at = 0
        for fields_, decode in self._decoders():
            part = Cells(cells.data, cells.start[at : at + len(fields_)], cells.end[at : at + len(fields_)])
            statuses = decode(fields_, values, part, columns)
            found += self._found(fields_, statuses)
            at += len(fields_)
        settle_age(columns)
        if columns["age_years"][0] > 0:  # The age in days is ignored, whatever it is.
            found = [defect for defect in found if defect[0] != fields()["nwb_age"].position]
        texts = _plan().texts
        found += self._found(
            texts, [text_status(field, values.get(field.name, ""), case.get(field.name)) for field in texts]
        )
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

    def _decoders(self) -> tuple[tuple[tuple[Field, ...], Callable[..., list[int]]], ...]:
        plan = _plan()
        return (
            (plan.codes, self._codes),
            (plan.whole, read_whole),
            (plan.money, read_money),
            (plan.times, read_moments),
            (plan.lists, self._lists),
        )

    def _codes(self, of: Sequence[Field], values: Values, cells: Cells, columns: dict[str, np.ndarray]) -> list[int]:
        statuses = []
        for i, field in enumerate(of):
            value = values.get(field.name)
            longest = min(field.max_length, _NINE_DIGITS)
            if isinstance(value, int | float):
                code, status = integer_code(value, longest)
            elif value is None:
                code, status = 0, MISSING
            else:
                one = cells.data, cells.start[i : i + 1], cells.end[i : i + 1]
                code, status = first_read(read_codes(*one, field.min_length, longest, 0))
            code, status = self._in_table(field, code, status)
            if field.column == "hospital_tier":
                code = hospital_tier(code) if status == OK else -1
            columns[field.column] = np.array([code], dtype=dtype_of(field))
            statuses.append(status)
        return statuses

    def _in_table(self, field: Field, code: int, status: int) -> Read:
        """Codes outside a closed table, and codes shorter than their field, are no codes."""
        known = self._closed.get(field.name)
        if known is not None:
            if status not in (OK, MISSING) or (status == OK and code not in known):
                status = RANGE
        elif field.min_length and status == OK and code < 10 ** (field.min_length - 1):
            status = WRONG
        return code if status == OK else missing_value(field), status

    def _lists(self, of: Sequence[Field], values: Values, cells: Cells, columns: dict[str, np.ndarray]) -> list[int]:
        statuses = []
        for i, field in enumerate(of):
            one = Cells(cells.data, cells.start[i : i + 1], cells.end[i : i + 1])
            ids, offsets, status = read_code_lists(one, self._indexes[field.name])
            columns[field.column], columns[OFFSETS[field.column]] = ids, offsets
            statuses.append(int(status[0]))
        return statuses

    def _found(self, of: Sequence[Field], statuses: Sequence[int]) -> list[tuple[int, int]]:
        """Field and reason of the cells that are not in order."""
        return [
            (field.position, number(reason_key(field.type, status)))
            for field, status in zip(of, statuses, strict=True)
            if status != OK and (status != MISSING or field.name in self._required)
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
    return Defects(
        np.zeros(len(pairs), dtype=np.int32),
        np.array([position for position, _ in pairs], dtype=np.int16),
        np.array([why for _, why in pairs], dtype=np.int16),
    )
