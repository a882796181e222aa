"""Examples of DIP grouping (settlement arithmetic 1.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from drgdip.audit.selftest.values import Unsupported, fen, flag, mapping, number_text, one_of, rows, whole
from drgdip.base.errors import TablesError
from drgdip.base.reasons import reason
from drgdip.policy.values import Grouping, TieBreak, TreatmentType

if TYPE_CHECKING:
    import numpy as np

    from drgdip.tables import DipTables
    from drgdip.tables.dip_catalogue import Group

_GROUP = ("id", "kind", "dx", "combo", "type", "rw", "avg", "n")
_POLICY = ("main_op_first", "tie_break", "cost", "subcategory_wildcard", "intervention_as", "type_order")
_TYPES: tuple[TreatmentType, ...] = get_args(TreatmentType)
_TIE_BREAKS: tuple[TieBreak, ...] = get_args(TieBreak)
_USUAL_TIE_BREAK = ["max_ops", "max_rw", "id"]
#: A code of this length names a sub-category; longer ones are operations.
_SUBCATEGORY = 5


def group_case(catalog: Any, dx: Any, ops: Any = None, op_types: Any = None, policy: Any = None) -> dict[str, Any]:
    """1.4: one stay grouped by a catalogue of its own."""
    import numpy as np

    from drgdip.grouping.dip import assign_groups, grouping_parameters

    choices = mapping(policy or {}, _POLICY)
    operations = [str(code) for code in rows(ops or [])]
    tables = _tables([_group(row) for row in rows(catalog)], str(dx), operations, mapping(op_types or {}))
    columns: dict[str, np.ndarray] = {
        "diagnosis_id": np.zeros(1, dtype=np.int32),
        "diagnosis_offset": np.array([0, 1], dtype=np.int32),
        "procedure_id": np.array([tables.procedures.codes.index(code) for code in operations], dtype=np.int32),
        "procedure_offset": np.array([0, len(operations)], dtype=np.int32),
        "total_cost_fen": np.array([fen(choices.get("cost", "0"))], dtype=np.int64),
    }
    result = assign_groups(columns, tables.groups, grouping_parameters(_choices(choices), tables.groups))
    group = int(result["group_id"][0])
    return {
        "group": tables.group_codes[group] if group >= 0 else None,
        "route": _route(reason(result["group_reason"][0]).key),
    }


def _route(key: str) -> str:
    return key.replace("comprehensive", "comp").replace("core_operation", "core_op")


def _choices(given: Mapping[str, Any]) -> Grouping:
    ties = [one_of(key, _TIE_BREAKS) for key in rows(given.get("tie_break", _USUAL_TIE_BREAK))]
    return Grouping(
        main_op_first=flag(given.get("main_op_first", True)),
        tie_break=tuple(ties) if "id" in ties else (*ties, "id"),
        type_order=tuple(one_of(name, _TYPES) for name in rows(given.get("type_order", list(_TYPES)))),
        subcategory_wildcard=flag(given.get("subcategory_wildcard", False)),
        intervention_as=one_of(given.get("intervention_as", "surgery"), ("surgery", "therapeutic")),
        ungrouped_factor_e4=0,
    )


def _group(given: Any) -> Group:
    from drgdip.tables.dip_catalogue import COMPREHENSIVE_TYPES, KINDS, TREATMENT_TYPES, Group
    from drgdip.tables.dip_compile import comprehensive_category, core_category

    row = mapping(given, _GROUP, ("id", "kind", "dx"))
    kind = one_of({"comp": "comprehensive"}.get(row["kind"], row["kind"]), KINDS)
    core = kind == "core"
    type_ = one_of(row.get("type", ""), (*TREATMENT_TYPES, "") if core else COMPREHENSIVE_TYPES)
    return Group(
        dip_code=str(row["id"]),
        kind=kind,
        treatment_type=type_,
        diagnosis_category=(core_category if core else comprehensive_category)(str(row["dx"])),
        operations=str(row.get("combo", "")),
        name=str(row["id"]),
        points=number_text(row.get("rw", "0")),
        mean_cost_yuan=number_text(row.get("avg", "0")),
        cases=str(whole(row.get("n", "0"))),
    )


def _tables(groups: Sequence[Group], diagnosis: str, operations: Sequence[str], types: Mapping[str, Any]) -> DipTables:
    """A catalogue in memory. Its code list has the operations that are named, but sub-categories only if used."""
    from drgdip.tables import CodeSystem, compile_dip

    listed = [code for group in groups for term in group.terms() for code in term if len(code) > _SUBCATEGORY]
    procedures = CodeSystem.of([*operations, *types, *listed])
    try:
        named = {code: one_of(name, _TYPES) for code, name in types.items()}
        return compile_dip(groups, CodeSystem.of([diagnosis]), procedures, named, 1000, "1")
    except TablesError as error:
        raise Unsupported(error.fact) from error
