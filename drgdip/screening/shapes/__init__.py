"""The kernel shapes: a rule names one, so a new rule of a known shape needs no code."""

from __future__ import annotations

from collections.abc import Callable

from drgdip.screening.context import Run
from drgdip.screening.hits import Judged
from drgdip.screening.shapes import (
    contained,
    courses,
    crowd,
    duplicates,
    evidence,
    excess,
    gate,
    intervals,
    limits,
    lines,
    operations,
    prescriptions,
    queue,
    regions,
    regroup,
    scope,
    sequence,
    stay,
    stock,
)

SHAPES: dict[str, Callable[[Run], Judged]] = {
    "header_and_lines": gate.header_and_lines,
    "outside_stay": lines.outside_stay,
    "limited_to_sex": lines.limited_to_sex,
    "above_price": lines.above_price,
    "contained_items": contained.contained_items,
    "excess_by_day": excess.by_day,
    "excess_by_stay": excess.by_stay,
    "rolling_period": sequence.rolling_period,
    "readmission": sequence.readmission,
    "split_pairs": regroup.split_pairs,
    "overlapping_stays": intervals.overlapping_stays,
    "settled_during_stay": intervals.settled_during_stay,
    "idle_days": stay.idle_days,
    "low_standard": stay.low_standard,
    "unsupported_diagnosis": regroup.unsupported_diagnosis,
    "unsupported_procedures": regroup.unsupported_procedures,
    "special_review": queue.special_review,
    "crowded_window": crowd.crowded_window,
    "days_of_supply": stock.days_of_supply,
    "sold_again": duplicates.sold_again,
    "large_stay_elsewhere": regions.large_stay_elsewhere,
    "whose_rules": regions.whose_rules,
    "limited_use": limits.limited_use,
    "limited_to_age": limits.limited_to_age,
    "scope_recomputed": scope.scope_recomputed,
    "amount_cap": scope.amount_cap,
    "undiscounted": operations.undiscounted,
    "unpaid_slices": prescriptions.unpaid_slices,
    "kinds_of_drugs": prescriptions.kinds_of_drugs,
    "days_of_use": courses.days_of_use,
    "without_first_line": courses.without_first_line,
    "without_indication": evidence.without_indication,
    "without_carrier": evidence.without_carrier,
    "unsupported_codes": evidence.unsupported_codes,
}
