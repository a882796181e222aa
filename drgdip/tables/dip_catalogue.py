"""A DIP catalogue as rows (``groups.csv``): one group each, numbers as published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from drgdip.base.money import MAX_CASE_FEN, round_yuan
from drgdip.base.scaled import E4, parse_ratio, round_scaled
from drgdip.tables.csv_file import csv_text, header_of, require_columns, rows_of
from drgdip.tables.dip_conditions import ANY, alternatives, is_category, parse_range
from drgdip.tables.dip_conditions import terms as condition_terms
from drgdip.tables.problems import TableProblem

GROUPS_FILE = "groups.csv"
#: Layers in the order in which they are tried (DIP technical specification 3.0, ch. 3): pre-groups (先期), merges (并项),
#: diagnosis-assisted groups (诊断辅助), core groups (核心) and comprehensive groups (综合). Earlier versions have the last two.
KINDS = ("pre", "merge", "assisted", "core", "comprehensive")
#: Layers whose first row that holds decides.
LISTED_KINDS = KINDS[:3]

#: Treatment types in the order of their codes; comprehensive groups are of one of the first four.
TREATMENT_TYPES = ("surgery", "therapeutic", "diagnostic", "conservative", "intervention")
COMPREHENSIVE_TYPES = TREATMENT_TYPES[:4]

MAX_POINTS = 10**7

_CORE_CATEGORY = re.compile(r"[A-Z]\d[0-9A-Z]\.[0-9X]", re.IGNORECASE)
_COMPREHENSIVE_CATEGORY = re.compile(r"[A-Z](?:\d[0-9A-Z])?")
_OPERATION = re.compile(r"[0-9A-Za-z.]+")


class Group(NamedTuple):
    """One group, all cells text.

    dip_code : its code. kind : one of KINDS. treatment_type : may be empty for a group with operations.
    diagnosis_category : four characters (``K35.3``, ``A46.X``) for core, three (``K35``) or a chapter's letter (``K``)
    for comprehensive groups; other layers, and core groups that need it, join categories or single codes with ``/``;
    ``*`` is any diagnosis, in the layers before core.
    operations : ``+`` joins terms that must all be present, ``/`` the alternatives of a term; the first term is the
    main operation. Without operations a core group takes stays without any, an earlier layer does not ask. points : at the edition's scale. mean_cost_yuan : yuan. mean_stay_days, cv, cases : statistics of
    the publisher, empty if not published. primary_care : 1 or 0. weight : published beside the points, only checked.
    upper_limit_multiple, single_review : published, kept for reference.
    tcm : 1 for a group of Chinese medicine.

    Conditions, empty where there is none. diagnosis_place : ``any`` looks for the category among all diagnoses.
    other_diagnoses : categories that must be among the other diagnoses, ``+`` and ``/`` as in operations.
    operation_place : ``main`` or ``any``, whether the first term must be met by the main operation; empty: as the policy
    says for core groups, main for others. age_days, age_years, birth_weight_g : ``0-28``, ``29-``, ``-999``; both ends
    belong to the range, and a stay without the value does not meet it.
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
    tcm: str = ""
    diagnosis_place: str = ""
    other_diagnoses: str = ""
    operation_place: str = ""
    age_days: str = ""
    age_years: str = ""
    birth_weight_g: str = ""

    @property
    def has_one_category(self) -> bool:
        """Whether the row is for one category of four characters, as core groups usually are."""
        return _CORE_CATEGORY.fullmatch(self.diagnosis_category) is not None

    def cells(self) -> dict[str, str]:
        """Cells by column; those of columns that were added to the layout only where they are filled."""
        return {name: cell for name, cell in self._asdict().items() if cell or name not in _ADDED}

    def terms(self) -> list[list[str]]:
        """Operation codes, a list for each term."""
        return [term.split("/") for term in self.operations.split("+")] if self.operations else []


_REQUIRED = Group._fields[:12]
#: Columns that files have only where a row needs them.
_ADDED = Group._fields[Group._fields.index("tcm") :]
#: Columns that an edition without weights leaves empty in every row.
_WEIGHTS = ("points", "mean_cost_yuan")


def parse_groups(text: str, file: str, problems: list[TableProblem]) -> list[Group]:
    """Read ``groups.csv``; wrong cells go to ``problems``. Raises TablesError if a column is missing."""
    require_columns(header_of(text), _REQUIRED, file)
    read = [(n, Group(*(row.get(name, "") for name in Group._fields))) for n, row in rows_of(text, file, problems)]
    groups = [group for _, group in read]
    weighted = is_weighted(groups)
    for number, group in read:
        problems.extend(group_problems(group, file, number, weighted))
    return groups


def is_weighted(groups: Iterable[Group]) -> bool:
    """Whether a catalogue has weights: national ones are published without, and a place sets its own."""
    return any(group.points or group.mean_cost_yuan for group in groups)


def groups_text(groups: Iterable[Group]) -> str:
    """A catalogue as CSV; columns that were added to the layout stand only where a row needs them."""
    rows = list(groups)
    names = [name for name in Group._fields if name not in _ADDED or any(getattr(row, name) for row in rows)]
    return csv_text(names, [[getattr(row, name) for name in names] for row in rows])


def group_problems(group: Group, file: str, row: int, weighted: bool = True) -> Iterator[TableProblem]:
    """What is wrong with one row by itself; without weights it may lack points and mean cost."""

    def problem(key: str, field: str) -> TableProblem:
        return TableProblem(key, file, row, field, getattr(group, field))

    for field in ("dip_code", "kind", "diagnosis_category", "name", "points", "mean_cost_yuan"):
        if not getattr(group, field) and (weighted or field not in _WEIGHTS):
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
    if group.diagnosis_category and group.kind and not _is_categories(group):
        yield "bad_category", "diagnosis_category"
    if not all(is_category(one) for term in condition_terms(group.other_diagnoses) for one in term):
        yield "bad_category", "other_diagnoses"
    if not all(_OPERATION.fullmatch(code) for term in group.terms() for code in term):
        yield "bad_operations", "operations"
    if group.kind == "comprehensive" and group.operations:
        yield "comprehensive_operations", "operations"
    for field in ("age_days", "age_years", "birth_weight_g"):
        if parse_range(getattr(group, field)) is None:
            yield "bad_range", field
    for field in _UNUSED.get(group.kind, ()):
        if getattr(group, field) not in ("", "principal"):
            yield "condition_unused", field
    for field, known in _CLOSED.items():
        if getattr(group, field) not in known:
            yield "unknown_value", field
    if group.treatment_type not in _types_of(group):
        yield "unknown_type", "treatment_type"


#: Conditions that rows of a kind do not know; they would be passed over in silence.
_UNUSED = {
    "core": ("diagnosis_place",),
    "comprehensive": (
        "diagnosis_place",
        "other_diagnoses",
        "operation_place",
        "age_days",
        "age_years",
        "birth_weight_g",
    ),
}
#: Closed sets of words.
_CLOSED = {
    "primary_care": ("0", "1", ""),
    "tcm": ("0", "1", ""),
    "diagnosis_place": ("principal", "any", ""),
    "operation_place": ("main", "any", ""),
}


def _is_categories(group: Group) -> bool:
    """Whether the diagnoses of a row are written as its layer has them."""
    category = group.diagnosis_category
    if group.kind == "comprehensive":
        return _COMPREHENSIVE_CATEGORY.fullmatch(category) is not None
    if group.kind in LISTED_KINDS and category == ANY:
        return True
    least = 1 if group.kind in LISTED_KINDS else len("K35.3")
    return all(is_category(one) and len(one) >= least for one in alternatives(category))


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
    # What rounds to nothing is no weight and no cost: ratios to it would be infinite. Points of nothing, said as such,
    # are those of a group that is paid what its stays cost (settlement arithmetic 2.8).
    rounded = round_scaled(text, 4) if field == "points" else round_yuan(text)
    if field == "points" and numerator == 0:
        return None
    if numerator <= 0 or rounded == 0:
        return "not_positive"
    limit = MAX_POINTS * E4 if field == "points" else MAX_CASE_FEN
    return "too_large" if rounded > limit else None
