"""Values of the section ``readmission`` (settlement arithmetic 8.4)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Same = Literal["group", "category"]
ReadmissionAction = Literal["flag", "merge", "share"]


class Readmission(NamedTuple):
    """Settlement arithmetic 8.4.

    window_days : from discharge to the next admission. same : what must be the same, the group or the category (first three
    characters) of the principal diagnosis. same_hospital : whether it must be the same hospital. action : tell it, pay the
    stays as one, or pay the later ones a share. share_e4 : that share. planned : beginnings of principal diagnoses whose
    stays come in planned series (chemotherapy, dialysis) and are no readmissions.
    """

    window_days: int
    same: Same
    same_hospital: bool
    action: ReadmissionAction
    share_e4: int | None
    planned: tuple[str, ...]
