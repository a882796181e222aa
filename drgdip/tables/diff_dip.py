"""A DIP edition as entries of named parts, for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.scaled import format_scaled
from drgdip.tables.dip_catalogue import LISTED_KINDS, TREATMENT_TYPES

if TYPE_CHECKING:
    from drgdip.tables.code_system import CodeSystem
    from drgdip.tables.dip_tables import DipTables


def dip_parts(tables: DipTables) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Numbers of the edition, groups, exclusion lists, coefficients, and the code lists it is read with."""
    arrays = tables.groups
    types = dict(enumerate(TREATMENT_TYPES))
    return {
        "edition": {
            "point_scale": {"value": str(tables.point_scale)},
            "region_mean_cost_yuan": {"value": tables.manifest.region_mean_cost_yuan or ""},
        },
        "group": _groups(tables),
        "principal_excluded": _flagged(tables.diagnoses, arrays.principal_excluded),
        "operation_unused": _flagged(tables.procedures, arrays.procedure_unused),
        "coefficient": _coefficients(tables),
        "type_code": {
            code: {"treatment_type": types.get(kind, "")}
            for code, kind in zip(tables.procedures.codes, arrays.procedure_treatment_type.tolist(), strict=True)
        },
        "diagnosis_code": _names(tables.diagnoses),
        "procedure_code": _names(tables.procedures),
    }


def _groups(tables: DipTables) -> dict[str, dict[str, str]]:
    """Rows; of the layers whose first row decides, with the row that stands before."""
    found = {row.dip_code: {"name": row.name, **row._asdict()} for row in tables.rows}
    for kind in LISTED_KINDS:
        codes = ["", *(row.dip_code for row in tables.rows if row.kind == kind)]
        for before, code in pairwise(codes):
            found[code]["after"] = before
    return found


def _flagged(system: CodeSystem, flags: np.ndarray) -> dict[str, dict[str, str]]:
    return {system.codes[place]: {"name": system.names[place]} for place in np.flatnonzero(flags)}


def _names(system: CodeSystem) -> dict[str, dict[str, str]]:
    return {code: {"name": name} for code, name in zip(system.codes, system.names, strict=True)}


def _coefficients(tables: DipTables) -> dict[str, dict[str, str]]:
    if tables.auxiliary is None:
        return {}
    subtypes, listed = tables.auxiliary.subtypes, tables.auxiliary.coefficients
    return {
        f"{tables.group_codes[group]} {subtypes[subtype].code}": {"coefficient": format_scaled(value, 4)}
        for group, subtype, value in zip(
            listed.group.tolist(), listed.subtype.tolist(), listed.coefficient_e4.tolist(), strict=True
        )
    }
