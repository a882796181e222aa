"""Lists that differ by place of care and day: each line by its own (rules 0.10, X02), by hand and against the plain reference."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drgdip.pipeline.screening.cells import Raw
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.run import load_pack, span_of
from drgdip.pipeline.screening.tables import LINES, dataset_of, read_batch
from drgdip.screening.dated import DatedPack
from drgdip.screening.engine import screen_batch, screen_parts
from drgdip.screening.lists import Pack
from drgdip.screening.plain import row
from drgdip.screening.settings import settings_of
from drgdip.tables.knowledge.extending import import_local
from drgdip.tables.knowledge.importing import import_public
from tests.lanes import examples
from tests.reference import screening as reference
from tests.screening.test_agrees import START, batches, normal, plain
from tests.screening.test_dated_lists import EPOCH, OfDay, at, of, stay
from tests.tables.test_knowledge import TODAY, about

PLACES = {"A": "410402", "B": "410403", "C": "410500", "D": ""}
CHANGE = date(2026, 3, 12)


def pack_of_a_city(folder: Path) -> Path:
    """Items for one sex: a country, its city 4104, and district 410402, which withdraws one until the 11th of March."""
    lists = {
        "national/kp_item_gender": "code,name,limit_value,remark\nX,甲,男,\nY,乙,女,\nZ,丙,女,\n",
        "city/item_sex": (
            "change,code,name,sex,region,valid_from,valid_to\nadd,W,癸,2,,,\nreplace,Y,乙,1,,,\n"
            f"withdraw,Z,丙,2,410402,,{CHANGE - timedelta(1)}\n"
        ),
    }
    for name, text in lists.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    import_public(folder / "national", "national", folder / "packs/national", about(), imported_at=TODAY)
    own = folder / "packs/city"
    import_local(folder / "city", str(folder / "packs/national"), "city", own, about("410400"), imported_at=TODAY)
    return own


def test_each_stay_by_the_lists_of_where_it_was(tmp_path: Path) -> None:
    """Men. Another city has the country's lists; who does not say where is taken for the city of the pack."""
    items = [(f"{number}{item}", item, f"2026-03-{day}") for number, day in ((1, 11), (2, 12)) for item in "WXYZ"]
    raw = tables_of_rows({
        "cases": [{**stay(name), "mdtrt_admdvs": place} for name, place in PLACES.items()],
        "fee_lines": [line for name in PLACES for line in of(name, *(at(*item) for item in items))],
    })  # fmt: skip
    data, _ = dataset_of(raw)
    pack = load_pack(pack_of_a_city(tmp_path), data, span_of(data.lines))
    whole = screen_batch(data, ["B01"], settings_of({}), pack)

    found = Counter((one.settlement, one.offending[0][1]) for one in whole.findings)
    assert found == Counter(
        {
            **dict.fromkeys([("A", "1W"), ("A", "2W"), ("A", "2Z")], 1),
            **dict.fromkeys([(name, f"{number}{item}") for name in "BD" for number in "12" for item in "WZ"], 1),
            **dict.fromkeys([("C", f"{number}{item}") for number in "12" for item in "YZ"], 1),
        }
    )
    assert len({one.pack_digest for one in whole.findings}) == 3

    lines = raw[LINES].table
    batch, _ = read_batch(
        {"cases": raw["cases"]}, [Raw("", lines.slice(n, 7)) for n in range(0, 32, 7)], stays_a_part=1
    )
    parted = screen_parts(batch, ["B01"], settings_of({}), pack)
    batch.close()
    assert [row(one) for one in parted.findings] == [row(one) for one in whole.findings]
    assert parted.coverage == whole.coverage


#: Codes stand in several lists, and in other lists elsewhere. Of C, nothing is known.
LISTS: dict[str, dict[str, dict[str, Any]]] = {
    "A": {
        "C01": {"pairs": [{"main": "A", "sub": "B", "window": "单日"}, {"main": "C", "sub": "E", "window": "单次就诊"}]},
        "C02": {"daily_limit": {"A": "1", "B": "2.5", "E": "0"}},
        "C03": {"period_limit": {"C": {"group": "G"}, "D": {"group": "G"}}, "groups": {"G": {"period_days": 4, "limit_times": 2}}},
        "C07": {"stay_groups": {"A": "BED", "E": "HOUR"}, "unit_per_day": {"BED": "1", "HOUR": "1.5"}, "count_both_ends": False},
    },
    "B": {
        "C01": {"pairs": [{"main": "B", "sub": "A", "window": "单次就诊"}, {"main": "D", "sub": "C", "window": "单日"}]},
        "C02": {"daily_limit": {"A": "2", "C": "1"}},
        "C03": {"period_limit": {"A": {"group": "G"}, "C": {"group": "G"}}, "groups": {"G": {"period_days": 2, "limit_times": 1}}},
        "C07": {"stay_groups": {"C": "BED"}, "unit_per_day": {"BED": "0.5"}, "count_both_ends": False},
    },
    "C": {},
}  # fmt: skip
WINDOWS = {"单日": "day", "单次就诊": "stay"}


def pack_with(name: str) -> Pack:
    """The same lists as a knowledge pack has them."""
    own = LISTS[name]
    if not own:
        return OfDay({})  # type: ignore[return-value]
    period, day = own["C03"], own["C07"]
    return OfDay({
        "duplicate_charge": [
            SimpleNamespace(main_code=pair["main"], sub_code=pair["sub"], window=WINDOWS[pair["window"]], hours=None)
            for pair in own["C01"]["pairs"]
        ],
        "daily_frequency": [SimpleNamespace(code=code, quantity=limit) for code, limit in own["C02"]["daily_limit"].items()],
        "period_limit": [
            SimpleNamespace(code=code, group="G", period_days=period["groups"]["G"]["period_days"], times=period["groups"]["G"]["limit_times"])
            for code in period["period_limit"]
        ],
        "stay_group": [
            SimpleNamespace(code=code, group=group, per_day=day["unit_per_day"][group]) for code, group in day["stay_groups"].items()
        ],
    })  # type: ignore[return-value]  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[tuple[int, str]]]]:
    """A batch, and the lists of each place from day to day; ``""`` is for what is no place."""
    tables = draw(batches())
    for case in tables["cases"]:
        case["mdtrt_admdvs"] = draw(st.sampled_from(["", "410402", "410500"]))
    changes = sorted(draw(st.sets(st.integers(1, 12), max_size=2)))
    lists = {
        place: [(day, draw(st.sampled_from("ABC"))) for day in (0, *changes)] for place in ("", "410402", "410500")
    }
    return {name: tables[name] for name in ("cases", "fee_lines")}, lists


def name_of(line: reference.Row, cases: dict[str, reference.Row], lists: dict[str, list[tuple[int, str]]]) -> str:
    """The lists that a line is judged by."""
    own = lists[cases[line["setl_id"]]["mdtrt_admdvs"]]
    day = (reference.time(line["fee_ocur_time"]) - START).days
    return [name for first, name in own if first <= day or not first][-1]


@settings(max_examples=examples(60), deadline=None)
@given(world=worlds())
def test_findings_are_those_of_the_reference_with_the_lists_of_each_line(world: Any) -> None:
    tables, lists = world
    assume(tables["fee_lines"])  # A table without rows has no columns: nothing runs.
    first = (START.date() - EPOCH).days
    packs = {name: pack_with(name) for name in LISTS}
    days = [first + day for day, _ in lists[""] if day]
    dated = DatedPack(
        packs["A"], lambda day, place: packs[[name for start, name in lists[place] if first + start <= day or not start][-1]],
        lambda _: days, first, first + 20, ["410402", "410500"],
    )  # fmt: skip
    rules = ["C01", "C02", "C03", "C07"]
    wanted = settings_of({"default_suppressions": False, "rules": {"C03": {"exempt_dx_prefix": []}}})
    result = screen_batch(dataset_of(tables_of_rows(tables))[0], rules, wanted, dated)

    cases = {case["setl_id"]: case for case in tables["cases"]}
    by_line = {reference.about(line): name_of(line, cases, lists) for line in reference.netted(tables)}
    for rule in rules:
        expected = [
            one
            for name, own in LISTS.items() if own
            for one in reference.RULES[rule](tables, own[rule])
            if by_line[one[2]] == name
        ]  # fmt: skip
        found = [plain(finding) for finding in result.findings if finding.rule.id == rule]
        assert sorted(repr(normal(one)) for one in found) == sorted(repr(normal(one)) for one in expected), rule
        broken = {one[2][0] for one in expected}
        without = {visit for (visit, _), name in by_line.items() if not LISTS[name]}
        latest = {case["mdtrt_id"]: lists[case["mdtrt_admdvs"]][-1][1] for case in tables["cases"]}
        judged = {visit for visit, _ in by_line}
        without |= {visit for visit, name in latest.items() if visit not in judged and not LISTS[name]}
        without |= set(latest) - {line["mdtrt_id"] for line in tables["fee_lines"]}
        states = Counter("FINDING" if visit in broken else "NOT_RUN" if visit in without else "" for visit in latest)
        answers = Counter[str]()
        for one in result.coverage:
            if one.rule == rule:
                answers[one.state if one.state in ("FINDING", "NOT_RUN") else ""] += one.number
        assert +answers == +states, rule
