"""The plain reference program beside the engine: same cases, every figure compared, both timed."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import drgdip
from tests.reference.catalogue import Catalogue
from tests.reference.month import settle_month

ROOT = Path(__file__).resolve().parent.parent
#: Where the engine's case table has another name than the reference.
NAMES = {"group": "dip_code", "runner_up_group": "runner_up_code"}
SKIPPED = {"row", "hospital_code"}


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def catalogue(edition: str) -> Catalogue:
    """The edition as its files stand, nothing compiled."""
    tables = drgdip.load_tables("dip", edition)
    folder = ROOT / "grouper_tables"
    systems = tables.manifest.code_systems
    types = read(folder / "treatment_types" / systems["treatment_types"].name / "types.csv")
    codes = {
        role: read(folder / "code_systems" / systems[role].name / "codes.csv") for role in ("diagnoses", "procedures")
    }
    return Catalogue(
        groups=read(folder / "dip" / edition / "groups.csv"),
        point_scale=tables.point_scale,
        region_mean_cost_yuan=str(tables.manifest.region_mean_cost_yuan),
        procedure_types={row["code"]: row["treatment_type"] for row in types},
        diagnosis_codes={row["code"] for row in codes["diagnoses"]},
        procedure_codes={row["code"] for row in codes["procedures"]},
    )


def check(policy: str, edition: str, cases: Path, month: str) -> dict[str, Any]:
    """Settle a small month twice. Stops the program if one figure of one case, or one row set aside, differs."""
    chosen = drgdip.load_policy(policy)
    rows, groups = read(cases), catalogue(edition)
    started = time.perf_counter()
    expected = settle_month(chosen.on, groups, rows, month, region=chosen.region_admdvs)
    seconds = time.perf_counter() - started
    result = drgdip.settle_month(policy, cases, month)
    got = {case["setl_id"]: case for case in result.cases.to_pylist()}
    differences = [
        f"{case['setl_id']} {name}: reference {value}, engine {engine}"
        for case in expected.cases
        for name, value in case.items()
        if name not in SKIPPED and (engine := _plain(got.get(case["setl_id"], {}).get(NAMES.get(name, name)))) != value
    ]
    aside = sorted(row.row for row in result.set_aside)
    if differences or len(got) != len(expected.cases) or aside != sorted(row.row for row in expected.set_aside):
        raise SystemExit("engine and reference differ:\n" + "\n".join(differences[:20]) + f"\nrows set aside: {aside}")
    return {
        "cases": len(rows),
        "settled": len(got),
        "seconds": round(seconds, 2),
        "cases_per_s": round(len(rows) / seconds),
    }


def _plain(value: Any) -> Any:
    """Arrow's empty text and flags as the reference writes them."""
    return "" if value is None else int(value) if isinstance(value, bool) else value
