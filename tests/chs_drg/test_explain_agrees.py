"""What explanations show never disagrees with what the kernel finds: random editions, random stays, edition 2.0."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip import DrgGrouper
from drgdip.audit.drg_conditions import Checked, check, facts
from drgdip.audit.explain_drg import stay_of
from drgdip.pipeline.drg_case import DrgCase
from drgdip.tables.chs_drg.drg_tables import DrgTables
from drgdip.tables.chs_drg.look_up import LookUp
from drgdip.tables.csv_file import rows_of
from tests.chs_drg.random_editions import STAYS, Drawn, columns_of, editions
from tests.reference.drg.group import group_stay
from tests.reference.drg.proof import proof
from tests.reference.drg.severity import severities
from tests.reference.drg.stay import Stay

EDITION = Path(__file__).parents[2] / "grouper_tables" / "chs-drg" / "2.0"


def as_case(tables: DrgTables, stay: Stay) -> DrgCase:
    return DrgCase(stay.diagnoses, stay.operations, columns_of(tables, [stay]), stay.department or "")


@settings(max_examples=40)
@given(editions(), st.lists(STAYS, min_size=1, max_size=4))
def test_groups_and_deciding_rows_are_those_of_the_reference(drawn: Drawn, stays: list[Stay]) -> None:
    tables = drawn.tables()
    grouper = DrgGrouper(tables=tables)
    for stay in stays:
        found, expected = grouper.explain_case(as_case(tables, stay)), group_stay(stay, tables.content)
        assert found.differences == []
        assert [row.code for row in found.decided[1:]] == [row.code for row in expected[:2] if row is not None]
        excluded = [one.excluded_by for one in severities(stay, tables.content).values()]
        assert [one.excluded_by or None for one in found.severities if one.level] == excluded
        for one in found.what_if:
            moved = _first(stay, one.kind, one.code)
            other = group_stay(moved, tables.content)
            codes = [row.code for row in other[:2] if row is not None]
            assert one.outcome.drg_code == (codes[-1] if codes else "0000")


def _first(stay: Stay, kind: str, code: str) -> Stay:
    def moved(codes: tuple[str, ...]) -> tuple[str, ...]:
        place = codes.index(code)
        return (code, *codes[:place], *codes[place + 1 :])

    if kind == "principal":
        return stay._replace(diagnoses=moved(stay.diagnoses))
    return stay._replace(operations=moved(stay.operations))


@settings(max_examples=40)
@given(editions(), STAYS)
def test_every_rule_and_every_part_of_it_is_what_the_reference_says(drawn: Drawn, stay: Stay) -> None:
    tables = drawn.tables()
    seen = stay_of(as_case(tables, stay), tables, LookUp(tables))
    for row in tables.content.all_rows():
        checked = check(row.rule, seen)
        assert checked.holds == (proof(row.rule, stay, tables.content) is not None)
        for part in _parts(checked):
            if part.leaf is not None:
                assert part.holds == (proof(part.leaf, stay, tables.content) is not None)


def _parts(checked: Checked) -> Iterator[Checked]:
    yield checked
    for part in checked.parts:
        yield from _parts(part)


@settings(max_examples=40)
@given(editions(), STAYS)
def test_what_a_row_lacks_is_what_keeps_it_away(drawn: Drawn, stay: Stay) -> None:
    tables = drawn.tables()
    seen = stay_of(as_case(tables, stay), tables, LookUp(tables))
    for row in tables.content.all_rows():
        checked = check(row.rule, seen)
        lacking = checked.shortfall()
        assert bool(lacking) != checked.holds
        if checked.holds:
            continue
        assert all(not leaf.holds for one in lacking for leaf in one.leaves())
        whole = [leaf for one in lacking for leaf in one.leaves()]
        assert _holds_with(checked, whole)
        # One condition is told if and only if one keeps the rule from holding; of several each would do.
        alone = [leaf for leaf in checked.leaves() if not leaf.holds and _holds_with(checked, _alike(checked, leaf))]
        assert (len(facts(lacking)) == 1) == bool(alone)
        if alone:
            assert set(alone) == {other for one in whole for other in _alike(checked, one)}


def _alike(checked: Checked, leaf: Checked) -> list[Checked]:
    """The failing conditions that are one with a condition: itself, and what else asks for the same missing value."""
    return [one for one in checked.leaves() if not one.holds and facts([one]) == facts([leaf])]


def _holds_with(checked: Checked, turned: list[Checked]) -> bool:
    """Whether a rule holds if some conditions did."""
    if checked.joint:
        parts = [_holds_with(part, turned) for part in checked.parts]
        return all(parts) if checked.joint == "and" else any(parts)
    return checked.holds or checked in turned


@cache
def _edition() -> DrgGrouper:
    return DrgGrouper("2.0")


@cache
def _codes(kind: str) -> tuple[tuple[str, ...], ...]:
    """Codes of the sets that begin with a prefix, so that random stays meet rules."""
    content = _edition().tables.content
    return tuple(codes for name, codes in content.sets.items() if name.startswith(kind) and codes)


@st.composite
def _stays(draw: st.DrawFn) -> tuple[list[str], list[str], dict[str, int]]:
    def some(kind: str, least: int) -> list[str]:
        chosen = st.sampled_from(_codes(kind)).flatmap(st.sampled_from)
        return draw(st.lists(chosen, min_size=least, max_size=4))

    severe = st.sampled_from(tuple(_edition().tables.content.complications))
    numbers = {"age": (0, 1, 16, 17, 66), "age_days": (0, 28, 29), "birth_weight": (999, 1499, 2500), "sex": (1, 2)}
    chosen = {name: draw(st.sampled_from((None, *values))) for name, values in numbers.items()}
    others = draw(st.lists(severe, max_size=2))
    return (
        [*some("DI", 1), *others],
        some("OP", 0),
        {name: value for name, value in chosen.items() if value is not None},
    )


@settings(max_examples=60, deadline=None)
@given(_stays())
def test_edition_2_0_is_shown_as_it_groups(stay: tuple[list[str], list[str], dict[str, int]]) -> None:
    diagnoses, operations, numbers = stay
    found = _edition().explain(diagnoses, operations, **numbers)
    assert found.differences == []
    assert found.outcome == _edition().group(diagnoses, operations, **numbers)
    if found.decided:
        assert found.decided[-1].code == found.outcome.drg_code
    for one in found.what_if:
        whole = diagnoses if one.kind == "principal" else operations
        moved = [one.code, *(code for place, code in enumerate(whole) if place != whole.index(one.code))]
        args = (moved, operations) if one.kind == "principal" else (diagnoses, moved)
        assert one.outcome == _edition().group(*args, **numbers)
    assert found.to_text("zh")
    assert found.to_text("en", everything=True)


@pytest.fixture(scope="module")
def sheets() -> dict[str, dict[int, dict[str, str]]]:
    """Rows of the shipped files by data row."""
    names = ("mdc", "adrg", "drg", "sets", "cc", "exclusions")
    return {name: dict(rows_of((EDITION / f"{name}.csv").read_text(encoding="utf-8"), name, [])) for name in names}


def test_every_row_that_decides_stands_in_its_sheet(sheets: dict[str, dict[int, dict[str, str]]]) -> None:
    # K35.300 with an operation of GE1; the other diagnosis is an MCC that K35.300 takes away, if a table names it.
    found = _edition().explain(["K35.300", "K65.000", "J96.000"], ["47.0100"], age=40, sex=1)
    assert found.outcome.weight
    for row in found.decided:
        cells = sheets[row.sheet.lower()][row.row]
        assert (cells["编码"], cells["规则"]) == (row.code, row.text)
    shown = [one for row in found.decided for leaf in row.checked.leaves() for one in leaf.found]
    assert shown
    for one in shown:
        assert sheets["sets"][one.row] == {"集合编号": one.set, "ICD编码": one.code}
    levels = [one for one in found.severities if one.level]
    assert levels
    for severity in levels:
        assert sheets["cc"][severity.row] == {
            "编码": severity.code, "排除表": severity.table, "类型": severity.level,
        }  # fmt: skip
        if severity.excluded_by:
            cells = sheets["exclusions"][severity.exclusion_row]
            assert cells == {"排除表编号": severity.excluded_by, "ICD编码": "K35.300"}


def test_an_exclusion_names_its_row(sheets: dict[str, dict[int, dict[str, str]]]) -> None:
    # The first complication of the edition, and the first diagnosis of its exclusion table.
    table = sheets["cc"][1]["排除表"]
    row, cells = next((row, cells) for row, cells in sheets["exclusions"].items() if cells["排除表编号"] == table)
    (severity,) = _edition().explain([cells["ICD编码"], sheets["cc"][1]["编码"]]).severities
    assert (severity.row, severity.excluded_by, severity.exclusion_row, severity.counts) == (1, table, row, False)
