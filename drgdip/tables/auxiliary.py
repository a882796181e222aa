"""The auxiliary directory as rows: sub-types and their conditions, lists of codes, scores, and coefficients by group.

What a sub-type asks for is data (``subtypes.csv``, ``lists.csv``, ``scores.csv``), shared by editions; the coefficients
are an edition's own (``auxiliary.csv``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar, get_args

from drgdip.base.scaled import parse_scaled
from drgdip.tables.csv_file import csv_text, header_of, require_columns, rows_of
from drgdip.tables.problems import TableProblem

AUXILIARY_FILE = "auxiliary.csv"
SUBTYPES_FILE = "subtypes.csv"
LISTS_FILE = "lists.csv"
SCORES_FILE = "scores.csv"

AuxiliaryType = Literal["cci", "severity", "tumour_severity", "age", "icu"]
#: Types in the order of their codes (DIP technical specification, auxiliary directory).
AUXILIARY_TYPES: tuple[AuxiliaryType, ...] = get_args(AuxiliaryType)
#: Ranges that a sub-type may ask for, in the order of arrays.
RANGES = ("age_days", "age_years", "icu_hours", "stay_days", "cci_score")
#: Ratios that a sub-type may ask for: cost ÷ reference, fees for treatment and for drugs ÷ cost; all "at least".
RATIOS = ("cost_multiple", "treatment_share", "drug_share")
MAX_LISTS = 62
MAX_COEFFICIENT_E4 = 100 * 10_000
MAX_BOUND = 2**31 - 1

_RANGE = re.compile(r"(\d{0,9})-(\d{0,9})", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_CODE = re.compile(r"[^\s|]+")


class SubtypeRow(NamedTuple):
    """One row of ``subtypes.csv``, all cells text; the first row of a type that holds decides a stay's sub-type.

    principal : lists (joined by ``/``) one of which holds the principal diagnosis; ``!`` before a list: which does not.
    other_diagnoses : lists one of which holds another diagnosis; another_category 1: of another three-character
    category than the principal one. operations : lists one of which holds an operation. discharge_ways : codes joined
    by ``/``. RANGES : ``0-28``, ``66-``, ``-3``, both ends included. RATIOS : at least this much.
    """

    type: str
    subtype: str
    name_zh: str
    name_en: str
    principal: str = ""
    other_diagnoses: str = ""
    another_category: str = ""
    operations: str = ""
    discharge_ways: str = ""
    age_days: str = ""
    age_years: str = ""
    icu_hours: str = ""
    stay_days: str = ""
    cci_score: str = ""
    cost_multiple: str = ""
    treatment_share: str = ""
    drug_share: str = ""


class ListRow(NamedTuple):
    """One row of ``lists.csv``: a code or the beginning of codes that belongs to a list."""

    list: str
    code: str


class ScoreRow(NamedTuple):
    """One row of ``scores.csv``: points of a comorbidity list, unless one of the lists ``unless`` is met as well."""

    list: str
    weight: str
    unless: str
    name_zh: str
    name_en: str


class CoefficientRow(NamedTuple):
    """One row of ``auxiliary.csv``: coefficient of a sub-type within a group.

    cases, mean_cost_yuan, cv_fall : of the stays it was found from, empty if not published; ``cv_fall`` is the share
    by which the group's coefficient of variation falls when it is split.
    """

    dip_code: str
    type: str
    subtype: str
    coefficient: str
    cases: str = ""
    mean_cost_yuan: str = ""
    cv_fall: str = ""


Row = TypeVar("Row", SubtypeRow, ListRow, ScoreRow)
_NEVER_EMPTY = ("type", "subtype", "list", "code", "weight", "name_zh", "name_en")


class Classification(NamedTuple):
    """What decides a stay's sub-types."""

    subtypes: tuple[SubtypeRow, ...]
    lists: tuple[ListRow, ...]
    scores: tuple[ScoreRow, ...]


def coefficients_text(rows: Iterable[CoefficientRow]) -> str:
    """``auxiliary.csv``."""
    return csv_text(CoefficientRow._fields, rows)


def parse_coefficients(text: str, file: str, problems: list[TableProblem]) -> list[CoefficientRow]:
    """Read ``auxiliary.csv``; wrong cells go to ``problems``. Raises TablesError if a column is missing."""
    require_columns(header_of(text), CoefficientRow._fields[:4], file)
    rows = []
    for number, cells in rows_of(text, file, problems):
        row = CoefficientRow(*(cells.get(name, "") for name in CoefficientRow._fields))
        rows.append(row)
        problems.extend(TableProblem(key, file, number, field, getattr(row, field)) for key, field in _faults(row))
    return rows


def _faults(row: CoefficientRow) -> Iterator[tuple[str, str]]:
    for field in ("dip_code", "type", "subtype", "coefficient"):
        if not getattr(row, field):
            yield "missing_value", field
    if row.coefficient and (wrong := _ratio_problem(row.coefficient, 1, MAX_COEFFICIENT_E4)):
        yield wrong, "coefficient"
    if row.cv_fall and (wrong := _ratio_problem(row.cv_fall, -MAX_COEFFICIENT_E4, MAX_COEFFICIENT_E4)):
        yield wrong, "cv_fall"
    if row.cases and not (row.cases.isascii() and row.cases.isdecimal()):
        yield "bad_number", "cases"


def parse_classification(
    texts: Mapping[str, str], names: Mapping[str, str], problems: list[TableProblem]
) -> Classification:
    """Read the three files of a classification, by name of file; wrong cells go to ``problems``."""
    lists = _parse(ListRow, texts[LISTS_FILE], names[LISTS_FILE], problems)
    known = {row.list for row in lists}
    for number, row in enumerate(lists, 1):
        if not _CODE.fullmatch(row.code):
            problems.append(TableProblem("bad_code", names[LISTS_FILE], number, "code", row.code))
    if len(known) > MAX_LISTS:
        problems.append(TableProblem("too_large", names[LISTS_FILE], 0, "list", f"{len(known)} > {MAX_LISTS}"))
    scores = _parse(ScoreRow, texts[SCORES_FILE], names[SCORES_FILE], problems)
    for number, score in enumerate(scores, 1):
        if not (score.weight.isascii() and score.weight.isdecimal() and int(score.weight) <= 1000):
            problems.append(TableProblem("bad_number", names[SCORES_FILE], number, "weight", score.weight))
        problems += _unknown_lists((score.list, *_terms(score.unless)), known, names[SCORES_FILE], number, "list")
    subtypes = _parse(SubtypeRow, texts[SUBTYPES_FILE], names[SUBTYPES_FILE], problems)
    for number, subtype in enumerate(subtypes, 1):
        problems += _subtype_problems(subtype, known, names[SUBTYPES_FILE], number)
    return Classification(tuple(subtypes), tuple(lists), tuple(scores))


def _parse(form: type[Row], text: str, file: str, problems: list[TableProblem]) -> list[Row]:
    needed = [name for name in form._fields if name not in form._field_defaults]
    require_columns(header_of(text), needed, file)
    rows = []
    for number, cells in rows_of(text, file, problems):
        row = form(*(cells.get(name, "") for name in form._fields))
        rows.append(row)
        empty = [name for name in _NEVER_EMPTY if getattr(row, name, "-") == ""]
        problems.extend(TableProblem("missing_value", file, number, name, "") for name in empty)
    return rows


def _subtype_problems(row: SubtypeRow, known: Collection[str], file: str, number: int) -> Iterator[TableProblem]:
    def problem(key: str, field: str) -> TableProblem:
        return TableProblem(key, file, number, field, getattr(row, field))

    if row.type not in AUXILIARY_TYPES:
        yield problem("unknown_value", "type")
    if not _NAME.fullmatch(row.subtype):
        yield problem("bad_code", "subtype")
    for field in ("principal", "other_diagnoses", "operations"):
        names = [name.removeprefix("!") if field == "principal" else name for name in _terms(getattr(row, field))]
        yield from _unknown_lists(names, known, file, number, field)
    if row.another_category not in ("", "0", "1"):
        yield problem("unknown_value", "another_category")
    if not all(re.fullmatch("[1-9]", way, re.ASCII) for way in _terms(row.discharge_ways)):
        yield problem("unknown_value", "discharge_ways")
    for field in RANGES:
        if getattr(row, field) and parse_range(getattr(row, field)) is None:
            yield problem("bad_range", field)
    for field in RATIOS:
        if getattr(row, field) and (wrong := _ratio_problem(getattr(row, field), 1, MAX_COEFFICIENT_E4)):
            yield problem(wrong, field)


def _unknown_lists(
    names: Sequence[str], known: Collection[str], file: str, number: int, field: str
) -> list[TableProblem]:
    return [TableProblem("undefined_set", file, number, field, name) for name in names if name not in known]


def _terms(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("/")) if cell else ()


def parse_range(text: str) -> tuple[int, int] | None:
    """``0-28``, ``66-``, ``-3``: lower and upper bound, both included; None if it is none."""
    match = _RANGE.fullmatch(text)
    if not match or text == "-":
        return None
    low, high = int(match[1] or 0), int(match[2] or MAX_BOUND)
    return (low, high) if low <= high else None


def _ratio_problem(text: str, least: int, most: int) -> str | None:
    try:
        scaled = parse_scaled(text, 4)
    except ValueError:
        return "bad_number"
    if scaled < least:
        return "not_positive"
    return "too_large" if scaled > most else None
