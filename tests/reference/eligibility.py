"""Which rows of a case file are settled: repeated IDs, defects, identities, period, pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from drgdip.policy.values import PolicyValues
from tests.reference.attribution import month_of
from tests.reference.catalogue import Catalogue
from tests.reference.fields import COVERAGE, FUNDS, LAYOUT, MONEY
from tests.reference.grouping import Patient
from tests.reference.lists import NO_LISTS, PASSED, Lists, together
from tests.reference.pricing import residence
from tests.reference.reading import read_row

Row = Mapping[str, str]
ValuesOn = Callable[[date], PolicyValues]

IDENTITIES = {
    "cost_identity_broken": ("medfee_sumamt", COVERAGE),
    "fund_identity_broken": ("fund_pay_sumamt", tuple(FUNDS)),
    "payer_identity_broken": (
        "medfee_sumamt",
        ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "hosp_part_amt", "oth_pay"),
    ),
}
_TIERS = ((4, "tertiary"), (7, "secondary"), (10, "primary"), (14, "unrated"))


class Stay(NamedTuple):
    """An accepted row. ``day`` decides which policy values hold; ``money`` in fen by national field.

    month : year and month that it is settled in. late : whether its list came so late that it moved. bill : whole, interim or
    final; interim_fen : what earlier months have paid of it.
    """

    row: int
    setl_id: str
    hospital: str
    tier: str
    insurance_type: str
    patients: str
    medical_type: str
    discharge_way: str
    days: int
    operations: tuple[str, ...]
    money: dict[str, int]
    day: date
    pool: str
    patient: Patient
    admission: datetime = datetime(2026, 1, 1)
    discharge: datetime = datetime(2026, 1, 1)
    department: str = ""
    person: str = ""
    icu_hours: int | None = None
    month: tuple[int, int] = (2026, 1)
    late: bool = False
    bill: str = "whole"
    interim_fen: int = 0


class SetAside(NamedTuple):
    """A row (from 1) that is not settled. ``reasons`` : all that is wrong, or the one exclusion; keys, sorted."""

    row: int
    setl_id: str
    reasons: tuple[str, ...]


class Period(NamedTuple):
    """Days whose cases are settled together, both included."""

    first: date
    last: date


def screen(
    rows: Sequence[Row],
    values_on: ValuesOn,
    catalogue: Catalogue,
    region: str,
    period: Period,
    lists: Lists = NO_LISTS,
) -> tuple[list[Stay], list[SetAside]]:
    """Every row is either settled or set aside."""
    repeated = repeated_ids(rows)
    stays, aside = [], []
    for number, row in enumerate(rows, 1):
        values, refused = read_row(row, catalogue)
        reasons = set(refused.values()) | ({repeated[number]} if number in repeated else set())
        reasons |= broken_rules(values, refused, values_on(period.last))
        if not reasons:
            outcome = _place(number, values, values_on, region, period, lists)
            if isinstance(outcome, Stay):
                stays.append(outcome)
                continue
            reasons = {outcome}
        aside.append(SetAside(number, (row.get("setl_id") or "").strip(), tuple(sorted(reasons))))
    return stays, aside


def repeated_ids(rows: Sequence[Row]) -> dict[int, str]:
    """Reason by row: identical rows keep the first, rows that differ are all in doubt."""
    by_id: dict[str, list[int]] = {}
    for number, row in enumerate(rows, 1):
        if setl_id := (row.get("setl_id") or "").strip():
            by_id.setdefault(setl_id, []).append(number)
    reasons: dict[int, str] = {}
    for numbers in by_id.values():
        contents = {tuple((rows[number - 1].get(field) or "").strip() for field in LAYOUT) for number in numbers}
        if len(contents) > 1:
            reasons |= dict.fromkeys(numbers, "conflicting_setl_id")
        else:
            reasons |= dict.fromkeys(numbers[1:], "duplicate_setl_id")
    return reasons


def broken_rules(values: Mapping[str, Any], refused: Mapping[str, str], policy: PolicyValues) -> set[str]:
    """Rules between the fields of a row; one that looks at a cell that could not be read is silent."""
    found = {"negative_amount"} if any(values.get(field, 0) < 0 for field in MONEY) else set()
    if not {"adm_time", "dscg_time"} & refused.keys() and values["dscg_time"] < values["adm_time"]:
        found.add("discharge_before_admission")
    if not {"dscg_time", "setl_time"} & refused.keys() and values["setl_time"].date() < values["dscg_time"].date():
        found.add("settlement_before_discharge")
    for key, (total, parts) in IDENTITIES.items():
        if {total, *parts} & refused.keys():
            continue
        gap = abs(values[total] - sum(values[part] for part in parts))
        if gap > policy.quality_control.identity_tolerance_fen:
            found.add(key)
    return found


def _place(
    number: int, values: dict[str, Any], values_on: ValuesOn, region: str, period: Period, lists: Lists
) -> Stay | str:
    """The stay with its pool, or why it is not settled in this period."""
    if int(values["refd_setl_flag"] or 0) == 1:
        return "refunded"
    terms, day = values_on(period.last).attribution, basis_day(values, values_on(period.last).basis_date)
    listed = lists.of(values["setl_id"])
    month, late = (day.year, day.month), False
    if terms is not None:
        arrived = listed.arrived or values["setl_time"].date()
        month, late = month_of(day, arrived, terms.list_cutoff_day, terms.year_cutoff)
    if not period.first <= (date(*month, 1) if late else day) <= period.last:
        return "other_period"
    if values["medfee_sumamt"] == 0:
        return "zero_cost"
    # A stay whose year is closed has the values of the year that it is attributed to.
    day = max(day, date(month[0], 1, 1))
    patients = residence(values["insu_admdvs"], region)
    pool = pool_of(values_on(day), values["insutype"], patients)
    if pool is None:
        return "no_pool"
    # A list does not come before the discharge: the register is wrong.
    if listed.state != PASSED or (listed.arrived and listed.arrived < values["dscg_time"].date()):
        return "list_not_passed"
    money, paid_fen = {field: value for field, value in values.items() if field in MONEY}, 0
    if listed.bill == "final" and terms is not None and terms.interim_bill == "deducted":
        before = lists.before(values["fixmedins_code"], values["mdtrt_id"], pool)
        whole = together(money, before) if before is not None else money
        if before is None or whole is None:
            return "interim_not_found" if before is None else "amount_out_of_range"
        money, paid_fen = whole, sum(bill.paid_fen for bill in before)
    return Stay(
        row=number,
        setl_id=values["setl_id"],
        hospital=values["fixmedins_code"],
        tier=tier_of(values["hosp_lv"]),
        insurance_type=values["insutype"],
        patients=patients,
        medical_type=values["med_type"],
        discharge_way=values["dscg_way"],
        days=values["act_ipt_days"],
        operations=values["oprn_oprt_code"],
        money=money,
        day=day,
        pool=pool,
        patient=patient_of(values),
        admission=values["adm_time"],
        discharge=values["dscg_time"],
        department=values.get("dscg_caty") or "",
        person=values.get("psn_no") or "",
        icu_hours=None if values.get("icu_hours") in ("", None) else values["icu_hours"],
        month=month,
        late=late,
        bill=listed.bill,
        interim_fen=paid_fen,
    )


def patient_of(values: Mapping[str, Any]) -> Patient:
    """Empty cells are not known; an age in days without one in years is below one year, above it counts for nothing."""
    years, days, weight = (values.get(field, "") for field in ("age", "nwb_age", "nwb_bir_wt"))
    if days != "" and not years:
        years = 0
    return Patient(
        values["diag_code"],
        age_days=None if days == "" or years > 0 else days,
        age_years=None if years == "" else years,
        birth_weight_g=None if weight == "" else weight,
    )


def basis_day(values: Mapping[str, datetime], basis_date: str) -> date:
    return values["dscg_time" if basis_date == "discharge" else "setl_time"].date()


def tier_of(level: str) -> str:
    return next(tier for last, tier in _TIERS if int(level) <= last)


def pool_of(policy: PolicyValues, insurance_type: str, patients: str) -> str | None:
    """The first pool that takes the insurance type and the patient."""
    for name, pool in policy.pools.items():
        if insurance_type in pool.insurance_types and pool.patients in ("any", patients):
            return name
    return None
