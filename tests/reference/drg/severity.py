"""Which other diagnoses are complications, and which of them the principal diagnosis takes away."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.tables.chs_drg.rows import DrgContent
from tests.reference.drg.stay import Place, Stay, code_at, places_of


class Severity(NamedTuple):
    """``level`` : MCC or CC. ``excluded_by`` : the exclusion table that names the principal diagnosis, or None."""

    level: str
    excluded_by: str | None


def severities(stay: Stay, content: DrgContent) -> dict[Place, Severity]:
    """Complications among the other diagnoses, by place."""
    found = {}
    for place in places_of(stay, "QTZD"):
        one = content.complications.get(code_at(stay, place))
        if one is not None:
            excluded = stay.diagnoses[0] in content.exclusions.get(one.exclusions, ())
            found[place] = Severity(one.severity, one.exclusions if excluded else None)
    return found
