"""An edition without weights, as national ones are published, groups and cannot settle."""

from __future__ import annotations

import pytest

from drgdip.base.errors import TablesError
from drgdip.grouping.dip import assign_groups, grouping_parameters
from drgdip.pipeline.group import NATIONAL_ORDER
from drgdip.pipeline.month_terms import prove
from drgdip.policy import load_policy
from drgdip.tables import DipTables
from tests.properties.layered import Patient, Stay, columns_of, compiled
from tests.reference.catalogue import Catalogue


def edition(points: str, mean: str) -> DipTables:
    row = {"dip_code": "XQ1", "kind": "pre", "treatment_type": "", "diagnosis_category": "*", "operations": "47.0100",
           "points": points, "mean_cost_yuan": mean, "cases": "", "primary_care": "0"}  # fmt: skip
    return compiled(Catalogue([row], 1000, "8000", {}, frozenset(), frozenset()))


def test_it_groups() -> None:
    tables = edition("", "")
    stay = Stay(Patient(("J18.900",)), ("47.0100",), 100)
    result = assign_groups(columns_of([stay]), tables.groups, grouping_parameters(NATIONAL_ORDER, tables.groups))
    assert result["group_id"].tolist() == [0]


def test_settling_is_refused_in_a_sentence() -> None:
    with pytest.raises(TablesError) as caught:
        prove(load_policy("demo_tiny"), edition("", ""))
    assert caught.value.fact.en == "This edition has no weights: it groups, and cannot settle."


def test_with_weights_it_settles() -> None:
    prove(load_policy("demo_tiny"), edition("1000", "9000"))
