"""The demo edition with an auxiliary directory, and the demo policy with its section."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drgdip.tables import load_tables
from drgdip.tables.auxiliary_import import import_auxiliary

if TYPE_CHECKING:
    from drgdip.tables import DipTables

SECTION = """
auxiliary:
  types: {value: [cci, severity, tumour_severity, age, icu], cite: "Example"}
  several: {value: highest, cite: "Example"}
  min_group_cases: {value: 0, cite: "Example"}
  min_subtype_cases: {value: 0, cite: "Example"}
  min_cv_fall: {value: none, cite: "Example"}
  floor: {value: none, cite: "Example"}
  cap: {value: none, cite: "Example"}
  excluded_tcm: {value: true, cite: "Example"}
  excluded_med_types: {value: [], cite: "Example"}
  excluded_groups: {value: [], cite: "Example"}
"""
COEFFICIENTS = """dip_code,type,subtype,coefficient,cases,mean_cost_yuan,cv_fall
K35.3:47.0100,age,over_65,1.2,40,12000,0.21
K35.3:47.0100,icu,days_2_7,1.5,20,15000,0.2
K35.3:47.0100,severity,severe,1.5,10,15000,
K35.3:47.0100,cci,cci_low,1.1,30,11000,0.1
K35.3:47.0100,severity,mild,0.95,300,9500,0.05
I10.X,age,over_65,1.05,200,2100,0.3
J18:BSZL,age,years_1_6,1.1,90,1650,0.25
J18:BSZL,age,days_0_28,2,10,3000,0.25
J18:BSZL,icu,days_31,8,5,12000,
"""


@pytest.fixture
def edition(tmp_path: Path, root: Path) -> Callable[..., DipTables]:
    """The demo edition with coefficients."""

    def build(coefficients: str = COEFFICIENTS, **options: str) -> DipTables:
        source = tmp_path / "aux.csv"
        source.write_text(coefficients, encoding="utf-8")
        base, out = root / "grouper_tables/demo", tmp_path / "demo-auxiliary"
        import_auxiliary(
            source,
            base,
            "demo-auxiliary",
            out,
            imported_at=date(2026, 1, 1),
            overwrite=True,
            **options,  # type: ignore[arg-type]
        )
        tables: DipTables = load_tables(path=out)
        return tables

    return build


@pytest.fixture
def policy_file(tmp_path: Path, root: Path) -> Callable[..., Path]:
    """The smallest policy with the section, some of whose values are others."""

    def write(**values: str) -> Path:
        text = (root / "drgdip/policy/regions/demo_tiny.yaml").read_text(encoding="utf-8")
        lines = SECTION.splitlines()
        for key, value in values.items():
            at = next(i for i, line in enumerate(lines) if line.startswith(f"  {key}: "))
            lines[at] = f'  {key}: {{value: {value}, cite: "Example"}}'
        path = tmp_path / "policy.yaml"
        path.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
