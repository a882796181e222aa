"""A group whose points are nothing (settlement arithmetic 2.8, vector V36): its stays are paid what they cost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import drgdip
from drgdip.base.errors import PolicyError
from drgdip.pipeline.month_terms import prove
from drgdip.tables import DipTables, load_tables
from drgdip.tables.check import check_edition
from drgdip.tables.edition import open_edition
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY, parse
from tests.tables.test_check import change


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """The demo edition with 0 points for erysipelas."""
    copy = Path(shutil.copytree(root / "grouper_tables" / "demo", tmp_path / "demo"))
    change(copy, "groups.csv", lambda text: text.replace("保守治疗,300,3000", "保守治疗,0,3000", 1))
    return copy


@pytest.fixture
def tables(folder: Path) -> DipTables:
    return load_tables(path=folder)


def test_it_is_no_mistake_and_worth_a_look(folder: Path) -> None:
    assert [(p.key, p.row, p.field, p.value) for p in check_edition(open_edition(folder))] == [
        ("group_without_weight", 1, "points", "0")
    ]


def cases(*stays: tuple[str, str, str, str]) -> pa.Table:
    """Name, diagnosis, cost and what the patient paid of it, in yuan."""
    rows = [
        f"{name},H1,01,310,990100,990100,2026-01-01,2026-01-07,2026-01-07,6,{code},{cost},0,0,0,{cost},{fund},{fund},0,{own}"
        for name, code, cost, own in stays
        for fund in [f"{float(cost) - float(own):.2f}"]
    ]
    return pa.table(
        dict(zip(HEADER.split(","), map(list, zip(*(r.split(",") for r in rows), strict=True)), strict=True))
    )


def test_its_stays_are_paid_by_item_and_others_as_before(tables: DipTables) -> None:
    """V36: 7,350.40 less 2,350.15 by the patient; whatever the deviation test would have said of 2.45 times the mean."""
    month = drgdip.settle_month(
        "demo_tiny",
        cases(("A", "A46.x00", "7350.40", "2350.15"), ("B", "I10.x00", "2000.00", "500.00")),
        "2026-01",
        tables=tables,
    )
    a, b = month.cases.to_pylist()

    assert (a["route"], a["deviation_band"], a["points_e4"]) == ("route_by_item", "band_by_item", 0)
    assert (a["relative_weight_e4"], a["gross_fen"], a["payable_fen"]) == (0, 735_040, 500_025)
    assert (b["route"], b["points_e4"], b["payable_fen"]) == ("route_group", 2_000_000, 150_000)
    assert [(row.by_item_cases, row.points_e4) for row in month.month.rows] == [(1, 2_000_000)]


def test_day_surgery_of_it_is_worth_its_cost_too(tables: DipTables) -> None:
    """A multiple of nothing is nothing; a weight of its own is refused, for there is nothing to compare a bill with."""
    start = TINY.index("routes:")
    end = TINY.index("\n\n", start)
    route = 'routes: {value: [{mode: day_surgery, los_max: 9, factor: "0.8"}], cite: "E"}'
    policy = parse(TINY[:start] + route + TINY[end:])
    month = drgdip.settle_month(policy, cases(("A", "A46.x00", "900.00", "0.01")), "2026-01", tables=tables)

    assert month.cases["payable_fen"].to_pylist() == [89_999]
    own = 'case_rules:\n  own_weights:\n    day: {value: {A46.X: "250"}, cite: "E"}\n'
    with pytest.raises(PolicyError, match=r"Group A46\.X has no weight"):
        prove(parse(TINY + "\n" + own), tables)
