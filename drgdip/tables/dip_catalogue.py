"""A DIP catalogue as rows (``groups.csv``): one group each, numbers as published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from drgdip.base.money import MAX_CASE_FEN, round_yuan
from drgdip.base.scaled import E4, parse_ratio, round_scaled
from drgdip.tables.csv_file import csv_text, header_of, require_columns, rows_of
from drgdip.tables.problems import TableProblem

GROUPS_FILE = "groups.csv"
KINDS = ("core", "comprehensive")

#: Treatment types in the order of their codes; comprehensive groups are of one of the first four.
TREATMENT_TYPES = ("surgery", "therapeutic", "diagnostic", "conservative", "intervention")
COMPREHENSIVE_TYPES = TREATMENT_TYPES[:4]

MAX_POINTS = 10**7

_CATEGORY = {"core": re.compile(r"[A-Z]\d[0-9A-Z]\.[0-9X]"), "comprehensive": re.compile(r"[A-Z]\d[0-9A-Z]")}
_OPERATION = re.compile(r"[0-9A-Za-z.]+")


class Group(NamedTuple):
    """One group, all cells text.

    dip_code : its code. kind : core or comprehensive. treatment_type : may be empty for a core group with operations.
    diagnosis_category : four characters (``K35.3``, ``A46.X``) for core, three (``K35``) for comprehensive groups.
    operations : ``+`` joins terms that must all be present, ``/`` the alternatives of a term; the first term is the
    main operation. points : at the edition's scale. mean_cost_yuan : yuan. mean_stay_days, cv, cases : statistics of
    the publisher, empty if not published. primary_care : 1 or 0. weight : published beside the points, only checked.
    upper_limit_multiple, single_review : published, kept for reference.
    """

    dip_code: str
    kind: str
    treatment_type: str
    diagnosis_category: str
    operations: str
    name: str
    points: str
    mean_cost_yuan: str
    mean_stay_days: str = ""
    cv: str = ""
    cases: str = ""
    primary_care: str = "0"
    weight: str = ""
    upper_limit_multiple: str = ""
    single_review: str = ""

    def terms(self) -> list[list[str]]:
        """Operation codes, a list for each term."""
        return [term.split("/") for term in self.operations.split("+")] if self.operations else []


_REQUIRED = Group._fields[:12]


def parse_groups(text: str, file: str, problems: list[TableProblem]) -> list[Group]:
    """Read ``groups.csv``; wrong cells go to ``problems``. Raises TablesError if a column is missing."""
    require_columns(header_of(text), _REQUIRED, file)
    groups = []
    for number, row in rows_of(text, file, problems):
        group = Group(*(row.get(name, "") for name in Group._fields))
        groups.append(group)
        problems.extend(group_problems(group, file, number))
    return groups


def groups_text(groups: Iterable[Group]) -> str:
    """A catalogue as CSV."""
    return csv_text(Group._fields, groups)


def group_problems(group: Group, file: str, row: int) -> Iterator[TableProblem]:
    """What is wrong with one row by itself."""

    def problem(key: str, field: str) -> TableProblem:
        return TableProblem(key, file, row, field, getattr(group, field))

    for field in ("dip_code", "kind", "diagnosis_category", "name", "points", "mean_cost_yuan"):
        if not getattr(group, field):
            yield problem("missing_value", field)
    for field in Group._fields:
        if "\n" in getattr(group, field) or "\r" in getattr(group, field):
            yield problem("line_break", field)
    for key, field in _word_problems(group):
        yield problem(key, field)
    for field in ("points", "mean_cost_yuan", "mean_stay_days", "cv", "cases", "weight"):
        if wrong := number_problem(field, getattr(group, field)):
            yield problem(wrong, field)


def _word_problems(group: Group) -> Iterator[tuple[str, str]]:
    if group.kind and group.kind not in KINDS:
        yield "unknown_value", "kind"
        return
    category = group.diagnosis_category
    if category and group.kind and not _CATEGORY[group.kind].fullmatch(category):
        yield "bad_category", "diagnosis_category"
    if not all(_OPERATION.fullmatch(code) for term in group.terms() for code in term):
        yield "bad_operations", "operations"
    if group.kind == "comprehensive" and group.operations:
        yield "comprehensive_operations", "operations"
    if group.treatment_type not in _types_of(group):
        yield "unknown_type", "treatment_type"
    if group.primary_care not in ("0", "1", ""):
        yield "unknown_value", "primary_care"


def _types_of(group: Group) -> tuple[str, ...]:
    return COMPREHENSIVE_TYPES if group.kind == "comprehensive" else (*TREATMENT_TYPES, "")


def number_problem(field: str, text: str) -> str | None:
    """Key of what is wrong with a published number, or None. Empty numbers are told as missing, if at all."""
    if not text:
        return None
    try:
        numerator, denominator = parse_ratio(text)
    except ValueError:
        return "bad_number"
    if field == "cases" and denominator != 1:
        return "bad_number"
    if field in ("points", "mean_cost_yuan"):
        return _amount_problem(field, text, numerator)
    return "negative_number" if numerator < 0 else None


def _amount_problem(field: str, text: str, numerator: int) -> str | None:
    # What rounds to nothing is no weight and no cost: ratios to it would be infinite.
    rounded = round_scaled(text, 4) if field == "points" else round_yuan(text)
    if numerator <= 0 or rounded == 0:
        return "not_positive"
    limit = MAX_POINTS * E4 if field == "points" else MAX_CASE_FEN
    return "too_large" if rounded > limit else None
