"""Values of a row that several columns say together, or lines of a stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from drgdip.screening.conditions.values import Column, certain, objects
from drgdip.screening.context import stay_days

if TYPE_CHECKING:
    from drgdip.screening.conditions.scope import Scope


def _length(scope: Scope) -> tuple[Column, np.ndarray]:
    """Days of a stay, as recorded or by its dates, at least 1."""
    cases = scope.run.cases
    first, last = stay_days(cases)
    days = np.where(cases.known("stay_days"), cases["stay_days"], np.maximum(1, last - first))
    known = cases.known("stay_days") | (cases.known("admission_s") & cases.known("discharge_s"))
    return certain(scope.part(days), 1), scope.part(known)


def _diagnoses(scope: Scope) -> tuple[Column, np.ndarray]:
    """All diagnoses of a stay, the principal first."""
    from drgdip.screening.shapes.common import diagnoses_of

    cases = scope.run.cases
    rows = range(cases.rows) if scope.rows is None else scope.rows.tolist()
    known = cases.known("principal") | cases.known("diagnoses")
    return certain(objects([diagnoses_of(cases, row) for row in rows])), scope.part(known)


def _left(name: str) -> Callable[[Scope], tuple[Column, np.ndarray]]:
    """What refunds have left of a line's amount or units."""
    net, scale = f"net_{name}", 10_000 if name.endswith("_e4") else 100

    def derived(scope: Scope) -> tuple[Column, np.ndarray]:
        return certain(scope.part(scope.frame[net]), scale), scope.part(scope.frame.known(name))

    return derived


_LEFT = {
    "left_units": (_left("quantity_e4"), "cnt"), "left_fee": (_left("fee_fen"), "det_item_fee_sumamt"),
    "left_scope": (_left("scope_fen"), "inscp_scp_amt"),
}  # fmt: skip
#: Table -> name -> how it is worked out, and the national field that is told missing.
DERIVED: Mapping[str, Mapping[str, tuple[Callable[[Scope], tuple[Column, np.ndarray]], str]]] = {
    "cases": {"length": (_length, "act_ipt_days"), "all_dx": (_diagnoses, "diag_code")},
    "fee_lines": _LEFT,
    "outpatient_lines": _LEFT,
}
