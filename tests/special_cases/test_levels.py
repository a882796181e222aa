"""Quotas by level of hospital (6.2), by hand: a share each, of the level's own discharges to date (see ``sample``)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from drgdip import load_policy
from drgdip.pipeline.special.candidates import candidates
from drgdip.pipeline.special.places import places
from drgdip.pipeline.special.tally import Tally
from drgdip.policy.sections.special_values import Gate, Special
from drgdip.statement import MonthReport
from tests.policy.samples import only_problem, parse
from tests.special_cases.sample import H2, City, decision, special_policy, stay

#: Levels as ``hosp_lv`` has them: third, second, none.
THIRD, SECOND, UNRATED = "01", "05", "14"
BY_LEVEL = ('share: {value: "0.5"', 'share: {value: {tertiary: "0.5", secondary: "0.25", primary: "0"}')
B = decision("D1", "B", "by_item", allowed_yuan="11000.00")


def standings(report: MonthReport) -> dict[str, str]:
    return {line.decision_id: line.standing for line in report.special}


def keys(report: MonthReport) -> set[str]:
    return {key for key in report.findings.counts if key.startswith("special_")}


def january(second: int, first: Sequence[str] = ()) -> list[str]:
    """B and so many more stays of a hospital of the second level; three of one of the third."""
    more = [stay("2026-01", f"S{n}", hospital=H2, level=SECOND) for n in range(second - 1)]
    big = [stay("2026-01", f"T{n}") for n in range(3)]
    return [stay("2026-01", "B", 12000, 4000, H2, level=SECOND), *more, *big, *first]


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path, special_policy(BY_LEVEL))


@pytest.mark.parametrize(("second", "standing"), [(3, "waiting"), (4, "in_force")])
def test_a_stay_more_of_the_level_gives_the_place(city: City, second: int, standing: str) -> None:
    """A quarter of 3 is no place, of 4 one; the free place of the third level (half of 3) is none of the second."""
    report = city.settle("2026-01", january(second), [B])
    found = candidates(city.run("2026-01"))

    assert standings(report) == {"D1": standing}
    assert {scope: known.total for scope, known in found.places.items()} == {
        "region/tertiary": 1, "region/secondary": second // 4, "region/primary": 0, "region/unrated": 0,
    }  # fmt: skip
    assert [one.scope for one in found.stays] == ["region/secondary"]
    assert all(line.holds for line in report.proof)


def test_a_later_month_adds_to_its_level_only(city: City) -> None:
    """The fourth stay of the second level comes in March: February's is of the third. By item: 11,000 − 4,000."""
    city.settle("2026-01", january(3), [B])
    february = city.settle("2026-02", [stay("2026-02", "E")], prior=["2026-01"])
    march = [stay("2026-03", "F", hospital=H2, level=SECOND)]
    report = city.settle("2026-03", march, prior=["2026-01", "2026-02"])
    (line,) = report.special

    assert standings(february) == {"D1": "waiting"}
    assert (line.standing, line.level, line.stay_month) == ("in_force", "secondary", "2026-01")
    assert line.after_payable_fen == 700_000
    # The place is held from then on: another four of the level are needed for the next one.
    more = [stay("2026-04", f"G{n}", 12000, 4000, H2, level=SECOND) for n in range(4)]
    late = [decision(f"L{n}", f"G{n}", "by_item", "2026-04-20", allowed_yuan="11000.00") for n in range(2)]
    prior = ["2026-01", "2026-02", "2026-03"]
    april = city.settle("2026-04", more, late, prior=prior)
    assert standings(april) == {"L0": "in_force", "L1": "waiting"}
    less = city.settle("2026-04", more[:3], late, prior=prior, out="less")
    assert standings(less) == {"L0": "waiting", "L1": "waiting"}


def test_published_quotas_of_a_hospital_in_the_southwest() -> None:
    """5 ‰, 3 ‰ and 1 ‰ (R4): a place at 200, 334 and 1,000 discharges of the level, none at one less."""
    terms = special(tertiary=50, secondary=30, primary=10)
    for counts, expected in (
        ((199, 333, 999), (0, 0, 0)),
        ((200, 334, 1000), (1, 1, 1)),
        ((399, 666, 1999), (1, 1, 1)),
    ):
        names = ("tertiary", "secondary", "primary")
        levels = {name: tally({"310": n - 9, "390": 9}) for name, n in zip(names, counts, strict=True)}
        found = places(terms, tally({"310": sum(counts) - 27, "390": 27}, levels=levels), [])
        assert tuple(found[f"region/{name}"].total for name in names) == expected


def test_hospitals_share_the_places_of_their_level() -> None:
    """Ten places of the third level between difficult cases 2 : 1, largest remainder 7 and 3 (V87); H3 is of the second."""
    own = tally({"310": 20}, {("H1", "310"): 2, ("H2", "310"): 1})
    other = tally({"310": 20}, {("H3", "310"): 40})
    total = tally({"310": 40}, dict(own.cases | other.cases), {"tertiary": own, "secondary": other})
    found = places(special(tertiary=5000, secondary=1000, primary=0)._replace(allocation="eligible_cases"), total, [])

    assert found["region/tertiary"].by_hospital == {"H1": 7, "H2": 3}
    assert found["region/secondary"].by_hospital == {"H3": 2}


def test_a_hospital_without_a_level(tmp_path: Path, city: City) -> None:
    """Where the policy gives such hospitals no share, the decision is told and not used; with a share it has a place."""
    rows = [stay("2026-01", "B", 12000, 4000, level=UNRATED), stay("2026-01", "C", level=UNRATED)]
    refused = city.settle("2026-01", rows, [B])
    (tmp_path / "named").mkdir()
    old, new = BY_LEVEL
    named = City(tmp_path / "named", special_policy((old, new.replace('"0"}', '"0", unrated: "0.5"}'))))

    assert standings(refused) == {"D1": "refused"}
    assert "special_level_without_share" in keys(refused)
    assert standings(named.settle("2026-01", rows, [B])) == {"D1": "in_force"}
    rejected = {**decision("D2", "B", "rejected"), "date": "2026-01-21"}
    assert standings(city.settle("2026-01", rows, [rejected], out="rejected")) == {"D2": "rejected"}


def test_an_earlier_run_without_levels_is_told(city: City) -> None:
    """Settled under one share, January counts in no level; settled again under the shares by level it does."""
    by_level = city.policy.read_text(encoding="utf-8")
    city.policy.write_text(special_policy(), encoding="utf-8")
    city.settle("2026-01", january(3), out="old")
    city.policy.write_text(by_level, encoding="utf-8")
    city.settle("2026-01", january(3))
    february = [stay("2026-02", "F", 12000, 4000, H2, level=SECOND)]
    given = decision("D2", "F", "by_item", "2026-02-20", allowed_yuan="11000.00")
    old, again = (
        city.settle("2026-02", february, [given], prior=[name], out=f"after-{name}") for name in ("old", "2026-01")
    )

    assert (standings(old), standings(again)) == ({"D2": "waiting"}, {"D2": "in_force"})
    assert "special_prior_without_levels" in keys(old)
    assert "special_prior_without_levels" not in keys(again)


def test_only_such_runs_hold_the_level(city: City, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    one = City(tmp_path / "one", special_policy())
    for own in (one, city):
        own.settle("2026-01", january(4), [B])
    kept = [json.loads((own.run("2026-01") / "run.json").read_text(encoding="utf-8")) for own in (one, city)]
    header = [(own.run("2026-01") / "special.csv").read_text(encoding="utf-8").splitlines()[0] for own in (one, city)]

    plain, by_level = (found["parameters"]["special"] for found in kept)
    assert plain == {"discharges": {"310": 7}, "cases": {f"{H2}/310": 1}, "weights": plain["weights"]}
    assert by_level["levels"]["secondary"] == {**plain, "discharges": {"310": 4}}
    assert by_level["levels"]["tertiary"] == {"discharges": {"310": 3}, "cases": {}, "weights": {}}
    assert header[1] == f"{header[0]},hospital_level"


def test_shares_of_a_policy() -> None:
    assert (
        "primary is missing"
        in only_problem(special_policy((BY_LEVEL[0], BY_LEVEL[1].replace(', primary: "0"', "")))).words.en
    )
    assert (
        "must lie between" in only_problem(special_policy((BY_LEVEL[0], BY_LEVEL[1].replace("0.25", "1.01")))).words.en
    )
    quotas = BY_LEVEL[1].replace("0.5", "0.005").replace("0.25", "0.0051")
    (warning,) = [one for one in parse(special_policy((BY_LEVEL[0], quotas))).warnings if "special.share" in one.path]
    assert "secondary" in warning.words.en
    (row,) = [row for row in load_policy("chongqing_like").describe() if row.key == "special.share"]
    assert (row.value, row.status) == ("tertiary: 0.005; secondary: 0.003; primary: 0.001", "unverified")


def special(**shares: int) -> Special:
    return Special("any", (Gate(stay_from_days=1),), None, "region", "down", "cost_ratio", "none", "wait",
                   ("by_item", "rejected"), "before_pv", 2, None, shares)  # fmt: skip


def tally(
    discharges: dict[str, int], cases: dict[tuple[str, str], int] | None = None, levels: dict[str, Tally] | None = None
) -> Tally:
    return Tally(Counter(discharges), Counter(cases or {}), Counter(cases or {}), levels)
