"""The plain reference program beside the engine: same cases, every figure compared."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import drgdip
from benchmarks.months import EDITION, MONTH, POLICY, ROOT
from tests.reference.catalogue import Catalogue
from tests.reference.month import OPTIONAL, ReferenceResult, settle_month

#: Where the engine's case table has another name than the reference.
NAMES = {"group": "dip_code", "runner_up_group": "runner_up_code"}
SKIPPED = {"row", "hospital_code"}


class Differs(Exception):
    """Engine and reference do not agree: speed does not matter."""


def check(cases: Path) -> dict[str, Any]:
    """Settle a small month twice; the reference's speed. Raises Differs if one figure or one row set aside differs."""
    policy = drgdip.load_policy(POLICY)
    rows, groups = cases_of(cases), catalogue()
    started = time.perf_counter()
    expected = settle_month(policy.on, groups, rows, MONTH, region=policy.region_admdvs)
    seconds = time.perf_counter() - started
    found = list(differences(expected, drgdip.settle_month(POLICY, cases, MONTH)))
    if found:
        raise Differs("\n".join(["engine and reference differ:", *found[:20]]))
    return {
        "cases": len(rows),
        "settled": len(expected.cases),
        "seconds": round(seconds, 3),
        "cases_per_s": round(len(rows) / seconds),
    }


def differences(expected: ReferenceResult, result: Any) -> Iterator[str]:
    """Figures of cases, and rows set aside, that the engine's result has otherwise."""
    got = {case["setl_id"]: case for case in result.cases.to_pylist()}
    # Columns that only policies with case rules have.
    absent = set(OPTIONAL) - set(result.cases.column_names)
    for case in expected.cases:
        name = case["setl_id"]
        if name not in got:
            yield f"{name}: not settled by the engine"
            continue
        for figure in case.keys() - SKIPPED - absent:
            value = _plain(got[name].get(NAMES.get(figure, figure)))
            if value != case[figure]:
                yield f"{name} {figure}: reference {case[figure]}, engine {value}"
    yield from (f"{name}: settled by the engine only" for name in got.keys() - {c["setl_id"] for c in expected.cases})
    aside = {row.row for row in result.set_aside} ^ {row.row for row in expected.set_aside}
    yield from (f"row {row}: set aside by one of them only" for row in sorted(aside))


def _plain(value: Any) -> Any:
    """Arrow's empty text and flags as the reference writes them."""
    return "" if value is None else int(value) if isinstance(value, bool) else value


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cases_of(path: Path) -> list[dict[str, str]]:
    """Rows of a Parquet file as text; a month in CSV would have damages that no plain reader gets past."""
    import pyarrow.parquet as pq

    rows = pq.read_table(path).to_pylist()
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


def catalogue() -> Catalogue:
    """The edition as its files stand, nothing compiled."""
    tables = drgdip.load_tables("dip", EDITION)
    folder = ROOT / "grouper_tables"
    systems = tables.manifest.code_systems
    types = read(folder / "treatment_types" / systems["treatment_types"].name / "types.csv")
    codes = {
        role: read(folder / "code_systems" / systems[role].name / "codes.csv") for role in ("diagnoses", "procedures")
    }
    return Catalogue(
        groups=read(folder / "dip" / EDITION / "groups.csv"),
        point_scale=tables.point_scale,
        region_mean_cost_yuan=str(tables.manifest.region_mean_cost_yuan),
        procedure_types={row["code"]: row["treatment_type"] for row in types},
        diagnosis_codes={row["code"] for row in codes["diagnoses"]},
        procedure_codes={row["code"] for row in codes["procedures"]},
    )
