"""Stays in short hand for clustering: a history of them, and their groups as the plain reference names them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drgdip.catalogue.history import COLUMNS, History
from drgdip.catalogue.regroup import Clustered, CodeLists, cluster
from drgdip.catalogue.settings import BuildSettings, CoreThreshold, read_settings
from drgdip.tables import CodeSystem, Group
from drgdip.tables.dip_compile import Exclusions
from tests.reference.clustering import Key, Rules, Treated

DIAGNOSES = CodeSystem.of(("K35.300", "K35.301", "K35.800", "k35.x00", "J18.900", "Z51.100"))
TYPES = {"47.01": "surgery", "47.09": "surgery", "39.79": "intervention", "96.71": "therapeutic", "45.13": "diagnostic"}
#: One of them has no type.
PROCEDURES = CodeSystem.of((*TYPES, "99.99"))


def history_of(stays: Sequence[Treated]) -> History:
    columns = {name: np.zeros(len(stays), dtype=kind) for name, kind in COLUMNS.items()}
    columns["total_cost_fen"][:] = [stay.cost_fen for stay in stays]
    lists = {
        "diagnosis": [[DIAGNOSES.ids[stay.diagnosis]] for stay in stays],
        "procedure": [[PROCEDURES.ids[code] for code in stay.operations] for stay in stays],
    }
    return History(
        columns,
        {name: np.array([one for codes in own for one in codes], dtype=np.int32) for name, own in lists.items()},
        {name: np.cumsum([0, *map(len, own)]).astype(np.int64) for name, own in lists.items()},
        ("H1",),
    )


def lists_of(rules: Rules) -> CodeLists:
    return CodeLists(DIAGNOSES, PROCEDURES, rules.types, Exclusions(tuple(rules.excluded), tuple(rules.unused)))


def settings_of(rules: Rules) -> BuildSettings:
    threshold = CoreThreshold(cases=rules.cases) if rules.cases else CoreThreshold(coverage=rules.coverage)
    return read_settings().model_copy(
        update={
            "core_threshold": threshold,
            "related_operation_increase": rules.increase,
            "comprehensive_min_cases": rules.comprehensive_cases,
        }
    )


def key_of(group: Group) -> Key:
    if group.kind == "comprehensive":
        return group.diagnosis_category, group.treatment_type
    main, *related = group.operations.split("+")
    return group.diagnosis_category, main, tuple(related)


def built(stays: Sequence[Treated], rules: Rules, fixed: Sequence[Group] = ()) -> tuple[Clustered, list[Key | None]]:
    """What the engine makes of stays: groups, and the group of each stay."""
    found = cluster(history_of(stays), lists_of(rules), settings_of(rules), fixed, threads=1)
    return found, [None if place < 0 else key_of(found.groups[place]) for place in found.group_id.tolist()]
