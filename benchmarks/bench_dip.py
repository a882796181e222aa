"""DIP grouping of stays in memory, one thread: an edition of core and comprehensive groups, and one of all layers.

The layered one is the shipped 2.0 edition with invented rows before it, as many as the national draft of 3.0 has: some
for any principal diagnosis by an operation, low birth weight, merges in the largest categories, and diagnosis-assisted
rows by age and another diagnosis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.months import EDITION, POLICY, synthesize
from drgdip import load_policy, load_tables
from drgdip.grouping.dip import assign_groups, grouping_parameters
from drgdip.intake import CaseReader
from drgdip.pipeline.batch import take
from drgdip.pipeline.group import NATIONAL_ORDER
from drgdip.tables import compile_dip
from drgdip.tables.dip_catalogue import Group

if TYPE_CHECKING:
    from benchmarks.conftest import Measure
    from drgdip.policy.values import Grouping
    from drgdip.tables import DipTables

GROUP = "DIP grouping on one thread"
CHUNK = 100_000


@cache
def stays_of(folder: Path, count: int) -> dict[str, np.ndarray]:
    """A chunk of stays without defects."""
    tables = load_tables("dip", EDITION)
    with CaseReader([synthesize(folder, count)], tables.diagnoses, tables.procedures, count, 1) as reader:
        raw = next(iter(reader))
        encoded = reader.encode(raw)
    return dict(take(encoded.columns, np.setdiff1d(np.arange(raw.rows), encoded.defects.row)))


@cache
def layered() -> DipTables:
    """The shipped edition with invented rows of the layers before it."""
    plain = load_tables("dip", EDITION)
    types = {code: name for code, kind in zip(plain.procedures.codes, plain.groups.procedure_treatment_type, strict=True)
             if (name := ("surgery", "therapeutic", "diagnostic", "conservative", "intervention", "")[kind])}  # fmt: skip
    rows = [*_invented(plain), *plain.rows]
    return compile_dip(rows, plain.diagnoses, plain.procedures, types, plain.point_scale, "5718.15")


def _invented(plain: DipTables) -> Iterator[Group]:
    operations = sorted({row.operations for row in plain.rows if row.operations and "+" not in row.operations})
    categories = [code for code, _ in Counter(row.diagnosis_category for row in plain.rows).most_common(666)]

    def row(code: str, kind: str, category: str, combination: str = "", **more: str) -> Group:
        return Group(code, kind, "", category, combination, code, "1000", "9000", **more)

    for place, operation in enumerate(operations[::90][:15]):
        yield row(f"XQ{place}", "pre", "*", operation)
    for place, band in enumerate(("-999", "1000-1499", "1500-1999", "2000-2499")):
        yield row(f"XQ2{place}", "pre", "P07", diagnosis_place="any", age_days="0-28", birth_weight_g=band)
    for place, category in enumerate(categories):
        some = "/".join(operations[place % 50 :: 50][:6])
        yield row(f"BX{place}", "merge", category, some)
    for place, category in enumerate(categories[:78]):
        yield row(f"FZ{place}", "assisted", category, other_diagnoses=categories[-place - 1], age_years="70-")


def choices(name: str) -> Grouping:
    """How a policy groups; the national order without one."""
    policy = load_policy(name) if name else None
    return policy.grouping_on(policy.period.first) if policy else NATIONAL_ORDER


@pytest.mark.parametrize("policy", [POLICY, "jining", "yichang"])
@pytest.mark.parametrize("edition", ["2.0", "layered"])
def test_group(measure: Measure, folder: Path, stays: int, edition: str, policy: str) -> None:
    tables = load_tables("dip", EDITION) if edition == "2.0" else layered()
    columns: dict[str, Any] = stays_of(folder, min(CHUNK, stays))
    parameters = grouping_parameters(choices(policy), tables.groups)
    result = assign_groups(columns, tables.groups, parameters)
    assert (result["group_id"] >= 0).mean() > 0.5
    measure(lambda: assign_groups(columns, tables.groups, parameters), GROUP, len(result["group_id"]))
