"""From the dated values of a file to the values of one day."""

from __future__ import annotations

from datetime import date
from typing import Any

from drgdip.policy import values as v
from drgdip.policy.dated import UNKNOWN, Entry, entry_on
from drgdip.policy.model import OPTIONAL_GROUPING, Contents
from drgdip.policy.sections.attribution import attribution
from drgdip.policy.sections.case_rules import case_rules, coefficient_parts
from drgdip.policy.sections.cross_region import cross_region
from drgdip.policy.sections.drg import drg, pays_by_drg
from drgdip.policy.sections.mixed import mixed
from drgdip.policy.sections.readmission import readmission
from drgdip.policy.sections.sanctions import sanctions
from drgdip.policy.sections.screening import screening
from drgdip.policy.sections.special import special
from drgdip.policy.sections.suspension import suspension
from drgdip.policy.sections.warning import warnings_of
from drgdip.policy.sections.year import prepayment, year

_BY_EDITION = v.Grouping(
    main_op_first=True,
    tie_break=("id",),
    type_order=(),
    subcategory_wildcard=False,
    intervention_as="surgery",
    ungrouped_factor_e4=0,
)


class Absent(LookupError):
    """A value that could not be read from the file (and was told there)."""


class Unknown(Absent):
    """A value that the file says is unknown."""


class Day:
    """The values of a file on one day, by key path."""

    def __init__(self, contents: Contents, day: date) -> None:
        self.contents = contents
        self.day = day

    def entry(self, key: str) -> Entry:
        """The entry that holds; raises Absent, or Unknown if its value is unknown."""
        found = self._found(key)
        if found is None:
            raise Absent(key)
        return found

    def _found(self, key: str) -> Entry | None:
        found = entry_on(self.contents.leaves.get(key, ()), self.day)
        if found is not None and found.value is UNKNOWN:
            raise Unknown(key)
        return found

    def __getitem__(self, key: str) -> Any:
        return self.entry(key).value

    def get(self, key: str) -> Any:
        """The value, or None where the file leaves the section out; raises Unknown."""
        found = self._found(key)
        return found.value if found else None

    def names(self, key: str) -> tuple[str, ...]:
        """The named children of a key (pools, hospitals, bonuses)."""
        return self.contents.names.get(key, ())


def grouping_alone(on: Day) -> v.Grouping:
    """The section ``grouping`` for grouping without payment: what ungrouped cases are worth may be unknown (then 0)."""
    try:
        factor = on["drg.ungrouped_factor" if pays_by_drg(on) else "grouping.ungrouped_factor"] or 0
    except Unknown:
        factor = 0
    return grouping(on, factor)


def grouping(on: Day, factor_e4: int | None = None) -> v.Grouping:
    """The section ``grouping``; keys that the file leaves out have the national value.

    CHS-DRG groups by its edition alone: of the section only the factor of ungrouped stays has a meaning there.
    """
    if pays_by_drg(on):
        factor = on["drg.ungrouped_factor"] or 0 if factor_e4 is None else factor_e4
        return _BY_EDITION._replace(ungrouped_factor_e4=factor)
    optional = {key: on.get(f"grouping.{key}") for key in OPTIONAL_GROUPING}
    return v.Grouping(
        main_op_first=on["grouping.main_op_first"],
        tie_break=on["grouping.tie_break"],
        type_order=on["grouping.type_order"],
        subcategory_wildcard=on["grouping.subcategory_wildcard"],
        intervention_as=on["grouping.intervention_as"],
        ungrouped_factor_e4=on["grouping.ungrouped_factor"] if factor_e4 is None else factor_e4,
        **{key: value for key, value in optional.items() if value is not None},
    )


def hospital_coefficient(on: Day) -> v.HospitalCoefficient:
    """The section ``k``."""
    return v.HospitalCoefficient(
        mode=on["k.mode"],
        base=on["k.base"],
        hospitals={code: on[f"k.hospitals.{code}"] for code in on.names("k.hospitals")},
        bonuses={
            code: {name: on[f"k.bonuses.{code}.{name}"] for name in on.names(f"k.bonuses.{code}")}
            for code in on.names("k.bonuses")
        },
        bonus_cap_e4=on["k.bonus_cap"],
        floor_e4=on["k.floor"],
        cap_e4=on["k.cap"],
        primary_care=on["k.primary_care"],
        **coefficient_parts(on),
    )


def pool(on: Day, name: str) -> v.Pool:
    """One pool of the section ``pools``."""
    key = f"pools.{name}"
    return v.Pool(
        name=on.contents.plain[f"{key}.name"],
        insurance_types=on[f"{key}.insurance_types"],
        patients=on[f"{key}.patients"],
        fund_scope=on[f"{key}.fund_scope"],
        pooled_fund=on[f"{key}.pooled_fund"],
        opening_point_value_e4=on[f"{key}.opening_point_value"],
        month_fund_fen=on[f"{key}.month_fund_yuan"],
        pay_ratio_e4=on[f"{key}.pay_ratio"],
        point_value_floor_e4=on.get(f"{key}.point_value_floor"),
        point_value_cap_e4=on.get(f"{key}.point_value_cap"),
    )


def auxiliary(on: Day) -> v.Auxiliary | None:
    """The section ``auxiliary``, or None where the file leaves it out."""
    if "auxiliary.types" not in on.contents.leaves:
        return None
    return v.Auxiliary(
        types=on["auxiliary.types"],
        several=on["auxiliary.several"],
        min_group_cases=on["auxiliary.min_group_cases"],
        min_subtype_cases=on["auxiliary.min_subtype_cases"],
        min_cv_fall_e4=on["auxiliary.min_cv_fall"],
        floor_e4=on["auxiliary.floor"],
        cap_e4=on["auxiliary.cap"],
        excluded_tcm=on["auxiliary.excluded_tcm"],
        excluded_med_types=on["auxiliary.excluded_med_types"],
        excluded_groups=on["auxiliary.excluded_groups"],
    )


def codes(on: Day) -> v.Codes:
    """The section ``codes``; what the file leaves out has the insurance edition's value."""
    return v.Codes(on.get("codes.diagnosis_mapping"), on.get("codes.procedure_mapping"), on.get("codes.barred") or ())


def policy_values(on: Day) -> v.PolicyValues:
    """All values of a day of a file without problems. Raises Unknown if one of them is."""
    return v.PolicyValues(
        basis_date=on["basis_date"],
        rounding=v.Rounding(on["rounding.mode"], on["rounding.point_value_mode"]),
        quality_control=v.QualityControl(on["quality_control.identity_tolerance_yuan"]),
        grouping=grouping(on),
        k=hospital_coefficient(on),
        deviation=v.Deviation(
            on["deviation.basis"],
            on["deviation.reference"],
            on["deviation.low"],
            on["deviation.high"],
            on.get("deviation.reference_point_value") or "opening",
        ),
        routes=on["routes"],
        pools={name: pool(on, name) for name in on.names("pools")},
        payment=v.Payment(
            method=on["payment.method"],
            fund_ratio_level=on["payment.fund_ratio_level"],
            fund_ratio_source=on["payment.fund_ratio_source"],
            negative=on["payment.negative"],
            fund_variance=on["payment.fund_variance"],
        ),
        month=v.Month(on["month.point_value"], on["month.retention"], on.get("month.seasonal_quota")),
        codes=codes(on),
        auxiliary=auxiliary(on),
        prepayment=prepayment(on),
        year=year(on),
        cross_region=cross_region(on),
        warning=warnings_of(on),
        case_rules=case_rules(on),
        special=special(on),
        drg=drg(on),
        sanctions=sanctions(on),
        screening=screening(on),
        readmission=readmission(on),
        attribution=attribution(on),
        suspension=suspension(on),
        mixed=mixed(on),
    )
