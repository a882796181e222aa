"""Stays as columns, and the directory that tests classify them with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from drgdip.policy import load_policy
from drgdip.policy.values import Auxiliary, PolicyValues
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from drgdip.tables.auxiliary import AUXILIARY_TYPES, CoefficientRow
from drgdip.tables.auxiliary_compile import compile_auxiliary
from drgdip.tables.auxiliary_edition import NATIONAL, read_classification
from drgdip.valuation.auxiliary import auxiliary_parameters, select_coefficients

#: Principal and other diagnoses of tests: appendicitis, lung cancer, comorbidities, complications.
DIAGNOSES = (
    *("K35.300", "C34.900", "C34.100", "C78.000", "C77.900", "C90.000", "I21.900", "I50.900", "E11.900", "E11.200"),
    *("K74.100", "K76.600", "J18.900", "A41.900", "R57.000", "B24.x00", "J44.900", "N18.900", "G81.900", "Z51.100"),
)
PROCEDURES = ("47.0100", "92.2900", "99.2500", "54.5100")
GROUPS = (
    Group("A", "core", "surgery", "K35.3", "47.0100", "甲", "1000", "10000", cases="100"),
    Group("B", "core", "conservative", "C34.9", "", "乙", "2000", "20000", cases="29"),
)


@cache
def tables(coefficients: tuple[CoefficientRow, ...] = (), classification: str = NATIONAL) -> DipTables:
    plain = compile_dip(GROUPS, CodeSystem.of(DIAGNOSES), CodeSystem.of(PROCEDURES), {}, 1000, "10000")
    read = read_classification(classification)
    directory = compile_auxiliary(read, coefficients, plain.group_ids, plain.diagnoses, plain.procedures)
    return replace(plain, auxiliary=directory)


@cache
def values(**section: Any) -> PolicyValues:
    plain = load_policy("demo_tiny").distinct_values()[0]
    return plain._replace(auxiliary=Auxiliary(**{"types": AUXILIARY_TYPES, **section}))


def columns(stays: Sequence[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Stays by the words of a patient; what is not said is a plain stay of an adult."""
    plain = {"group": "A", "diagnoses": ["K35.300"], "operations": [], "age_days": -1, "age_years": 40, "icu_hours": 0,
             "stay_days": 6, "discharge_way": 1, "medical_type": 21, "cost_fen": 1_000_000}  # fmt: skip
    full = [{**plain, **stay} for stay in stays]
    known = tables()

    def flat(name: str, ids: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
        lists = [[ids[code] for code in stay[name]] for stay in full]
        offsets = np.cumsum([0, *map(len, lists)])
        return np.array([code for own in lists for code in own], dtype=np.int32), offsets.astype(np.int32)

    diagnoses, diagnosis_offset = flat("diagnoses", known.diagnoses.ids)
    procedures, procedure_offset = flat("operations", known.procedures.ids)
    return {
        "group_id": np.array([known.group_ids.get(stay["group"], -1) for stay in full], dtype=np.int32),
        "diagnosis_id": diagnoses,
        "diagnosis_offset": diagnosis_offset,
        "procedure_id": procedures,
        "procedure_offset": procedure_offset,
        "age_years": np.array([stay["age_years"] for stay in full], dtype=np.int16),
        "age_days": np.array([stay["age_days"] for stay in full], dtype=np.int16),
        "icu_hours": np.array([stay["icu_hours"] for stay in full], dtype=np.int32),
        "length_of_stay_days": np.array([stay["stay_days"] for stay in full], dtype=np.int32),
        "discharge_way": np.array([stay["discharge_way"] for stay in full], dtype=np.int8),
        "medical_type": np.array([stay["medical_type"] for stay in full], dtype=np.int32),
        "total_cost_fen": np.array([stay["cost_fen"] for stay in full], dtype=np.int64),
    }


def classified(
    stay: dict[str, Any], coefficients: Sequence[str] = (), classification: str = NATIONAL, **section: Any
) -> dict[str, Any]:
    """One stay through the stage: sub-types by type, the one that counts, coefficient, reason.

    ``coefficients`` : ``A age/over_65 1.2`` and further cells of ``auxiliary.csv``.
    """
    from drgdip.base.reasons import reason

    rows = tuple(
        CoefficientRow(group, *name.split("/"), *cells)
        for group, name, *cells in (line.split() for line in coefficients)
    )
    own = tables(rows, classification)
    result = select_coefficients(columns([stay]), auxiliary_parameters(own, values(**section)))
    assert own.auxiliary is not None
    subtypes = own.auxiliary.subtypes

    def key(column: str) -> str | None:
        number = int(result[column][0])
        return subtypes[number].code if number >= 0 else None

    return {
        "score": int(result["cci_score"][0]),
        "cci": key("cci_subtype_id"),
        "severity": key("severity_subtype_id"),
        "tumour": key("tumour_subtype_id"),
        "age": key("age_subtype_id"),
        "icu": key("icu_subtype_id"),
        "chosen": key("auxiliary_subtype_id"),
        "coefficient": int(result["auxiliary_coefficient_e4"][0]),
        "reason": reason(int(result["auxiliary_reason"][0])).key,
    }
