"""What open findings hold of a month, and what becomes of it: kept, paid or denied, once each (review workflow 3; 8.3).

Every stay is Erysipelas in a tertiary hospital (see ``tests.special_cases.sample``): 330 points, at 10 yuan 3,300; the patient
pays 1,000, so 2,300 are payable, whatever it costs up to twice the reference; 5 % of what is due is retained.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drgdip import explain, load_policy
from drgdip.base.errors import PolicyError
from drgdip.cli.statement import statement as statement_command
from drgdip.interface.hold import HoldLine
from drgdip.statement import MonthReport
from tests.attribution.test_attribution import SUSPENSION
from tests.lanes import examples
from tests.policy.samples import TINY, only_problem
from tests.reference.held_findings import Doubt, months_of
from tests.sanctions.test_denials import HEADER, JANUARY, POLICY, SANCTIONS, denial, row
from tests.special_cases.sample import H1, H2, City, special_policy, stay

SCREENING = """
screening:
  reply_days: {value: 10, cite: "Example"}
  clear: {value: deny, cite: "Example"}
  unfinished: {value: {明确违规: hold, 高度可疑: hold, other: pay}, cite: "Example"}
  holidays: {value: [], cite: "Example"}
  workdays: {value: [], cite: "Example"}
"""
HOLDING = POLICY + SCREENING
HELD = ("key", "settlement", "rule", "fund_yuan", "fee_yuan", "group", "hold_mode")
A, B = {"key": "k1", "settlement": "A", "rule": "C01"}, {"key": "k2", "settlement": "A", "rule": "A03"}


def screened(folder: Path, held: Sequence[dict[str, str]], denials: Sequence[dict[str, str]] = ()) -> Path:
    """A folder as ``screen`` leaves it."""
    for name, columns, rows in (("held.csv", HELD, held), ("denials.csv", HEADER, denials)):
        lines = [",".join(columns), *(",".join(one.get(column, "") for column in columns) for one in rows)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


class Year:
    """Months settled one upon the other."""

    def __init__(self, folder: Path, text: str = HOLDING) -> None:
        self.city, self.months = City(folder, text), list[str]()

    def settle(
        self,
        month: str,
        rows: Sequence[str],
        held: Sequence[dict[str, str]] | None = None,
        denials: Sequence[dict[str, str]] = (),
    ) -> MonthReport:
        screening = None if held is None else screened(self.city.folder, held, denials)
        report = self.city.settle(month, rows, prior=self.months, screening=screening)
        self.months.append(month)
        assert [line.line_id for line in report.proof if not line.holds] == []
        return report


@pytest.fixture
def year(tmp_path: Path) -> Year:
    return Year(tmp_path)


def money(report: MonthReport) -> tuple[int, int, int, int]:
    own = row(report)
    assert own.paid_fen + own.retained_fen == (
        own.payable_fen - own.held_fen + own.released_fen - own.audit_deduction_fen
    )
    return own.held_fen, own.released_fen, own.audit_deduction_fen, own.paid_fen


def amounts(lines: Sequence[HoldLine]) -> list[tuple[str, str, int, int, int, int]]:
    return [(one.setl_id, one.rules, one.before_fen, one.held_fen, one.released_fen, one.open_fen) for one in lines]


def test_what_is_open_waits_and_is_paid_or_denied_once_it_is_decided(year: Year) -> None:
    """116.00 are held of A. In February C01 is passed and A03 denied: all is released, and 16.00 are taken."""
    january = year.settle("2026-01", JANUARY, [{**A, "fund_yuan": "100.00"}, {**B, "fund_yuan": "16.00"}])
    # 6,900 − 116 = 6,784, of which 95 %.
    assert money(january) == (11_600, 0, 0, 644_480)
    assert (row(january).held_cases, row(january).payable_fen) == (1, 690_000)
    assert amounts(january.holds) == [("A", "C01", 0, 10_000, 0, 10_000), ("A", "A03", 0, 1_600, 0, 1_600)]

    decided = denial("N1", "A", "", "2026-02-10", denied_fund_yuan="16.00", reason="A03")
    february = year.settle("2026-02", [stay("2026-02", "E")], [], [decided])
    # (2,300 + 116) × 95 % − 16.
    assert money(february) == (0, 11_600, 1_600, 227_920)
    assert amounts(february.holds) == [("A", "C01", 10_000, 0, 10_000, 0), ("A", "A03", 1_600, 0, 1_600, 0)]

    march = year.settle("2026-03", [stay("2026-03", "F")], [], [decided])
    assert (money(march), march.holds) == ((0, 0, 0, 218_500), [])
    assert march.findings.counts["denial_repeated"] == 1


def test_what_nobody_has_decided_is_held_on(year: Year) -> None:
    """C01 is open still in February; March is settled without a screening, which releases nothing; April passes it."""
    open_, both = [{**A, "fund_yuan": "100.00"}], [{**A, "fund_yuan": "100.00"}, {**B, "fund_yuan": "16.00"}]
    found = [year.settle("2026-01", JANUARY, both)]
    found += [
        year.settle(f"2026-0{n}", [stay(f"2026-0{n}", "E")], held) for n, held in ((2, open_), (3, None), (4, []))
    ]

    assert [money(report)[:2] for report in found] == [(11_600, 0), (0, 1_600), (0, 0), (0, 10_000)]
    assert [sum(line.open_fen for line in report.holds) for report in found] == [11_600, 10_000, 10_000, 0]


@pytest.mark.parametrize(
    ("denied", "held"), [("2199.99", 10_000), ("2200.00", 10_000), ("2200.01", 9_999), ("2300.00", 0)]
)
def test_money_is_counted_once_beside_a_denial(year: Year, denied: str, held: int) -> None:
    taken = denial("N1", "A", "", "2026-01-20", denied_fund_yuan=denied)
    report = year.settle("2026-01", JANUARY, [{**A, "fund_yuan": "100.00"}], [taken])

    assert row(report).held_fen == held
    assert explain(year.city.run("2026-01"), "A", "en").differences == []


def test_a_denial_leaves_less_to_be_held(year: Year) -> None:
    """The whole stay is held for its admission; 2,000 are then denied of it, and 300 remain to be held."""
    year.settle("2026-01", JANUARY, [{**A, "hold_mode": "void"}])
    taken = denial("N1", "A", "", "2026-02-10", denied_fund_yuan="2000.00")
    february = year.settle("2026-02", [stay("2026-02", "E")], [{**A, "hold_mode": "void"}], [taken])

    assert money(february) == (0, 200_000, 200_000, 430_000 - 21_500 - 200_000)
    assert amounts(february.holds) == [("A", "C01", 230_000, 0, 200_000, 30_000)]


@pytest.mark.parametrize(
    ("cells", "cost", "held"),
    [
        ({"fund_yuan": "300.00", "hold_mode": "deduct_scaled"}, 4000, 23_000),  # 300 × 2,300 ÷ 3,000
        ({"fund_yuan": "300.00", "hold_mode": "deduct_scaled"}, 3000, 30_000),
        ({"fee_yuan": "1500.00", "hold_mode": "reprice_cost"}, 3000, 0),
        ({"fee_yuan": "1500.01", "hold_mode": "reprice_cost"}, 3000, 180_001),  # 1,499.99 − 1,000 are left
        ({"fee_yuan": "3000.00", "hold_mode": "reprice_cost"}, 3000, 230_000),  # nothing of the bill is left
        ({"group": "I10.X", "hold_mode": "regroup", "fund_yuan": "1.00"}, 3000, 130_000),  # 2,000 − 1,000 are left
        ({"group": "none", "hold_mode": "regroup", "fund_yuan": "1.00"}, 3000, 100),  # no such group: the amount
        ({"hold_mode": "void"}, 3000, 230_000),
        ({"fund_yuan": "0.01"}, 3000, 1),
    ],
)  # fmt: skip
def test_what_is_held_is_what_its_denial_would_take(year: Year, cells: dict[str, str], cost: int, held: int) -> None:
    """Its points stay in the pool, whatever the mode."""
    report = year.settle("2026-01", [stay("2026-01", "A", cost), stay("2026-01", "D")], [{**A, **cells}])

    own = row(report)
    assert (own.held_fen, own.payable_fen, own.points_e4, own.point_value_e4) == (held, 460_000, 6_600_000, 100_000)


@pytest.mark.parametrize("timing", ["before_pool", "after_pool"])
def test_a_held_stay_stays_in_its_floating_pool(tmp_path: Path, timing: str) -> None:
    """Whenever a denial counts: the point value is that of a month without findings."""
    text = special_policy(
        ("point_value: {value: fixed_opening", "point_value: {value: floating"),
        ("timing: {value: before_pool", f"timing: {{value: {timing}"),
        ("void_points: {value: exclude", "void_points: {value: keep"),
        text=HOLDING,
    )
    plain, held = (
        City(tmp_path / name, text).settle("2026-01", JANUARY, screening=screening)
        for name, screening in (("a", None), ("b", screened(_made(tmp_path / "b"), [{**A, "hold_mode": "void"}])))
        if _made(tmp_path / name)
    )
    assert row(held).point_value_e4 == row(plain).point_value_e4
    assert row(held).payable_fen == row(plain).payable_fen
    assert row(held).held_fen > 0


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def test_a_suspension_and_a_finding_hold_a_stay_once_and_end_apart(tmp_path: Path) -> None:
    """Suspended until March. Passed in March, the finding of S waits for the suspension; that of T outlasts it until May."""
    year = Year(tmp_path, HOLDING + SUSPENSION)
    first = [{**A, "settlement": "S", "fund_yuan": "100.00"}, {**B, "settlement": "T", "fund_yuan": "16.00"}]
    stays = [stay("2026-02", "S"), stay("2026-02", "T")]
    found = [year.settle("2026-02", stays, first)]
    found += [year.settle(f"2026-0{n}", [], held) for n, held in ((3, first[1:]), (4, first[1:]), (5, []))]

    assert [line.held_fen for line in found[0].holds] == [10_000, 1_600, 448_400]
    assert [line.cases for line in found[0].holds] == [0, 0, 2]
    assert [sum(line.released_fen for line in report.holds) for report in found] == [0, 0, 458_400, 1_600]
    assert row(found[0]).held_fen == 460_000
    assert sum(one.paid_fen + one.retained_fen for report in found for one in report.rows) == 460_000


def test_a_year_to_date_holds_and_releases(tmp_path: Path) -> None:
    """January's stay is settled again with every month: it is held until April passes it; March has no screening."""
    text = special_policy(("point_value: {value: fixed_opening", "point_value: {value: cumulative"), text=HOLDING)
    year, stays = Year(tmp_path, text), [stay(f"2026-0{n}", f"{name}") for n, name in enumerate("AEFG", 1)]
    held = [{**A, "fund_yuan": "100.00"}]
    found = [year.settle(f"2026-0{n}", stays[:n], one) for n, one in enumerate((held, held, None, []), 1)]

    assert [row(report).held_fen for report in found] == [10_000, 10_000, 10_000, 0]
    whole = row(found[-1]).payable_fen
    assert sum(row(report).paid_fen for report in found) == (whole * 95 + 50) // 100


def test_a_finding_that_comes_after_the_payment_holds_nothing(year: Year) -> None:
    year.settle("2026-01", JANUARY, [])
    later = {**B, "settlement": "Z", "key": "k3", "fund_yuan": "5.00"}  # of a month to come
    february = year.settle("2026-02", [stay("2026-02", "E")], [{**A, "fund_yuan": "100.00"}, later])

    assert (row(february).held_fen, february.holds) == (0, [])
    assert [(one.setl_id, one.value) for one in february.findings.first if one.key == "held_too_late"] == [("A", "C01")]


def test_a_row_that_cannot_be_used_is_told_and_holds_nothing(year: Year) -> None:
    rows = [{**A, "fund_yuan": "1O0"}, {**B, "fund_yuan": "16.00"}, {**B, "fund_yuan": "16.00"}]
    report = year.settle("2026-01", JANUARY, rows)

    assert row(report).held_fen == 1_600
    assert {key: report.findings.counts[key] for key in ("wrong_type", "held_repeated")} == {
        "wrong_type": 1,
        "held_repeated": 1,
    }


def test_where_everything_is_paid_meanwhile_nothing_is_held(tmp_path: Path) -> None:
    text = special_policy(("{明确违规: hold, 高度可疑: hold, other: pay}", "pay"), text=HOLDING)
    assert row(Year(tmp_path, text).settle("2026-01", JANUARY, [{**A, "fund_yuan": "100.00"}])).held_fen == 0


def test_a_policy_without_denials_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="sanctions"):
        Year(tmp_path, TINY + SCREENING).settle("2026-01", JANUARY, [{**A, "fund_yuan": "100.00"}])


def test_kinds_of_findings_are_those_of_the_rules() -> None:
    text = special_policy(("other: pay", "轻微: pay"), text=TINY + SANCTIONS + SCREENING)
    assert "unknown key" in only_problem(text.replace("轻微: pay", "其他: pay, other: pay")).in_language("en")


def test_people_see_what_is_held_and_why(year: Year, tmp_path: Path) -> None:
    from click.testing import CliRunner

    year.settle("2026-01", JANUARY, [{**A, "fund_yuan": "100.00"}])
    run = year.city.run("2026-01")
    step = next(one for one in explain(run, "A", "en").steps if one.title.en == "Money held")
    assert [(line.column, line.value, line.working) for line in step.writes] == [
        ("hold_reason", "a finding is open; what it may take is not paid meanwhile (held_screening)", ""),
        ("held_fen", "100.00 yuan", "100.00"),
    ]
    with (run / "holds.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["reason"], line["setl_id"], line["rules"], line["decision"], line["open_yuan"]) == (
        "held_screening", "A", "C01", "k1", "100.00")  # fmt: skip
    assert "C01 · A" in (run / "report.html").read_text(encoding="utf-8")
    CliRunner().invoke(statement_command, ["--run", str(run), "--out", str(tmp_path / "forms")], catch_exceptions=False)
    (form,) = (tmp_path / "forms").glob("*H99010000001*.html")
    assert "C01 · A" in form.read_text(encoding="utf-8")


_FUND = st.sampled_from([1, 9_999, 115_000, 229_999, 230_000, 230_001, 500_000])


@st.composite
def doubts(draw: st.DrawFn) -> list[Doubt]:
    """Findings on three stays, each decided in one of four months or never, for nothing, a part, all or more."""
    found = []
    for n in range(draw(st.integers(1, 7))):
        fund = draw(_FUND)
        taken = draw(st.sampled_from([0, 1, fund // 2, fund, fund + 1]))
        found.append(Doubt(f"k{n}", draw(st.sampled_from("ACD")), fund, draw(st.integers(1, 4)), taken))
    return found


@settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(doubts())
def test_months_of_findings_agree_with_the_reference(found: list[Doubt]) -> None:
    """A, B and D are of one hospital, C of another; 2,300 are payable for each."""
    with TemporaryDirectory() as folder:
        year = Year(Path(folder))
        theirs = {name: months_of(230_000, [one for one in found if one.stay == name], 3) for name in "ACD"}
        for n in (1, 2, 3):
            held = [
                {"key": one.key, "settlement": one.stay, "rule": "C01", "fund_yuan": f"{one.fund_fen / 100:.2f}"}
                for one in found
                if one.decided > n
            ]
            decided = [
                denial(f"N-{one.key}", one.stay, "", f"2026-0{n}-20", denied_fund_yuan=f"{one.denied_fen / 100:.2f}")
                for one in found
                if one.decided == n and one.denied_fen
            ]
            report = year.settle(f"2026-0{n}", JANUARY if n == 1 else [], held, decided)
            for hospital, stays in ((H1, "AD"), (H2, "C")):
                own = [theirs[name][n - 1] for name in stays]
                mine = next((one for one in report.rows if one.hospital_code == hospital), None)
                got = (
                    (mine.held_fen, mine.released_fen, mine.denied_fen + mine.denied_earlier_fen) if mine else (0, 0, 0)
                )
                assert got == tuple(map(sum, zip(*own, strict=True)))


def test_a_stay_by_chs_drg_is_held_and_released_alike(tmp_path: Path) -> None:
    """A void stay waits as a whole; another is held for its amount, and the rate is fixed whatever is held."""
    text = load_policy("demo_drg_city").source_path.read_text(encoding="utf-8") + SANCTIONS + SCREENING
    year = Year(tmp_path, text)
    rows = [stay("2026-01", name, 12_000, 3_000).replace("A46.x00", "I63.900") for name in "AD"]
    held = [{**A, "hold_mode": "void"}, {**B, "settlement": "D", "fund_yuan": "250.00"}]
    january = year.settle("2026-01", rows, held)
    whole = row(january).payable_fen // 2
    assert whole > 0
    assert [(one.setl_id, one.held_fen) for one in january.holds] == [("A", whole), ("D", 25_000)]

    taken = denial("N1", "A", "void", "2026-02-10")
    february = year.settle("2026-02", [], held[1:], [taken])
    assert [(one.setl_id, one.released_fen, one.open_fen) for one in february.holds] == [
        ("A", whole, 0), ("D", 0, 25_000)]  # fmt: skip
    assert row(february).audit_deduction_fen + row(february).paid_fen + row(february).retained_fen == whole
