"""``drgdip tables diff`` for DIP: what moved between two editions, by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drgdip.cli.tables import tables
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from drgdip.tables.diff import Change, diff
from drgdip.tables.dip_compile import Exclusions


def row(
    code: str, kind: str = "core", category: str = "K35.3", operations: str = "", points: str = "1", **cells: str
) -> Group:
    return Group(code, kind, "", category, operations, f"name {code}", points, "1", **cells)


def compiled(
    *rows: Group,
    mean: str = "10000",
    kind: str = "surgery",
    exclusions: Exclusions = Exclusions(),
    operations: str = "47.0100",
) -> DipTables:
    codes = operations.split()
    return compile_dip(
        rows, CodeSystem.of(["K35.300"]), CodeSystem.of(codes), dict.fromkeys(codes, kind), 1000, mean, exclusions
    )


def test_the_same_editions_have_no_changes() -> None:
    assert diff(compiled(row("a")), compiled(row("a"))) == []


def test_groups_that_come_go_and_change() -> None:
    before = compiled(row("a"), row("b", operations="47.0100"))
    after = compiled(row("b", operations="47.0100", points="2", age_years="18-"), row("c"))

    assert diff(before, after) == [
        Change("group", "removed", "a", "", "name a", ""),
        Change("group", "changed", "b", "points", "1", "2"),
        Change("group", "changed", "b", "age_years", "", "18-"),
        Change("group", "added", "c", "", "", "name c"),
    ]


def test_the_order_of_earlier_layers_counts() -> None:
    first, second, third = (row(code, "pre", "*", operations="47.0100") for code in "xyz")

    assert diff(compiled(first, second, third), compiled(second, first, third)) == [
        Change("group", "changed", "x", "after", "", "y"),
        Change("group", "changed", "y", "after", "x", ""),
        Change("group", "changed", "z", "after", "y", "x"),
    ]
    # The order of core groups means nothing.
    assert diff(compiled(row("a"), row("b")), compiled(row("b"), row("a"))) == []


def test_numbers_lists_and_types() -> None:
    before = compiled(row("a"), exclusions=Exclusions((), ("47.0100",)))
    after = compiled(
        row("a"), mean="10001", kind="diagnostic", operations="47.0100 54.5100", exclusions=Exclusions(("K35.300",), ())
    )

    # Code lists made in memory name each code by itself.
    assert diff(before, after) == [
        Change("edition", "changed", "region_mean_cost_yuan", "value", "10000", "10001"),
        Change("principal_excluded", "added", "K35.300", "", "", "K35.300"),
        Change("operation_unused", "removed", "47.0100", "", "47.0100", ""),
        Change("type_code", "changed", "47.0100", "treatment_type", "surgery", "diagnostic"),
        Change("type_code", "added", "54.5100", "", "", "diagnostic"),
        Change("procedure_code", "added", "54.5100", "", "", "54.5100"),
    ]


def test_a_change_in_words() -> None:
    change = Change("group", "changed", "K35.3", "points", "1000", "1100")

    assert change.in_words().zh == "病种 变更 K35.3 分值: 1000 → 1100"
    assert change.in_words().en == "groups changed K35.3 points: 1000 → 1100"
    assert (
        Change("principal_excluded", "added", "T31.200", "", "", "烧伤").in_words().zh
        == "不应作为主要诊断 新增 T31.200: 烧伤"
    )


@pytest.fixture
def two(catalogue: Any, imported: Any, tmp_path: Path) -> list[str]:
    """Folders of two editions in the national layout."""
    header = "layer,seq,name,dx,procedures,condition"
    rows = ["XQ,1,呼吸机,*,96.7201,any", "BX,2,,A40,33.2402,main"]
    for name, changed in (("one", "any"), ("two", "main")):
        imported(
            catalogue(rows[0].replace("any", changed), rows[1], header=header),
            out=tmp_path / name, edition=name, overwrite=True,
        )  # fmt: skip
    return [str(tmp_path / name) for name in ("one", "two")]


def test_changes_as_words_rows_and_json_with_cases_that_move(two: list[str], tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text(
        "setl_id,diag_code,oprn_oprt_code\na,A40.000,33.2402|96.7201\nb,A40.000,96.7201\nc,A40.000,33.2402\n",
        encoding="utf-8",
    )
    output = tmp_path / "changes.csv"

    words = CliRunner().invoke(tables, ["diff", *two, "--cases", str(cases), "-o", str(output)], catch_exceptions=False)
    shown = CliRunner().invoke(tables, ["diff", *two, "--cases", str(cases), "--json"], catch_exceptions=False)

    assert "病种 变更 XQ-1 首项手术位置: any → main" in words.output
    assert "病例 3,组别不变 2,变化 1" in words.output
    with output.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [["group", "changed", "XQ-1", "operation_place", "any", "main"]]
    found = json.loads(shown.output)
    assert [(one["key"], one["field"]) for one in found["changes"]] == [("XQ-1", "operation_place")]
    assert (found["cases"]["cases"], found["cases"]["moved"]) == (3, 1)
    assert [(move["before"], move["after"]) for move in found["cases"]["moves"]] == [("XQ-1", "BX-2")]
