"""Whether a case can reach every group: small catalogues whose answer is known by hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drgdip.audit.table_check import check_tables
from drgdip.cli.tables import tables as tables_command
from drgdip.pipeline.dip_witnesses import dip_witnesses
from drgdip.tables import CodeSystem, DipTables, Group, compile_dip
from drgdip.tables.dip_compile import Exclusions
from drgdip.tables.locate import edition_folder

DIAGNOSES = ("A40.000", "A40.100", "P07.000", "R51.x00", "T31.200", "K35.300")
OPERATIONS = {
    "33.5100": "surgery", "33.5101": "surgery", "47.0100": "surgery", "54.5100": "surgery", "88.7200": "diagnostic",
    "96.7201": "therapeutic",
}  # fmt: skip


def row(code: str, kind: str, category: str, operations: str = "", points: int = 1, **cells: str) -> Group:
    return Group(code, kind, cells.pop("treatment_type", ""), category, operations, code, str(points), "1", **cells)


def compiled(*rows: Group, types: dict[str, str] = OPERATIONS, exclusions: Exclusions = Exclusions()) -> DipTables:
    systems = CodeSystem.of(list(DIAGNOSES)), CodeSystem.of(list(types))
    return compile_dip(rows, *systems, types, 1000, "10000", exclusions)


def unreached(*rows: Group, **options: Any) -> dict[str, tuple[tuple[str, ...], bool, str]]:
    """By group without a witness: who takes its cases, whether none can reach it, and the group that asks the same."""
    tables = compiled(*rows, **options)
    codes = (*tables.group_codes, "")
    return {
        codes[one.group]: (tuple(codes[taker] for taker in one.takers), one.proven, codes[one.same_as])
        for one in dip_witnesses(tables).unreached
    }


def test_an_earlier_row_that_asks_less_always_wins() -> None:
    assert unreached(row("wide", "pre", "*", "33.5100/33.5101"), row("narrow", "merge", "A40.0", "33.5100")) == {
        "narrow": (("wide",), True, "")
    }
    assert unreached(row("narrow", "pre", "A40.0", "33.5100"), row("wide", "merge", "*", "33.5100/33.5101")) == {}


def test_several_earlier_rows_may_take_every_case_between_them() -> None:
    rows = row("one", "pre", "A40.0", "33.5100"), row("two", "pre", "A40.1", "33.5100/33.5101")
    both = row("both", "merge", "A40", "33.5100")

    assert unreached(*rows, both) == {"both": (("one", "two"), True, "")}
    assert unreached(*rows, both._replace(operations="33.5100/33.5101")) == {}


def test_a_core_group_behind_a_merge() -> None:
    merge = row("merge", "merge", "A40", "33.5100/33.5101")

    assert unreached(merge, row("core", "core", "A40.0", "33.5100+54.5100")) == {"core": (("merge",), True, "")}
    assert unreached(merge, row("core", "core", "A40.0", "54.5100+33.5100")) == {}


def test_ages_are_tried_in_every_stretch() -> None:
    first, second = row("0-7", "pre", "P07", age_days="0-7"), row("8-28", "pre", "P07", age_days="8-28")
    third = row("third", "pre", "P07", age_days="0-28")

    assert unreached(first, second, third) == {"third": (("0-7", "8-28"), True, "")}
    assert unreached(first, second, third._replace(age_days="0-29")) == {}
    assert unreached(first, second._replace(age_days="9-28"), third) == {}


def test_days_and_years_of_age_exclude_each_other() -> None:
    assert unreached(row("child", "pre", "P07", age_days="0-28", age_years="1-17")) == {"child": ((), True, "")}
    assert unreached(row("child", "pre", "P07", age_days="0-28", age_years="0-17")) == {}


def test_a_diagnosis_that_may_stand_anywhere() -> None:
    low = row("low", "pre", "P07", diagnosis_place="any", birth_weight_g="-999")
    principal = row("principal", "pre", "P07", birth_weight_g="-999")

    assert unreached(principal, low) == {}
    assert unreached(low, principal) == {"principal": (("low",), True, "")}


def test_any_place_of_an_operation_is_reached_behind_another_main_operation() -> None:
    main, anywhere = row("main", "pre", "*", "96.7201", operation_place="main"), row("any", "pre", "*", "96.7201", operation_place="any")  # fmt: skip

    assert unreached(main, anywhere) == {}
    assert unreached(anywhere, main) == {"main": (("any",), True, "")}


def test_groups_that_ask_for_the_same_are_indistinct() -> None:
    light, heavy = row("light", "core", "K35.3", "47.0100"), row("heavy", "core", "K35.3/A40.0", "47.0100", points=2)

    assert unreached(light, heavy) == {"light": (("heavy",), True, "")}
    assert unreached(light, heavy._replace(diagnosis_category="K35.300")) == {"light": (("heavy",), True, "heavy")}
    # Written as a sub-category it stands for the same operation, and its own code comes first.
    assert unreached(light, heavy._replace(diagnosis_category="K35.300", operations="47.01")) == {
        "heavy": (("light",), True, "light")
    }


def test_either_operation_alone_belongs_to_others_but_both_do_not() -> None:
    either = row("either", "core", "K35.3", "47.0100/54.5100")
    heavier = row("first", "core", "K35.3", "47.0100", points=2), row("second", "core", "K35.3", "54.5100", points=3)

    # With both operations only the group that names both matches fully.
    assert unreached(either, *heavier) == {}


def test_a_core_group_with_an_age_below_a_heavier_one_without() -> None:
    child, all_ages = row("child", "core", "K35.3", age_years="0-6"), row("all", "core", "K35.3", points=2)

    assert unreached(child, all_ages) == {"child": (("all",), True, "")}
    assert unreached(child._replace(points="3"), all_ages) == {}


def test_comprehensive_groups() -> None:
    surgery = row("SS", "comprehensive", "K35", treatment_type="surgery")
    letter = row("K", "comprehensive", "K", treatment_type="surgery")

    assert unreached(surgery) == {}
    # Every diagnosis of chapter K in the list is in K35.
    assert unreached(surgery, letter) == {"K": (("SS",), True, "")}
    assert unreached(row("A", "comprehensive", "A", treatment_type="diagnostic")) == {}


def test_a_type_without_an_operation_reaches_no_group() -> None:
    therapy = row("ZL", "comprehensive", "K35", treatment_type="therapeutic")

    assert unreached(therapy, types={"47.0100": "surgery"}) == {"ZL": ((), True, "")}


def test_conservative_comprehensive_groups_behind_a_core_group() -> None:
    core, rest = row("core", "core", "K35.3"), row("BS", "comprehensive", "K35", treatment_type="conservative")

    assert unreached(core, rest) == {"BS": (("core",), True, "")}
    # An operation without a type counts as conservative.
    assert unreached(core, rest, types={"47.0100": "surgery", "99.9999": "?"}) == {}


def test_principal_diagnoses_that_are_not_allowed() -> None:
    burn = row("burn", "comprehensive", "T31", treatment_type="conservative")

    assert unreached(burn) == {}
    assert unreached(burn, exclusions=Exclusions(("T31.200",), ())) == {"burn": (("",), True, "")}


def test_operations_that_are_not_used() -> None:
    lung = row("lung", "pre", "*", "33.5100")

    assert unreached(lung, exclusions=Exclusions((), ("33.5100",))) == {"lung": (("",), True, "")}


def test_a_core_group_of_operations_that_are_not_used() -> None:
    core, rest = (
        row("core", "core", "K35.3", "47.0100"),
        row("BS", "comprehensive", "K35", treatment_type="conservative"),
    )

    assert unreached(core, rest, exclusions=Exclusions((), ("47.0100",))) == {"core": (("BS",), True, "")}


@pytest.mark.parametrize(("edition", "groups"), [("demo", 16), ("demo-3.0", 35), ("2.0-pingdingshan-2025", 4444)])
def test_a_case_reaches_every_group_of_the_shipped_editions(edition: str, groups: int) -> None:
    report = check_tables(edition_folder("dip", edition))

    assert report.problems == []
    assert report.reach == (groups, groups)


def test_the_check_names_row_and_taker(catalogue: Any, imported: Any, tmp_path: Path) -> None:
    header = "layer,seq,name,dx,procedures,condition"
    source = catalogue("XQ,1,呼吸机,*,96.7201,any", "BX,2,,A40,96.7201,main", header=header)
    imported(source)

    shown = CliRunner().invoke(tables_command, ["check", "--tables", str(tmp_path / "edition"), "--json"])

    [report] = json.loads(shown.output)
    assert report["witnesses"] == 1
    assert [(one["key"], one["row"], one["value"]) for one in report["findings"]] == [
        ("no_effective_date", 0, ""), ("unreachable_group", 2, "BX-2 → XQ-1"),
    ]  # fmt: skip


def test_cases_that_are_written_land_where_they_must(tmp_path: Path) -> None:
    from drgdip.pipeline.group import group_cases
    from drgdip.tables import load_tables

    path = tmp_path / "cases.csv"
    CliRunner().invoke(tables_command, ["check", "--edition", "demo-3.0", "--witnesses", str(path)])
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = {one["setl_id"]: one["expected_dip"] for one in csv.DictReader(lines)}

    found = [one for part, _ in group_cases([path], load_tables("dip", "demo-3.0")) for one in part]

    assert len(expected) == 35
    assert {one.setl_id: one.dip_code for one in found} == expected
