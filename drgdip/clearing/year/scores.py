"""From assessment scores to coefficients (settlement arithmetic 5.5; S3 art. 35)."""

from __future__ import annotations

from drgdip.base.rounding import RoundingMode
from drgdip.base.scaled import E4
from drgdip.clearing.year.rules import linear_factor_e4, release_factor_e4
from drgdip.policy.sections.year_values import Assessment, Release


def coefficient_e4(assessment: Assessment | None, score_e4: int, mode: RoundingMode = "half_up") -> int:
    """The coefficient of a score: that of the highest step it reaches, or along the line; one where there is none."""
    if assessment is None:
        return E4
    if assessment.slope is not None:
        full, per_point, floor = assessment.slope
        return max(linear_factor_e4(score_e4, full, per_point, mode), floor)
    return next((step.coefficient_e4 for step in assessment.steps if score_e4 >= step.from_e4), 0)


def retention_factor_e4(release: Release | None, score_e4: int, mode: RoundingMode = "half_up") -> int:
    """The share of the retention that is released; all of it where the policy says nothing."""
    return E4 if release is None else release_factor_e4(score_e4, *release, mode)
