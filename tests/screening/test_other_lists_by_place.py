"""Lists by place and day of the rules beyond C01, C02, C03 and C07, against the plain references: of packs, and of params files."""

from __future__ import annotations

import random
from collections import namedtuple
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.tables import dataset_of
from drgdip.screening.dated import DatedPack
from drgdip.screening.engine import screen_batch
from drgdip.screening.settings import settings_of
from tests.lanes import examples
from tests.reference import (
    by_place,
    screening_a_b,
    screening_admission,
    screening_cases,
    screening_coding,
    screening_d,
    screening_lines,
)
from tests.screening import (
    test_agrees_a_b,
    test_agrees_d,
    test_agrees_on_admission,
    test_agrees_on_cases,
    test_agrees_on_coding,
    test_agrees_on_lines,
)
from tests.screening.agreeing import plain, settled
from tests.screening.agreement import _plain, _stated
from tests.screening.test_agrees import normal
from tests.screening.test_dated_lists import EPOCH, OfDay

PLACES = ("", "410402", "410500")
Where = tuple[str, date]


def row(**columns: Any) -> Any:
    return namedtuple("row", columns)(**columns)


def days_of(tables: Mapping[str, list[dict[str, Any]]]) -> tuple[dict[str, Where], dict[Any, Where]]:
    """Where each stay or visit was and its day; the same of lines, by visit and number."""
    stays = {one["setl_id"]: (one["mdtrt_admdvs"], datetime.fromisoformat(one.get("dscg_time") or one.get("setl_time") or "2026-03-01").date())
             for name in ("cases", "outpatient_settlements") for one in tables.get(name, ())}  # fmt: skip
    lines = {}
    for name in ("fee_lines", "outpatient_lines", "drug_lines"):
        for one in tables.get(name, ()):
            place = stays.get(one["setl_id"], ("",))[0]
            lines[one.get("mdtrt_id") or one["setl_id"], one["feedetl_sn"]] = (
                place,
                datetime.fromisoformat(one["fee_ocur_time"]).date(),
            )
    return stays, lines


def scattered(tables: dict[str, Any], draw: random.Random) -> None:
    for name in ("cases", "outpatient_settlements"):
        for one in tables.get(name, ()):
            one["mdtrt_admdvs"] = draw.choice(PLACES)


# Lists of a pack. A and B are two states of a list; of C nothing is known.
PACKS: dict[str, dict[str, dict[str, list[Any]]]] = {
    "B02": {"A": {"drug_age": [row(code="A", from_age=None, from_unit="", below_age=18, below_unit="year", age_class=""), row(code="B", from_age=60, from_unit="year", below_age=None, below_unit="", age_class="")]},
            "B": {"drug_age": [row(code="C", from_age=60, from_unit="year", below_age=None, below_unit="", age_class="")]}},
    "B05": {"A": {"drug_visit": [row(code=code, visits="inpatient") for code in "AC"]}, "B": {"drug_visit": [row(code="B", visits="inpatient")]}},
    "B06": {"A": {"drug_course": [row(code=code, name="G", days=3, scope="stay") for code in "AB"]}, "B": {"drug_course": [row(code="A", name="G", days=2, scope="stay")]}},
    "B09": {"A": {"slice_unpaid": [row(code="A", unpaid="alone"), row(code="B", unpaid="never")]}, "B": {"slice_unpaid": [row(code="A", unpaid="never")]}},
    "B11": {"A": {"surgery_discount": [row(code=code, group="G") for code in "ABC"]}, "B": {"surgery_discount": [row(code=code, group="G") for code in "AD"]}},
}  # fmt: skip
#: What the references read of the same.
READ: dict[str, dict[str, dict[str, Any]]] = {
    "B02": {"A": {"age_limit": {"A": {"below_age": 18}, "B": {"from_age": 60}}}, "B": {"age_limit": {"C": {"from_age": 60}}}},
    "B05": {"A": {"limit": {"A": "inpatient", "C": "inpatient"}, "allowed": {"inpatient": {"med_type": ["21"]}}}, "B": {"limit": {"B": "inpatient"}, "allowed": {"inpatient": {"med_type": ["21"]}}}},
    "B06": {"A": {"course_limit": {code: {"name": "G", "days": 3, "scope": "stay"} for code in "AB"}}, "B": {"course_limit": {"A": {"name": "G", "days": 2, "scope": "stay"}}}},
    "B09": {"A": {"slice_limit": {"A": "alone", "B": "never"}}, "B": {"slice_limit": {"A": "never"}}},
    "B11": {"A": {"members": "ABC"}, "B": {"members": "AD"}},
}  # fmt: skip
#: Values of these rules that are no list.
BESIDE = {
    "B02": {"doubtful_item_prefix": []}, "B05": {"allowed": {"inpatient": {"med_type": ["21"]}}}, "B09": {"max_kinds": 99, "max_g_per_dose": 10**6},
}  # fmt: skip


@st.composite
def turns(draw: st.DrawFn, first: date) -> dict[str, list[tuple[date, str]]]:
    """The lists of each place from day to day."""
    changes = [first, *(first + timedelta(days) for days in sorted(draw(st.sets(st.integers(1, 12), max_size=2))))]
    return {place: [(day, draw(st.sampled_from("ABC"))) for day in changes] for place in PLACES}


def name_at(lists: dict[str, list[tuple[date, str]]], where: Where) -> str:
    own = lists[where[0]]
    return [name for number, (first, name) in enumerate(own) if first <= where[1] or not number][-1]


def dated(packs: Mapping[str, Any], lists: dict[str, list[tuple[date, str]]]) -> DatedPack:
    first, days = lists[""][0][0], [(day - EPOCH).days for day, _ in lists[""][1:]]
    return DatedPack(
        packs["A"], lambda day, place: packs[name_at(lists, (place, EPOCH + timedelta(day)))], lambda _: days,
        (first - EPOCH).days, (first - EPOCH).days + 40, PLACES[1:],
    )  # fmt: skip


@settings(max_examples=examples(12), deadline=None)
@given(tables=test_agrees_on_lines.batches(), lists=turns(date(2026, 3, 1)), seed=st.integers(0, 2**16))
def test_lists_of_a_pack_are_those_of_each_line(tables: Any, lists: Any, seed: int) -> None:
    scattered(tables, random.Random(seed))
    packs = {
        name: OfDay({key: rows for own in PACKS.values() for key, rows in own.get(name, {}).items()}) for name in "ABC"
    }
    result = screen_batch(
        dataset_of(tables_of_rows(tables))[0],
        list(PACKS),
        settings_of({"default_suppressions": False, "rules": BESIDE}),
        dated(packs, lists),
    )
    _, lines = days_of(tables)
    for rule, read in READ.items():
        expected = [
            one for name, values in read.items() for one in screening_lines.RULES[rule](tables, values) if name_at(lists, lines[one[2]]) == name
        ]  # fmt: skip
        found = [test_agrees_on_lines.plain(one) for one in result.findings if one.rule.id == rule]
        assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected), rule


@settings(max_examples=examples(12), deadline=None)
@given(seed=st.integers(0, 2**32), lists=turns(date(2026, 3, 1)))
def test_lists_of_a_pack_are_those_of_each_line_of_a_visit(seed: int, lists: Any) -> None:
    """Drugs over the internet (B15): by the place of the visit and the day of its line; insurance and levels (B03, B04) of stays beside."""
    draw = random.Random(seed)
    tables = settled(test_agrees_a_b.batch(draw))
    scattered(tables, draw)
    for line in tables["outpatient_lines"]:
        line["fee_ocur_time"] = f"{date(2026, 3, 1) + timedelta(draw.randrange(13))} 09:00:00"
    assume(tables["fee_lines"] and tables["outpatient_lines"])
    packs = {
        "A": OfDay({"drug_internet": [row(code="A"), row(code="B")], "drug_insurance": [row(code="A", insurance="work_injury"), row(code="B", insurance="maternity")],
                    "drug_level": [row(code="A", level=2, exception=""), row(code="C", level=3, exception="first_prescription")]}),
        "B": OfDay({"drug_internet": [row(code="C")], "drug_insurance": [row(code="C", insurance="maternity")],
                    "drug_level": [row(code="A", level=3, exception="first_prescription"), row(code="B", level=2, exception="")]}),
        "C": OfDay({}),
    }  # fmt: skip
    read: dict[str, dict[str, dict[str, Any]]] = {
        "B15": {"A": {"drugs": ["A", "B"]}, "B": {"drugs": ["C"]}}, "B03": {"A": {"limit": {"A": "work_injury", "B": "maternity"}}, "B": {"limit": {"C": "maternity"}}},
        "B04": {"A": {"limit": {"A": "2", "C": "3"}, "exceptions": {"C": "first_prescription"}}, "B": {"limit": {"A": "3", "B": "2"}, "exceptions": {"A": "first_prescription"}}},
    }  # fmt: skip
    result = screen_batch(
        dataset_of(tables_of_rows(tables))[0],
        list(read),
        settings_of({"default_suppressions": False}),
        dated(packs, lists),
    )
    _, lines = days_of(tables)
    for rule, own in read.items():
        expected = [
            one for name, values in own.items() for one in screening_a_b.RULES[rule](tables, {**test_agrees_a_b.PARAMS[rule], **values})[0]
            if name_at(lists, lines[one.about]) == name  # type: ignore[index]
        ]  # fmt: skip
        found = [plain(one, None) for one in result.findings if one.rule.id == rule]
        assert sorted(map(repr, found)) == sorted(repr(one._replace(more=())) for one in expected), rule


@settings(max_examples=examples(12), deadline=None)
@given(tables=test_agrees_on_cases.batches(), lists=turns(date(2026, 3, 1)), seed=st.integers(0, 2**16))
def test_lists_of_sexes_are_those_of_each_line(tables: Any, lists: Any, seed: int) -> None:
    """An item for women in one state of the list is for men in the other (B01)."""
    scattered(tables, random.Random(seed))
    packs = {
        "A": OfDay({"item_sex": [row(code="A", sex=2)], "drug_sex": [row(code="B", sex=1)]}),
        "B": OfDay({"item_sex": [row(code="A", sex=1), row(code="C", sex=2)]}),
        "C": OfDay({}),
    }
    read = {"A": {"A": "2", "B": "1"}, "B": {"A": "1", "C": "2"}}
    settled_by = settings_of({"default_suppressions": False})
    result = screen_batch(dataset_of(tables_of_rows(tables))[0], ["B01"], settled_by, dated(packs, lists))
    _, lines = days_of(tables)
    expected = [
        one for name, limit in read.items() for one in screening_cases.b01(tables, {"sex_limit": limit}) if name_at(lists, lines[one[2]]) == name
    ]  # fmt: skip
    found = [test_agrees_on_cases.plain(one) for one in result.findings]
    assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected)


@settings(max_examples=examples(6), deadline=None)
@given(tables=test_agrees_on_lines.batches(), seed=st.integers(0, 2**16))
def test_indications_of_a_params_file_are_those_of_each_line(tables: Any, seed: int) -> None:
    scattered(tables, random.Random(seed))
    given_, read = test_agrees_on_lines.PARAMS["B07"]
    wanted = {"rules": {"B07": given_}, "default_suppressions": False, "by_place_and_day": BLOCKS}
    result = screen_rows(tables, ["B07"], wanted).screened
    _, lines = days_of(tables)
    expected = [
        one for values in (read, {**read, **CITY["B07"]}) for one in screening_lines.b07(tables, values)
        if in_force(read, "B07", lines[one[2]]) == values
    ]  # fmt: skip
    found = [test_agrees_on_lines.plain(one) for one in result.findings]
    assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected)


# Lists that a params file alone has: here, and what a city has from a day on.
CITY: dict[str, dict[str, Any]] = {
    "B07": {"indication": {"A": ["I63"], "C": ["J18"]}},
    "B12": {"limit": {"C": "ward", "D": "grade"}},
    "B15": {"drugs": ["C"]},
    "B16": {"limit": {"C": "限制"}},
    "B17": {"permitted": {"N": ["R1"]}, "drugs": ["N"], "max_days": {"*": 6}},
    "D03": {"cap": "180"},
    "D04": {"max_daily": {"A": "2 g", "D": "3ml"}},
    "D07": {"indication": {"A": ["J18"], "C": ["K"]}},
    "D08": {"treatments": {"A": {"limit": "1"}, "D": {"indication": ["J"]}, "C": {}}},
    "E14": {"bed_codes": ["A"], "day_rate": "99.99"},
    "G03": {"evidence": {"E87.6": [["D"]], "N17.9": [["A"], ["B"]]}, "rate": 9000},
}  # fmt: skip
FROM = date(2026, 3, 8)
BLOCKS = [{"mdtrt_admdvs": "4104", "from": str(FROM), "rules": CITY}]


def in_force(own: Mapping[str, Any], rule: str, where: tuple[str, date | None]) -> dict[str, Any]:
    return {name: value for name, value in by_place.values(own, BLOCKS, rule, *where).items() if name != "state"}


def held_against(
    tables: Any, given: Mapping[str, Mapping[str, Any]], read: Mapping[str, Mapping[str, Any]], says: Callable[..., list[Any]], shown: Callable[..., list[str]], grouper: Any = None
) -> None:  # fmt: skip
    """Findings are those of the reference with the values of each subject, found by its keys."""
    wanted = {
        "rules": given,
        "states": dict.fromkeys(given, "active"),
        "default_suppressions": False,
        "by_place_and_day": BLOCKS,
    }
    result = screen_rows(tables, list(given), wanted, grouper=grouper).screened
    stays, lines = days_of(tables)
    for rule in given:
        expected = []
        for values in (read[rule], {**read[rule], **CITY[rule]}):
            for one in says(rule, tables, values):
                keys = tuple(one.about) if hasattr(one, "about") else tuple(one["keys"])
                where = lines.get(keys) or stays.get(keys[0]) or by_place.of_institution(tables, keys[0])
                if in_force(read[rule], rule, where) == values:
                    expected.append(one)
        assert shown([one for one in result.findings if one.rule.id == rule], expected) == [], rule


def plainly(found: list[Any], expected: list[Any]) -> list[str]:
    here, there = (
        sorted(repr(plain(one, None)) for one in found),
        sorted(repr(one._replace(more=())) for one in expected),
    )
    return [] if here == there else [*here, "<>", *there]


def by_sheet(found: list[Any], expected: list[Any]) -> list[str]:
    from tests.reference.screening_answers import Sheet

    sheet = Sheet()
    sheet.findings = expected
    here, there = sorted(_plain(found, sheet)), sorted(_stated(sheet))
    return [] if here == there else [*here, "<>", *there]


@settings(max_examples=examples(12), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_lists_of_a_params_file_on_drugs_and_treatments_visits_and_purchases(seed: int) -> None:
    draw = random.Random(seed)
    tables = settled(test_agrees_d.batch(draw))
    scattered(tables, draw)
    given_ = {rule: test_agrees_d.GIVEN[rule] for rule in ("B17", "D03", "D04", "D07", "D08")}
    held_against(
        tables,
        given_,
        test_agrees_d.PARAMS,
        lambda rule, tables, values: screening_d.RULES[rule](tables, values)[0],
        plainly,
    )


@settings(max_examples=examples(12), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_lists_of_a_params_file_on_departments_and_the_internet(seed: int) -> None:
    """With the least share of known departments (B12) seen over all places by the lists of each."""
    draw = random.Random(seed)
    tables = settled(test_agrees_a_b.batch(draw))
    scattered(tables, draw)
    given_ = {rule: test_agrees_a_b.GIVEN[rule] for rule in ("B12", "B15", "B16")}
    held_against(
        tables,
        given_,
        test_agrees_a_b.PARAMS,
        lambda rule, tables, values: screening_a_b.RULES[rule](tables, values)[0],
        plainly,
    )


@settings(max_examples=examples(12), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_lists_of_a_params_file_on_bed_days_and_complications(seed: int) -> None:
    """A stay by its discharge, the institution of G03 by its last one."""
    draw = random.Random(seed)
    for rule, module, references, grouper in (
        ("E14", test_agrees_on_admission, screening_admission.RULES, None),
        ("G03", test_agrees_on_coding, screening_coding.RULES, test_agrees_on_coding.grouper),
    ):
        tables = module.batch(draw)
        scattered(tables, draw)
        own = {rule: module.PARAMS[rule]}
        held_against(
            tables,
            own,
            own,
            lambda rule, tables, values, references=references: references[rule](tables, values).findings,
            by_sheet,
            grouper,
        )
