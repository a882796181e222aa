"""Rows of the lists of a knowledge pack, one type a list or a shape of lists.

Every row ends with ``region`` (six-digit division code, empty: everywhere), ``valid_from`` and ``valid_to`` (days, both
included; empty: as the pack) and ``source`` (the knowledge point or the row that it comes from).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class SexLimit(NamedTuple):
    """A drug or service for one sex: 1 male, 2 female (rule B01)."""

    code: str
    name: str
    sex: int
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class AgeClass(NamedTuple):
    """Ages that a word means: from ``from_age`` on and below ``below_age``, in completed units; no bound if empty."""

    age_class: str
    from_age: int | None = None
    from_unit: str = ""
    below_age: int | None = None
    below_unit: str = ""
    mark: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class AgeLimit(NamedTuple):
    """A drug or service for an age (rule B02).

    age_class : the list's own word. from_age … below_unit : narrower bounds that the payment condition names, if it
    does; they are ``derived``. rule : official rule. text : a limit that is no class, kept as it is written.
    """

    code: str
    name: str
    age_class: str = ""
    from_age: int | None = None
    from_unit: str = ""
    below_age: int | None = None
    below_unit: str = ""
    mark: str = ""
    rule: str = ""
    text: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class InsuranceLimit(NamedTuple):
    """A drug paid by one insurance only: ``work_injury`` or ``maternity`` (rule B03)."""

    code: str
    name: str
    insurance: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class LevelLimit(NamedTuple):
    """A drug paid from a level of hospitals upward: 2 secondary, 3 tertiary (rule B04).

    exception : ``first_prescription`` (later ones may come from below), ``specialist`` (a specialised hospital one
    level below is enough); a case that an exception may cover is a suspicion, not a clear violation.
    """

    code: str
    name: str
    level: int
    exception: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class VisitLimit(NamedTuple):
    """A drug paid in some kinds of visits: ``inpatient``, or ``inpatient|emergency`` (rule B05)."""

    code: str
    name: str
    visits: str
    mark: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class CourseLimit(NamedTuple):
    """Days of use payable (rule B06).

    scope : ``stay``, ``course`` (of a disease), or empty where the list does not say. interval_days : least distance
    of two uses. times, period_days : at most so many in so many days. text : what could not be read.
    """

    code: str
    name: str
    days: int | None = None
    scope: str = ""
    interval_days: int | None = None
    times: int | None = None
    period_days: int | None = None
    mark: str = ""
    text: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class DuplicatePair(NamedTuple):
    """A main item that contains another (rule C01).

    window : ``day``, ``stay``, ``clock_hour`` or ``hours`` (``hours`` apart at most).
    """

    main_code: str
    main_name: str
    sub_code: str
    sub_name: str
    window: str
    hours: int | None = None
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class DailyLimit(NamedTuple):
    """Units payable on one calendar day: ``times`` or ``hours`` (rule C02)."""

    code: str
    name: str
    quantity: int
    unit: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class PeriodLimit(NamedTuple):
    """Times payable in a rolling period; codes of one ``group`` (methods of one test) count together (rule C03)."""

    code: str
    name: str
    times: int
    period_days: int
    group: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class StayGroup(NamedTuple):
    """Items of which so many units a day of stay are payable, those of one group together (rule C07)."""

    code: str
    name: str
    group: str
    per_day: int
    mark: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class SurgeryGroup(NamedTuple):
    """An operation whose second and later ones of its group are discounted; it may be in several (rule B11)."""

    code: str
    name: str
    group: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class SliceLimit(NamedTuple):
    """Prepared herbs that are not paid: ``never``, or not when ``alone`` in a prescription (rule B09)."""

    code: str
    name: str
    unpaid: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class ListedDrug(NamedTuple):
    """A drug that a list names without a figure (rules B07, B08, B15)."""

    code: str
    name: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class OfficialRule(NamedTuple):
    """A rule of the official framework: its code, classes and name."""

    code: str
    rule_class: str
    sub_class: str
    name: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class NumberedRule(NamedTuple):
    """A rule of the 2025 book: its number, code in the framework (if any), whether new, whether points are published."""

    number: int
    rule_class: str
    sub_class: str
    name: str
    code: str = ""
    is_new: int = 0
    has_points: int = 0
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class ListedProblem(NamedTuple):
    """An entry of the lists of typical problems: where it stands and what kind it is, to be cited."""

    domain: str
    version: str
    number: str
    problem_type: str
    document: str = ""
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
