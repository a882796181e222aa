"""Lists of a knowledge pack: the type of a row of each, its key, and what may stand in its columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from drgdip.tables.knowledge.row_types import (
    AgeClass,
    AgeLimit,
    CourseLimit,
    DailyLimit,
    DuplicatePair,
    InsuranceLimit,
    LevelLimit,
    ListedDrug,
    ListedProblem,
    NumberedRule,
    OfficialRule,
    PeriodLimit,
    SexLimit,
    SliceLimit,
    StayGroup,
    SurgeryGroup,
    VisitLimit,
)

#: Columns that end every row.
COMMON = ("region", "valid_from", "valid_to", "source")
#: Marks of a row: read from a text and not from a value of the list; texts and value disagree; from memory.
MARKS = ("", "derived", "disputed", "memory")


class Form(NamedTuple):
    """Form of a list.

    row : type of its rows. key : columns that tell rows apart. value : the column that :meth:`Pack.limits` gives, the
    row itself if None. choices : column -> what may stand there. most : column -> greatest number.
    """

    row: type[Any]
    key: tuple[str, ...] = ("code",)
    value: str | None = None
    choices: Mapping[str, tuple[str, ...]] = {}
    most: Mapping[str, int] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of a row, in order."""
        fields: tuple[str, ...] = self.row._fields
        return fields

    @property
    def kinds(self) -> dict[str, Any]:
        """Type of each column."""
        row: Any = self.row
        return _kinds(row)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that are never empty."""
        return tuple(name for name in self.columns if name not in self.row._field_defaults)

    def key_of(self, row: Any) -> tuple[str, ...]:
        """What tells a row from others of its list."""
        return tuple(str(getattr(row, name)) for name in self.key)


@cache
def _kinds(row: Any) -> dict[str, Any]:
    return get_type_hints(row)


_SEX = Form(SexLimit, value="sex", choices={"sex": ("1", "2")})
_UNITS = ("", "day", "month", "year")
_AGES = {"from_unit": _UNITS, "below_unit": _UNITS, "mark": MARKS}
_DAYS = {"days": 36_600, "interval_days": 36_600, "times": 10_000, "period_days": 36_600}
_MOST_AGE = {"from_age": 54_750, "below_age": 54_750}
_AGE = Form(AgeLimit, choices=_AGES, most=_MOST_AGE)
_COURSE = Form(CourseLimit, choices={"scope": ("", "stay", "course"), "mark": MARKS}, most=_DAYS)
_LISTED = Form(ListedDrug, value="name")

#: List -> its form.
FORMS: dict[str, Form] = {
    "item_sex": _SEX,
    "drug_sex": _SEX,
    "age_class": Form(AgeClass, key=("age_class",), choices=_AGES, most=_MOST_AGE),
    "item_age": _AGE,
    "drug_age": _AGE,
    "drug_insurance": Form(InsuranceLimit, value="insurance", choices={"insurance": ("work_injury", "maternity")}),
    "drug_level": Form(
        LevelLimit, choices={"level": ("2", "3"), "exception": ("", "first_prescription", "specialist")}
    ),
    "drug_visit": Form(
        VisitLimit, value="visits", choices={"visits": ("inpatient", "inpatient|emergency"), "mark": MARKS}
    ),
    "drug_course": _COURSE,
    "item_course": _COURSE,
    "duplicate_charge": Form(
        DuplicatePair,
        key=("main_code", "sub_code"),
        choices={"window": ("day", "stay", "clock_hour", "hours")},
        most={"hours": 8_784},
    ),
    "daily_frequency": Form(DailyLimit, choices={"unit": ("times", "hours")}, most={"quantity": 10_000}),
    "period_limit": Form(PeriodLimit, most=_DAYS),
    "stay_group": Form(StayGroup, choices={"mark": MARKS}, most={"per_day": 10_000}),
    "surgery_discount": Form(SurgeryGroup, key=("code", "group"), value="group"),
    "slice_unpaid": Form(SliceLimit, value="unpaid", choices={"unpaid": ("never", "alone")}),
    "drug_second_line": _LISTED,
    "drug_indication": _LISTED,
    "drug_internet": _LISTED,
    "official_rules_79": Form(OfficialRule),
    "official_rules_88": Form(
        NumberedRule, key=("number",), choices={"is_new": ("0", "1"), "has_points": ("0", "1")}, most={"number": 999}
    ),
    "typical_problems": Form(ListedProblem, key=("version", "document", "domain", "number")),
}


def file_of(name: str) -> str:
    """File of a list in a pack's folder."""
    return f"{name}.csv"
