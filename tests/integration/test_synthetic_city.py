"""The synthetic city through the whole chain: every stay lands in the group it was drawn from, every planted defect is found."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from drgdip import load_tables, settle_month
from drgdip.synthetic import synthesize
from drgdip.synthetic.blueprint import make_blueprint
from drgdip.synthetic.catalogue import read_statistics
from drgdip.synthetic.stays import draw_stays

MONTH = "2026-01"
ROWS = 20_000


@pytest.fixture(scope="module")
def tables():
    return load_tables("dip", "2.0-pingdingshan-2025")


def test_every_stay_lands_in_the_group_it_was_drawn_from(tables, tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    synthesize(path, tables=tables, cases=ROWS, month=MONTH, seed=9)
    statistics = read_statistics(tables)
    blueprint = make_blueprint(tables, statistics.mean_stay_days, statistics.cv, 9)
    drawn = [tables.group_codes[g] for g in draw_stays(blueprint, MONTH, 0, 0, ROWS).group.tolist()]
    result = settle_month("demo_city", path, MONTH)
    assert result.cases.num_rows == ROWS
    assert result.cases["dip_code"].to_pylist() == drawn


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_every_planted_defect_is_found_and_no_other(tables, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cases.{suffix}"
    made = synthesize(path, tables=tables, cases=ROWS, month=MONTH, seed=11, dirty="0.02")
    with made.manifest.open(encoding="utf-8", newline="") as file:
        key = {(int(row["row_number"]), row["kind"], row["field"]) for row in csv.DictReader(file)}
    planted = {(row, kind) for row, kind, _ in key}
    result = settle_month("demo_city", path, MONTH)
    found = {(row.row, key) for row in result.set_aside for key in row.reasons}
    assert len(planted) > 300
    assert found == planted
    assert {(f.row, f.key, f.field) for f in result.findings if f.row} == key
    assert result.month.rows_settled + len(result.set_aside) == result.month.rows_read == ROWS
    assert Counter(f.key for f in result.findings if f.row) == Counter(kind for _, kind in planted)


def test_bad_rows_change_nothing_for_the_others(tables, tmp_path: Path) -> None:
    clean, dirty = tmp_path / "clean.parquet", tmp_path / "dirty.parquet"
    synthesize(clean, tables=tables, cases=ROWS, month=MONTH, seed=13)
    synthesize(dirty, tables=tables, cases=ROWS, month=MONTH, seed=13, dirty="0.05")
    before = settle_month("demo_city", clean, MONTH).cases
    after = settle_month("demo_city", dirty, MONTH).cases
    paid = dict(zip(before["setl_id"].to_pylist(), before["payable_fen"].to_pylist(), strict=True))
    kept = dict(zip(after["setl_id"].to_pylist(), after["payable_fen"].to_pylist(), strict=True))
    assert ROWS * 0.9 < len(kept) < ROWS
    assert kept == {setl_id: paid[setl_id] for setl_id in kept}
