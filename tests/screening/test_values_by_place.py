"""Parameters and states by place of care and day: by hand on both sides, refusals, against the plain reference, for every shape."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drgdip.base.errors import PolicyError
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.cells import Raw
from drgdip.pipeline.screening.params_file import read_params
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.tables import LINES, dataset_of, read_batch
from drgdip.screening.blocks import EPOCH
from drgdip.screening.catalogue import rules
from drgdip.screening.dated import Scope
from drgdip.screening.engine import screen_batch, screen_parts
from drgdip.screening.plain import row
from drgdip.screening.settings import settings_of
from tests.contracts.source import ROOT
from tests.lanes import examples
from tests.reference import by_place
from tests.reference import screening as reference
from tests.reference.screening_institutions import RULES as INSTITUTIONS
from tests.screening import test_agrees_on_institutions as of_institutions
from tests.screening.agreement import _plain, _stated
from tests.screening.test_agrees import PARAMS, START, batches, normal, plain
from tests.screening.test_engine import case, line
from tests.screening.test_parts_of_examples import EXAMPLES, _test_grouper, joined

#: One a day; in the city two from 1 April on; in its district none at all until then, and on trial afterwards.
BY_HAND: dict[str, Any] = {
    "rules": {"C02": {"daily_limit": {"X": 1}}, "E03": {"min_overlap_hours": 12}},
    "by_place_and_day": [
        {"mdtrt_admdvs": "410400", "from": "2026-04-01", "rules": {"C02": {"daily_limit": {"X": 2}}}},
        {"mdtrt_admdvs": ["410402"], "to": "2026-03-31", "states": {"C02": "draft"}},
        {"mdtrt_admdvs": ["410402"], "from": "2026-04-01", "states": {"C02": "shadow"}},
        {"from": "2026-04-01", "rules": {"E03": {"min_overlap_hours": 48}}},
    ],
}


def stay(name: str, place: str, **more: Any) -> dict[str, Any]:
    return case(
        setl_id=name,
        mdtrt_id=f"M{name}",
        psn_no=f"P{name[0]}",
        mdtrt_admdvs=place,
        adm_time="2026-03-29 08:00:00",
        dscg_time="2026-04-03 08:00:00",
        **more,
    )


def bill(name: str, number: str, day: str, count: int) -> dict[str, Any]:
    return line(number, "X", setl_id=name, mdtrt_id=f"M{name}", fee_ocur_time=day, cnt=str(count))


def test_each_line_by_the_values_of_its_own_place_and_day() -> None:
    """Three units on the last day of March and on the first of April, in the district, its city, another city and nowhere."""
    places = {"A": "410402", "B": "410403", "C": "410500", "D": ""}
    tables = {
        "cases": [stay(name, place) for name, place in places.items()],
        "fee_lines": [
            bill(name, number, day, 3) for name in places for number, day in (("1", "2026-03-31"), ("2", "2026-04-01"))
        ],
    }
    result = screen_rows(tables, ["C02"], BY_HAND).screened
    found = {
        (one.settlement, one.offending[0][1]): (one.claimed.quantity_e4, one.lane, one.facts["values"])
        for one in result.findings
    }
    city, before = "4104", "daily_limit = [1] (default); state = active (default)"
    assert found == {
        ("A", "2"): (10_000, "", f"daily_limit = [1] ({city} 2026-04-01–); state = shadow (410402 2026-04-01–)"),
        ("B", "1"): (20_000, "deny", before),
        ("B", "2"): (10_000, "deny", f"daily_limit = [1] ({city} 2026-04-01–); state = active (default)"),
        **{(name, number): (20_000, "deny", before) for name in "CD" for number in "12"},
    }
    # The district's stay is counted under the state of its discharge; its line of March was not judged.
    assert {(one.life, one.state): one.number for one in result.coverage if one.number} == {
        ("shadow", "FINDING"): 1,
        ("active", "FINDING"): 3,
    }


@pytest.mark.parametrize(("day", "wanted"), [("2026-03-31", ["D2"]), ("2026-04-01", [])])
def test_a_stay_by_the_values_of_its_discharge(day: str, wanted: list[str]) -> None:
    """Twenty hours in two hospitals at once: above 12 until March, below 48 from April on."""
    first = date.fromisoformat(day) - timedelta(1)
    tables = {"cases": [
        {**stay("D1", ""), "fixmedins_code": "H1", "adm_time": f"{first - timedelta(3)} 08:00:00", "dscg_time": f"{first} 20:00:00"},
        {**stay("D2", ""), "fixmedins_code": "H2", "adm_time": f"{first} 00:00:01", "dscg_time": f"{day} 20:00:00"},
    ]}  # fmt: skip
    result = screen_rows(tables, ["E03"], BY_HAND).screened
    assert [one.settlement for one in result.findings] == wanted
    assert sum(one.number for one in result.coverage) == 2


REFUSED: list[tuple[list[dict[str, Any]], str]] = [
    ([{"to": "2026-03-31", "rules": {"E03": {"min_overlap_hours": 1}}}, {"from": "2026-03-31", "rules": {"E03": {"min_overlap_hours": 2}}}],
     "E03.min_overlap_hours has two values on 2026-03-31."),
    ([{"mdtrt_admdvs": "4104", "to": "2026-03-31", "states": {"E03": "draft"}}, {"mdtrt_admdvs": "410400", "from": "2026-04-02", "states": {"E03": "active"}}],
     "E03.state has no value for 4104 from 2026-04-01 to 2026-04-01, though it has one before and after."),
    ([{"mdtrt_admdvs": "4104", "states": {"E03": "draft"}}] * 2, "E03.state has two values for 4104 on the same days."),
    ([{"states": {"E03": "draft"}}], "cannot be used"),
    ([{"mdtrt_admdvs": "41040", "states": {"E03": "draft"}}], "cannot be used"),
    ([{"from": "2026-02-30", "states": {"E03": "draft"}}], "cannot be used"),
    ([{"from": "2026-04-01", "to": "2026-03-31", "states": {"E03": "draft"}}], "cannot be used"),
    ([{"from": "2026-04-01"}], "cannot be used"),
    ([{"from": "2026-04-01", "until": "2026-05-01", "states": {"E03": "draft"}}], "cannot be used"),
    ([{"from": "2026-04-01", "rules": {"E03": {"days": 3}}}], "E03.days of the params file is not known."),
    ([{"from": "2026-04-01", "states": {"E03": "on"}}], "states.E03: on of the params file is not known."),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "fact"), REFUSED)
def test_what_cannot_be_is_refused_with_fact_and_advice(blocks: list[dict[str, Any]], fact: str) -> None:
    with pytest.raises(PolicyError) as error:
        settings_of({"by_place_and_day": blocks})
    assert fact in error.value.fact.en
    assert error.value.advice.zh


def test_blocks_of_other_values_may_overlap_and_turns_may_begin_and_end_anywhere() -> None:
    settings_of({"by_place_and_day": [
        {"from": "2026-03-01", "to": "2026-03-31", "rules": {"E03": {"min_overlap_hours": 1}}},
        {"from": "2026-04-01", "to": "2026-04-30", "rules": {"E03": {"min_overlap_hours": 2}}},
        {"from": "2026-03-15", "states": {"E03": "shadow"}},
        {"mdtrt_admdvs": "41", "from": "2026-03-20", "rules": {"E03": {"min_overlap_hours": 3}}},
    ]})  # fmt: skip


#: Other values of the same rules.
OTHERS: dict[str, dict[str, Any]] = {
    "A03": {"pre_adm_days": 0, "post_dscg_days": 1},
    "C01": {"pairs": [{"main": "B", "sub": "A", "window": "单次就诊"}, {"main": "D", "sub": "C", "window": "单日"}]},
    "C02": {"daily_limit": {"A": "2", "C": "1"}},
    "C03": {"groups": {"G": {"period_days": "2", "limit_times": "1"}}},
    "C07": {"unit_per_day": {"BED": "0.5", "HOUR": "1"}},
    "E01": {"days": 6},
    "E03": {"min_overlap_hours": 40},
    "E04": {"edge_days": 0},
    "E05": {"min_los": 2, "min_run": 4},
    "O01": {"window_min": 120, "min_persons": 3},
}  # fmt: skip
WHOLE = {rule: {**PARAMS[rule], **own} for rule, own in OTHERS.items()}
REGIONS = ("", "410402", "410500", "999999")


@st.composite
def blocks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """For everywhere, a province, a city and a district: other values, the default's, or a state, one turn after the other."""
    found: list[dict[str, Any]] = []
    for place in draw(st.sets(st.sampled_from(["", "41", "410400", "410402"]), min_size=1)):
        changes = sorted(draw(st.sets(st.integers(0, 14), min_size=0 if place else 1, max_size=2)))
        ends = [None, *(START.date() + timedelta(days) for days in changes), None]
        for first, after in pairwise(ends):
            what = {
                "rules": draw(st.sampled_from([PARAMS, WHOLE, WHOLE])),
                "states": {
                    rule: draw(st.sampled_from(["active", "active", "shadow", "draft"]))
                    for rule in ("C02", "C07", "E01", "E04", "O01")
                },
            }
            days = {"from": str(first)} if first else {}
            days |= {"to": str(after - timedelta(1))} if after else {}
            found.append({**({"mdtrt_admdvs": place} if place else {}), **days, **what})
    return found


@settings(max_examples=examples(15), deadline=None)
@given(tables=batches(), own=blocks(), regions=st.lists(st.sampled_from(REGIONS), min_size=20, max_size=20))
def test_findings_are_those_of_the_reference_with_the_values_of_each_subject(
    tables: Any, own: Any, regions: list[str]
) -> None:
    assume(tables["fee_lines"] and tables["outpatient"])
    for place, one in enumerate([*tables["cases"], *tables["outpatient"]]):
        one["mdtrt_admdvs"] = regions[place]
    wanted = {"rules": PARAMS, "default_suppressions": False, "by_place_and_day": own}
    result = screen_rows(tables, list(PARAMS), wanted).screened
    of_stay = {
        one["setl_id"]: (one["mdtrt_admdvs"], reference.time(one["dscg_time"]).date()) for one in tables["cases"]
    }
    of_visit = {
        one["setl_id"]: (one["mdtrt_admdvs"], reference.time(one["setl_time"]).date()) for one in tables["outpatient"]
    }
    of_line = {
        reference.about(one): (of_stay[one["setl_id"]][0], reference.time(one["fee_ocur_time"]).date())
        for one in reference.netted(tables)
    }

    def at(found: Any) -> tuple[str, date]:
        if found[0] == "O01":  # a crowd goes by its first settlement
            return of_visit[
                min((one["setl_time"], one["setl_id"]) for one in tables["outpatient"] if one["setl_id"] in found[-1])[
                    1
                ]
            ]
        name = found[2]
        return of_line[name] if name in of_line else of_stay[name[0]] if name[0] in of_stay else of_visit[name[0]]

    for rule, says in reference.RULES.items():
        kinds = [
            by_place.values(PARAMS[rule], own, rule, *where)
            for where in {*of_line.values(), *of_stay.values(), *of_visit.values()}
        ]
        expected, on_trial = list[Any](), set[str]()
        for number, values in enumerate(kinds):
            if values in kinds[:number] or values["state"] == "draft":
                continue
            kept = [one for one in says(tables, values) if by_place.values(PARAMS[rule], own, rule, *at(one)) == values]
            expected += kept
            on_trial |= {repr(normal(one)) for one in kept if values["state"] == "shadow"}
        found = [one for one in result.findings if one.rule.id == rule]
        assert sorted(repr(normal(plain(one))) for one in found) == sorted(repr(normal(one)) for one in expected), rule
        assert all((one.lane == "") for one in found if repr(normal(plain(one))) in on_trial), rule
        subjects = len(tables["outpatient"] if rule in ("E04", "O01") else tables["cases"])
        assert sum(one.number for one in result.coverage if one.rule == rule) == subjects, rule
        if rule != "O01":
            stays = {one[2][0].replace("M", "S") for one in expected}
            assert sum(one.number for one in result.coverage if one.rule == rule and one.state == "FINDING") == len(
                stays
            ), rule


#: Other values of rules on institutions.
OTHER_INSTITUTIONS: dict[str, dict[str, Any]] = {
    "I04": {"z": 1}, "I05": {"rate": "0.8"}, "I10": {"contracts": {"H1": {"A": "40"}, "H2": {"A": "30"}}}, "I11": {"q": "0.9", "least_ratio": "1"},
    "I12": {"volume_weight": "0.9"}, "I13": {"institutions": 4}, "I15": {"pack_digest": "X"}, "I17": {"filing_line": "10"},
}  # fmt: skip


@settings(max_examples=examples(12), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_an_institution_by_the_values_of_where_it_is_and_its_last_day(seed: int) -> None:
    draw = random.Random(seed)
    tables, params = of_institutions.batch(draw), of_institutions.PARAMS
    for one in tables["cases"]:
        one["mdtrt_admdvs"] = draw.choice(REGIONS)
    for one in tables["institutions"]:
        one["fix_blng_admdvs"] = draw.choice(["", "410402", "999999"])
    day = START.date() + timedelta(draw.randrange(20, 60))
    own = [
        {"mdtrt_admdvs": "41", "to": str(day - timedelta(1)), "rules": OTHER_INSTITUTIONS},
        {"mdtrt_admdvs": "9999", "from": str(day), "rules": OTHER_INSTITUTIONS},
    ]
    wanted = {
        "rules": {name: params.get(name, {}) for name in OTHER_INSTITUTIONS}, "states": dict.fromkeys(OTHER_INSTITUTIONS, "active"),
        "default_suppressions": False, "by_place_and_day": own,
    }  # fmt: skip
    result = screen_rows(tables, list(OTHER_INSTITUTIONS), wanted).screened
    for rule in OTHER_INSTITUTIONS:
        kinds = [params.get(rule, {}), {**params.get(rule, {}), **OTHER_INSTITUTIONS[rule]}]
        sheets = [INSTITUTIONS[rule](tables, kind) for kind in kinds]
        for kind, sheet in zip(kinds, sheets, strict=True):
            sheet.findings[:] = [
                one
                for one in sheet.findings
                if by_place.values(params.get(rule, {}), own, rule, *by_place.of_institution(tables, one["keys"][0]))
                == {"state": "active", **kind}
            ]
        sheets[0].findings += sheets[1].findings
        found = [one for one in result.findings if one.rule.id == rule]
        assert sorted(_plain(found, sheets[0])) == sorted(_stated(sheets[0])), rule


def test_every_rule_says_under_a_block_what_it_says_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked examples of each rule: everything in one block, beside a draft of before and another place's; all are worked out."""
    monkeypatch.setattr(
        Scope, "used", lambda self, data, inputs: {int(state) for _, states in self._days.values() for state in states}
    )
    for rule, every in EXAMPLES.items():
        own = json.loads(json.dumps(every[0].get("params") or {}))
        same = [one for one in every if (one.get("params") or {}) == own]
        grouper = _test_grouper if own.pop("grouper", None) else None
        tables = joined(same[:6])
        plainly = {"rules": {rule: own}, "states": {rule: "active"}, "default_suppressions": False}
        blocked = {
            "states": {rule: "draft"}, "default_suppressions": False,
            "by_place_and_day": [
                {"from": "1950-01-01", "rules": {rule: own}, "states": {rule: "active"}}, {"mdtrt_admdvs": "88", "to": "2030-01-01", "states": {rule: "shadow"}},
            ],
        }  # fmt: skip
        wanted, found = (screen_rows(tables, [rule], given, grouper=grouper).screened for given in (plainly, blocked))
        said = [
            row(one._replace(facts={key: value for key, value in one.facts.items() if key != "values"}))
            for one in found.findings
        ]
        assert said == [row(one) for one in wanted.findings], rule
        assert [one for one in found.coverage if one.number] == [one for one in wanted.coverage if one.number], rule


def test_parts_come_to_the_same() -> None:
    """Late uploads measure institutions, whose lines are gathered of the parts for each value; limits go by line."""
    given = {
        "default_suppressions": False, "rules": {"A07": {"late_h": 48, "share_max": "0.5"}, "C02": {"daily_limit": {"X": 1}}},
        "by_place_and_day": [{"mdtrt_admdvs": "4104", "rules": {"A07": {"late_h": 12}, "C02": {"daily_limit": {"X": 2}}}}],
    }  # fmt: skip
    places = {"A": ("410402", "H1"), "B": ("410403", "H1"), "C": ("410500", "H2"), "D": ("410500", "H3")}
    tables = {
        "cases": [{**stay(name, place), "fixmedins_code": hospital} for name, (place, hospital) in places.items()],
        "fee_lines": [
            {**bill(name, str(number), "2026-03-30 08:00:00", 3), "fixmedins_code": hospital, "opt_time": f"2026-03-3{number % 2} 22:00:00"}
            for name, (_, hospital) in places.items() for number in range(3)
        ],
    }  # fmt: skip
    raw, wanted = tables_of_rows(tables), settings_of(given)
    whole = screen_batch(dataset_of(raw)[0], ["A07", "C02"], wanted)
    lines = raw[LINES].table
    batch, _ = read_batch(
        {"cases": raw["cases"]}, [Raw("", lines.slice(n, 5)) for n in range(0, 12, 5)], stays_a_part=1
    )
    parted = screen_parts(batch, ["A07", "C02"], wanted)
    batch.close()
    assert [row(one) for one in parted.findings] == [row(one) for one in whole.findings]
    assert parted.coverage == whole.coverage
    assert Counter((one.rule.id, one.hospital) for one in whole.findings if one.rule.id == "A07") == {("A07", "H1"): 1}


def test_a_file_without_blocks_has_one_state_of_each_rule() -> None:
    from drgdip.screening.plan import Plan

    assert all(len(one.states) == 1 and not one.states[0].said for one in Plan(list(rules()), settings_of({})).rules)


def test_the_file_that_the_guide_shows_can_be_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "screening-guide.md").read_text(encoding="utf-8")
    file = tmp_path / "city.yaml"
    file.write_text(
        next(one for one in text.split("```yaml\n") if "by_place_and_day:" in one).split("```")[0], encoding="utf-8"
    )
    found = settings_of(read_params(file))
    assert [str(block) for block in found.blocks] == ["2026-04-01–", "410402 –2026-06-30", "410402 2026-07-01–", "4105"]
    assert found.held("E03", "410402", (date(2026, 4, 1) - EPOCH).days).params == {"min_overlap_hours": 24}
    assert not found.held("E03", "410402", (date(2026, 3, 31) - EPOCH).days).params
