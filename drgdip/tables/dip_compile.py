"""A DIP catalogue compiled to arrays: what the grouping kernel looks up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.base.errors import TablesError
from drgdip.base.money import round_yuan
from drgdip.base.scaled import round_scaled
from drgdip.base.text import Text
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.dip_catalogue import COMPREHENSIVE_TYPES, KINDS, TREATMENT_TYPES, Group
from drgdip.tables.dip_layers import layer_arrays

#: Code of a treatment type in arrays; UNKNOWN_TYPE where there is none.
TYPE_CODES = {name: code for code, name in enumerate(TREATMENT_TYPES)}
UNKNOWN_TYPE = -1

_SUBCATEGORY = re.compile(r"\d\d\.\d\d")
_SUBCATEGORY_LENGTH = 5


class DipArrays(NamedTuple):
    """A compiled catalogue. Group ids are positions in the catalogue, procedure and diagnosis ids in their lists.

    diagnosis_core_category, diagnosis_comprehensive_category : (diagnoses,) int32, −1 none.
    core_offset : (core categories + 1,) int32 into core_group. core_group : int32 group ids.
    term_offset : (groups + 1,) int32; the terms of a group's combination, main operation first.
    alternative_offset : (terms + 1,) int32. alternative_procedure : int32 procedure ids that meet a term.
    alternative_wildcard : int8, 1 where a listed sub-category code (``47.09``) stands for the procedure.
    comprehensive_group : (comprehensive categories, 4) int32 in the order of COMPREHENSIVE_TYPES, −1 none.
    group_kind : int8 place in KINDS. group_treatment_type : int8 code of TREATMENT_TYPES, −1 unknown; a
    core group without a published type has that of its main operation.
    group_primary_care : int8 flag. relative_weight_e4 : int64 points, four decimals. mean_cost_fen : int64.
    group_cases : int64. group_rank : int32, place of the group's code in the order of codes.
    procedure_treatment_type : (procedures,) int8 code of TREATMENT_TYPES, −1 unknown.

    diagnosis_letter_category : (diagnoses,) int32 row of comprehensive_group for the chapter's letter, −1 none.
    extra_offset, extra_group : core groups by diagnosis that are for other than one category of four characters.
    group_order : int32 precedence of pre-groups, merges and assisted groups (layer, then the file's order).
    listed_offset, listed_group : rows of these layers by principal diagnosis, in their order.
    open_group : rows of these layers for any principal, or whose diagnosis may stand anywhere, in their order.
    procedure_opens, diagnosis_opens : int8, 1 for codes that such rows ask for: a stay without any meets none.
    any_diagnosis_offset, any_diagnosis : by group, ascending ids of diagnoses that may stand anywhere.
    diagnosis_term_offset, diagnosis_alternative_offset, diagnosis_alternative : terms that other diagnoses must meet.
    operation_place : int8, 0 as the policy says, 1 main, 2 any. bounds : (groups, 6) int32, both ends of age in days,
    age in years and birth weight. has_bounds : int8 bits, what a row asks: 1 age in days, 2 in years, 4 birth weight,
    8 other diagnoses. principal_excluded, procedure_unused : int8 flags by diagnosis and procedure.
    """

    diagnosis_core_category: np.ndarray
    diagnosis_comprehensive_category: np.ndarray
    core_offset: np.ndarray
    core_group: np.ndarray
    term_offset: np.ndarray
    alternative_offset: np.ndarray
    alternative_procedure: np.ndarray
    alternative_wildcard: np.ndarray
    comprehensive_group: np.ndarray
    group_kind: np.ndarray
    group_treatment_type: np.ndarray
    group_primary_care: np.ndarray
    relative_weight_e4: np.ndarray
    mean_cost_fen: np.ndarray
    group_cases: np.ndarray
    group_rank: np.ndarray
    procedure_treatment_type: np.ndarray
    diagnosis_letter_category: np.ndarray
    extra_offset: np.ndarray
    extra_group: np.ndarray
    group_order: np.ndarray
    listed_offset: np.ndarray
    listed_group: np.ndarray
    open_group: np.ndarray
    procedure_opens: np.ndarray
    diagnosis_opens: np.ndarray
    any_diagnosis_offset: np.ndarray
    any_diagnosis: np.ndarray
    diagnosis_term_offset: np.ndarray
    diagnosis_alternative_offset: np.ndarray
    diagnosis_alternative: np.ndarray
    operation_place: np.ndarray
    bounds: np.ndarray
    has_bounds: np.ndarray
    principal_excluded: np.ndarray
    procedure_unused: np.ndarray


class Exclusions(NamedTuple):
    """Diagnoses that are not allowed as principal, and operations that are not used in grouping."""

    principals: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


NO_EXCLUSIONS = Exclusions()


def core_category(code: str) -> str:
    """Core category of a diagnosis code: four characters and the dot, ``A46.x00`` is in ``A46.X``."""
    return code[:5].upper()


def comprehensive_category(code: str) -> str:
    """Comprehensive category of a diagnosis code: three characters."""
    return code[:3].upper()


def compile_arrays(
    groups: Sequence[Group],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    treatment_types: Mapping[str, str],
    exclusions: Exclusions = NO_EXCLUSIONS,
) -> DipArrays:
    """Compile a catalogue.

    ``treatment_types`` maps procedure codes to TREATMENT_TYPES. Published numbers are rounded once, half-up: points to
    four decimals, mean costs to fen (settlement arithmetic 0.3). An operation that is in no list can be met by no stay.
    Raises TablesError if a code repeats or two comprehensive groups cannot be told apart.
    """
    _refuse_repeated(groups)
    types = [TYPE_CODES.get(treatment_types.get(code, ""), UNKNOWN_TYPE) for code in procedures.codes]
    terms = _terms(groups, procedures)
    return DipArrays(
        **_by_diagnosis(groups, diagnoses),
        **_combinations(terms),
        **layer_arrays(groups, diagnoses, procedures, terms, exclusions.principals, exclusions.operations),
        **_numbers(groups),
        group_kind=np.array([KINDS.index(group.kind) for group in groups], dtype=np.int8),
        group_treatment_type=np.array(
            [_type_of(group, own, types) for group, own in zip(groups, terms, strict=True)], dtype=np.int8
        ),
        procedure_treatment_type=np.array(types, dtype=np.int8),
    )


def _refuse_repeated(groups: Sequence[Group]) -> None:
    seen: set[str] = set()
    for group in groups:
        if group.dip_code in seen:
            raise TablesError(
                Text(f"病种编码 {group.dip_code} 重复。", f"The group code {group.dip_code} is repeated."),
                Text("请保留一个。", "Keep one of the groups."),
            )
        seen.add(group.dip_code)


def _by_diagnosis(groups: Sequence[Group], diagnoses: CodeSystem) -> dict[str, np.ndarray]:
    core, comprehensive = _categories(groups, "core"), _categories(groups, "comprehensive")
    members: list[list[int]] = [[] for _ in core]
    table = np.full((len(comprehensive), len(COMPREHENSIVE_TYPES)), -1, dtype=np.int32)
    for position, group in enumerate(groups):
        if group.kind != "comprehensive":
            if not (group.kind == "core" and group.has_one_category):
                continue
            members[core[group.diagnosis_category.upper()]].append(position)
            continue
        cell = comprehensive[group.diagnosis_category.upper()], TYPE_CODES[group.treatment_type]
        if table[cell] >= 0:
            _refuse_indistinct(groups[table[cell]], group)
        table[cell] = position
    return {
        "diagnosis_core_category": _int32(core.get(core_category(code), -1) for code in diagnoses.codes),
        "diagnosis_comprehensive_category": _int32(
            comprehensive.get(comprehensive_category(code), -1) for code in diagnoses.codes
        ),
        "diagnosis_letter_category": _int32(comprehensive.get(code[:1].upper(), -1) for code in diagnoses.codes),
        "core_offset": _offsets(members),
        "core_group": _int32(group for category in members for group in category),
        "comprehensive_group": table,
    }


def _categories(groups: Sequence[Group], kind: str) -> dict[str, int]:
    wanted = [group for group in groups if group.kind == kind and (kind != "core" or group.has_one_category)]
    found = sorted({group.diagnosis_category.upper() for group in wanted})
    return {category: position for position, category in enumerate(found)}


def _refuse_indistinct(first: Group, second: Group) -> None:
    raise TablesError(
        Text(f"综合病种 {first.dip_code} 与 {second.dip_code} 的类目和治疗方式相同。",
             f"The comprehensive groups {first.dip_code} and {second.dip_code} share category and treatment type."),
        Text("每个类目每种治疗方式只能有一个综合病种。", "Keep one group for each category and treatment type."),
    )  # fmt: skip


#: The alternatives of one term: procedure id, and 1 where a sub-category code stands for it.
_Term = list[tuple[int, int]]


def _terms(groups: Sequence[Group], procedures: CodeSystem) -> list[list[_Term]]:
    members: dict[str, list[int]] = {}
    for position, code in enumerate(procedures.codes):
        members.setdefault(code[:_SUBCATEGORY_LENGTH], []).append(position)

    def alternatives(codes: Sequence[str]) -> _Term:
        found = {procedures.ids[code]: 0 for code in codes if code in procedures.ids}
        for code in codes:
            for position in members.get(code, ()) if _SUBCATEGORY.fullmatch(code) else ():
                found.setdefault(position, 1)
        return list(found.items())

    return [[alternatives(codes) for codes in group.terms()] for group in groups]


def _combinations(terms: Sequence[Sequence[_Term]]) -> dict[str, np.ndarray]:
    flat = [term for group in terms for term in group]
    pairs = np.array([pair for term in flat for pair in term], dtype=np.int32).reshape(-1, 2)
    return {
        "term_offset": _offsets(terms),
        "alternative_offset": _offsets(flat),
        "alternative_procedure": np.ascontiguousarray(pairs[:, 0]),
        "alternative_wildcard": pairs[:, 1].astype(np.int8),
    }


def _type_of(group: Group, terms: Sequence[_Term], types: Sequence[int]) -> int:
    if group.treatment_type:
        return TYPE_CODES[group.treatment_type]
    if not group.operations:
        return TYPE_CODES["conservative"]
    of_main = {types[procedure] for procedure, _ in terms[0]}
    return of_main.pop() if len(of_main) == 1 else UNKNOWN_TYPE


def _numbers(groups: Sequence[Group]) -> dict[str, np.ndarray]:
    rank = np.empty(len(groups), dtype=np.int32)
    rank[sorted(range(len(groups)), key=lambda group: groups[group].dip_code)] = np.arange(len(groups), dtype=np.int32)
    return {
        "group_primary_care": np.array([group.primary_care == "1" for group in groups], dtype=np.int8),
        "relative_weight_e4": np.array([round_scaled(group.points or "0", 4) for group in groups], dtype=np.int64),
        "mean_cost_fen": np.array([round_yuan(group.mean_cost_yuan or "0") for group in groups], dtype=np.int64),
        "group_cases": np.array([int(group.cases or 0) for group in groups], dtype=np.int64),
        "group_rank": rank,
    }


def _int32(values: Iterable[int]) -> np.ndarray:
    return np.fromiter(values, dtype=np.int32)


def _offsets(parts: Sequence[Sequence[object]]) -> np.ndarray:
    offsets = np.zeros(len(parts) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return offsets
