"""Policy values and table values of the auxiliary directory, as the kernels take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from drgdip.base.reasons import number
from drgdip.policy.values import PolicyValues
from drgdip.tables.auxiliary import AUXILIARY_TYPES
from drgdip.valuation.auxiliary.rules import NONE
from drgdip.valuation.groups import group_values
from drgdip.valuation.parameters import reference_costs_fen

if TYPE_CHECKING:
    from drgdip.policy.values import Auxiliary
    from drgdip.tables import DipTables, GroupTables
    from drgdip.tables.auxiliary_compile import AuxiliaryArrays, AuxiliaryDirectory

_REASONS = (
    "auxiliary_highest",
    "auxiliary_no_subtype",
    "auxiliary_ungrouped",
    "auxiliary_excluded_group",
    "auxiliary_excluded_care",
)


class AuxiliaryParameters(NamedTuple):
    """Rows of ``arrays`` by type: from ``type_first`` to ``type_end``; types that the policy does not use have none.

    type_order : used types, the first wins among equals. coefficient_e4 : (groups, sub-types), −1 none.
    floor_e4, cap_e4 : −1 none. reasons : numbers, see the kernel.
    """

    arrays: AuxiliaryArrays
    type_first: np.ndarray
    type_end: np.ndarray
    type_order: np.ndarray
    coefficient_e4: np.ndarray
    excluded_group: np.ndarray
    excluded_medical_type: np.ndarray
    reference_cost_fen: np.ndarray
    ungrouped_reference_fen: int
    floor_e4: int
    cap_e4: int
    reasons: np.ndarray


def uses_auxiliary(tables: GroupTables, values: PolicyValues) -> bool:
    """Whether any stay can have an auxiliary coefficient."""
    return tables.auxiliary is not None and values.auxiliary is not None and bool(values.auxiliary.types)


def auxiliary_parameters(tables: DipTables, values: PolicyValues) -> AuxiliaryParameters:
    """Parameters of an edition that has an auxiliary directory; without a policy section no type is used."""
    directory, rules = tables.auxiliary, values.auxiliary
    if directory is None:
        raise ValueError("the edition has no auxiliary directory")
    used = rules.types if rules else ()
    arrays, first, end = _by_type(directory.arrays, [AUXILIARY_TYPES.index(name) for name in used])
    return AuxiliaryParameters(
        arrays=arrays,
        type_first=first,
        type_end=end,
        type_order=np.array([AUXILIARY_TYPES.index(name) for name in used], dtype=np.int64),
        coefficient_e4=_coefficients_e4(tables, directory, rules),
        excluded_group=_excluded_groups(tables, rules),
        excluded_medical_type=np.array(
            [int(code) for code in (rules.excluded_med_types if rules else ())], dtype=np.int64
        ),
        reference_cost_fen=reference_costs_fen(group_values(tables, values), values),
        ungrouped_reference_fen=tables.region_mean_cost_fen,
        floor_e4=NONE if rules is None or rules.floor_e4 is None else rules.floor_e4,
        cap_e4=NONE if rules is None or rules.cap_e4 is None else rules.cap_e4,
        reasons=np.array([number(key) for key in _REASONS], dtype=np.int16),
    )


def classification_parameters(
    directory: AuxiliaryDirectory, used: tuple[str, ...], reference_cost_fen: np.ndarray, ungrouped_reference_fen: int
) -> AuxiliaryParameters:
    """Parameters that tell sub-types of stays and give no coefficient: for whoever finds coefficients from history."""
    types = [position for position, name in enumerate(AUXILIARY_TYPES) if name in used]
    arrays, first, end = _by_type(directory.arrays, types)
    groups = len(reference_cost_fen)
    return AuxiliaryParameters(
        arrays=arrays,
        type_first=first,
        type_end=end,
        type_order=np.array(types, dtype=np.int64),
        coefficient_e4=np.full((groups, len(directory.subtypes)), NONE, dtype=np.int64),
        excluded_group=np.zeros(groups, dtype=np.int8),
        excluded_medical_type=np.empty(0, dtype=np.int64),
        reference_cost_fen=reference_cost_fen,
        ungrouped_reference_fen=ungrouped_reference_fen,
        floor_e4=NONE,
        cap_e4=NONE,
        reasons=np.array([number(key) for key in _REASONS], dtype=np.int16),
    )


def _by_type(arrays: AuxiliaryArrays, used: list[int]) -> tuple[AuxiliaryArrays, np.ndarray, np.ndarray]:
    """Rows in the order of types, those of unused types left out, and where each type begins and ends."""
    kinds = range(len(AUXILIARY_TYPES))
    rows = [np.nonzero(arrays.row_type == kind)[0] if kind in used else np.empty(0, np.int64) for kind in kinds]
    end = np.cumsum([len(own) for own in rows], dtype=np.int64)
    order = np.concatenate(rows).astype(np.int64)
    by_row = {name: array[order] for name, array in arrays._asdict().items() if name.startswith("row_")}
    return arrays._replace(**by_row), end - [len(own) for own in rows], end


def _coefficients_e4(tables: DipTables, directory: AuxiliaryDirectory, rules: Auxiliary | None) -> np.ndarray:
    """Coefficients whose triggers the policy accepts, by group and sub-type; NONE elsewhere."""
    table = np.full((len(tables.group_codes), len(directory.subtypes)), NONE, dtype=np.int64)
    if rules is None:
        return table
    given = directory.coefficients
    used = np.array([subtype.type in rules.types for subtype in directory.subtypes], dtype=np.bool_)
    kept = used[given.subtype] & (tables.groups.group_cases[given.group] >= rules.min_group_cases)
    kept &= given.cases >= rules.min_subtype_cases if rules.min_subtype_cases else True
    kept &= given.cv_fall_e4 >= rules.min_cv_fall_e4 if rules.min_cv_fall_e4 is not None else True
    table[given.group[kept], given.subtype[kept]] = given.coefficient_e4[kept]
    return table


def _excluded_groups(tables: DipTables, rules: Auxiliary | None) -> np.ndarray:
    excluded = np.zeros(len(tables.group_codes), dtype=np.int8)
    for code in rules.excluded_groups if rules else ():
        if code in tables.group_ids:
            excluded[tables.group_ids[code]] = 1
    if rules and rules.excluded_tcm:
        excluded |= np.array([getattr(row, "tcm", "") == "1" for row in tables.rows], dtype=np.int8)
    return excluded


def coefficient_range_e4(tables: GroupTables, values: PolicyValues) -> tuple[int, int]:
    """The smallest and largest auxiliary coefficient that a stay can have, one included."""
    if tables.auxiliary is None or values.auxiliary is None:
        return 10_000, 10_000
    parameters = auxiliary_parameters(cast("DipTables", tables), values)
    found = parameters.coefficient_e4[parameters.coefficient_e4 >= 0]
    found = np.maximum(found, parameters.floor_e4)
    if parameters.cap_e4 >= 0:
        found = np.minimum(found, parameters.cap_e4)
    return min(10_000, int(found.min(initial=10_000))), max(10_000, int(found.max(initial=10_000)))
