"""Files damaged in every named way, settled: what the key says is found, and the good rows beside it are settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drgdip import load_tables, settle_month
from drgdip.base.errors import UsageError
from drgdip.synthetic import synthesize
from drgdip.synthetic.damage import REFUSED, damage, damages

MONTH = "2026-01"
ROWS = 300
BAD = (7, 150, 300)
#: Damages of lists are no CSV; a file without rows has nothing to settle.
_OTHERWISE = ("deep_json", "header_only")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clean") / "cases.csv"
    synthesize(path, tables=load_tables("dip", "2.0-pingdingshan-2025"), cases=ROWS, month=MONTH, seed=3)
    return path


@pytest.fixture(scope="module")
def paid(source: Path) -> dict[str, int]:
    return paid_in(settle_month("demo_city", source, MONTH))


def paid_in(result: Any) -> dict[str, int]:
    return dict(zip(*(result.cases[name].to_pylist() for name in ("setl_id", "payable_fen")), strict=True))


@pytest.mark.parametrize("how", [name for name in damages() if name not in _OTHERWISE])
def test_a_damaged_file(source: Path, paid: dict[str, int], tmp_path: Path, how: str) -> None:
    out = tmp_path / "cases.csv"
    key = damage(source, how, out, BAD)
    if [planted.kind for planted in key] == [REFUSED]:
        with pytest.raises(UsageError):
            settle_month("demo_city", out, MONTH)
        return
    result = settle_month("demo_city", out, MONTH)

    said = {(f.row, f.key, f.field) for f in result.findings}
    assert said == {(planted.row, planted.kind, planted.field) for planted in key}
    bad = {planted.row for planted in key if planted.row}
    assert bad in (set(), set(BAD))
    wanted = {setl_id: fen for row, (setl_id, fen) in enumerate(paid.items(), start=1) if row not in bad}
    assert paid_in(result) == wanted


def test_a_header_without_rows(source: Path, tmp_path: Path) -> None:
    damage(source, "header_only", tmp_path / "cases.csv")

    assert settle_month("demo_city", tmp_path / "cases.csv", MONTH).month.rows_read == 0


def test_lists_nested_without_end(source: Path, tmp_path: Path) -> None:
    key = damage(source, "deep_json", tmp_path / "lists.ndjson")

    assert [planted.kind for planted in key] == ["malformed_list"]
    with pytest.raises(UsageError):  # nothing else is in the file: no column that settlement needs
        settle_month("demo_city", tmp_path / "lists.ndjson", MONTH)


def test_an_unknown_damage(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lone_quote"):
        damage(source, "fire", tmp_path / "out")
