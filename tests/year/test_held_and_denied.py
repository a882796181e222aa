"""A year with denials, a suspended hospital and interim bills, by hand (2.9, 8.1, 8.3).

Every month has a stay S in H1 and a stay T in H2: Erysipelas, 330 points at 10 yuan, of which the patient pays 1,000: 2,300
payable, 2,185 after retention, which is all released. The fund is 42,000, its ratio 0.8.

H1: S of January is void from February on. I1 in June is a bill of 2,000 before discharge, paid by item: 1,200; F1 in July
ends that stay with 4,600 more: 396 points, 2,960 payable, 1,200 of it taken back. November and December are suspended.
H2: 500 of T of March are denied.

Paid to H1: 2,185 − 0 − (2,185 of the 2,300) − (115 more in March) … = 2,185 + 0 + 2,070 + 2 × 2,185 + 3,325 + 3,797 + 3 × 2,185
= 22,302. Paid to H2: 12 × 2,185 − 500 = 25,720.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip import clear_year
from drgdip.base.errors import UsageError
from drgdip.pipeline.year import clear_year_to_folder
from drgdip.pipeline.year.result import YearResult
from tests.attribution.test_attribution import ATTRIBUTION
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY
from tests.sanctions.test_denials import HEADER as DENIAL_HEADER
from tests.sanctions.test_denials import SANCTIONS, denial
from tests.special_cases.sample import H1, H2, City, special_policy, stay, write
from tests.special_cases.test_year import MONTHS
from tests.year.policy_text import YEAR

_BANDS = YEAR[YEAR.index("  bands:") : YEAR.index("  over_budget")]
TEXT = special_policy(
    (_BANDS, '  bands: {value: none, cite: "Example"}\n'),
    ('retention_release: {value: {full: "90", zero: "60", per_point: "0.01"}', "retention_release: {value: none"),
    text=TINY + YEAR + SANCTIONS + ATTRIBUTION,
) + """
suspension:
  hospitals: {value: [{hospital: H99010000001, from: 2026-11-01, to: 2026-12-31, decision: "no. 7"}], cite: "Example"}
  release: {value: after_end, cite: "Example"}
"""  # fmt: skip
DENIALS = {
    "2026-02": denial("N1", "S2026-01", "void", day="2026-02-20"),
    "2026-03": denial("N2", "T2026-03", day="2026-03-20", denied_fund_yuan="500.00"),
}
LATE = denial("N3", "S2026-05", "void", day="2027-01-10")


def write_denials(path: Path, *rows: dict[str, str]) -> Path:
    return write(path, DENIAL_HEADER, rows)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = City(tmp_path_factory.mktemp("year"), TEXT)
    lists = city.folder / "lists.csv"
    lists.write_text("setl_id,bill\nI1,interim\nF1,final\n", encoding="utf-8")
    bills = {"2026-06": stay("2026-06", "I1", 2000, 800) + ",V1", "2026-07": stay("2026-07", "F1", 4600, 200) + ",V1"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.special_cases.sample.HEADER", f"{HEADER},mdtrt_id")
        for number, month in enumerate(MONTHS):
            rows = [f"{stay(month, f'S{month}')},", f"{stay(month, f'T{month}', hospital=H2)},"]
            given = write_denials(city.folder / f"{month}-denials.csv", DENIALS[month]) if month in DENIALS else None
            city.settle(
                month, [*rows, *([bills[month]] if month in bills else [])], prior=MONTHS[:number], denials=given, lists=lists
            )  # fmt: skip
    return city


def amounts(result: YearResult) -> dict[str, tuple[int, ...]]:
    assert result.broken_proof == ()
    names = ("points_e4", "point_value_e4", "deductions_fen", "clearing_fen", "paid_fen", "final_fen")
    return {row.hospital_code: tuple(getattr(row, name) for name in names) for row in result.report.rows}


def test_a_year_counts_stays_as_what_denials_made_of_them(city: City) -> None:
    """42,000 ÷ 0.8 ÷ 7,986 points = 6.5740; H1 4,026 × 6.5740 × 0.8 = 21,173.54; H2 3,960 × 6.5740 × 0.8 − 500."""
    result = clear_year(city.policy, "2026", city.folder / "runs")

    assert amounts(result) == {
        H1: (40_260_000, 65_740, 0, 2_117_354, 2_230_200, -112_846),
        H2: (39_600_000, 65_740, 50_000, 2_032_643, 2_572_000, -539_357),
    }
    (line,) = [line for line in result.report.proof if line.line_id == "denials"]
    assert (line.left, line.words.zh) == (
        280_000,
        "拒付之和 = 年度审核扣款 500.00 元 + 已改计病例的 2300.00 元(减少分值 330.0000)",
    )


def test_a_hospital_suspended_at_the_end_of_the_year_is_named(city: City) -> None:
    warned = [words.zh for words in clear_year(city.policy, "2026", city.folder / "runs").report.warnings]

    assert f"{H1} (no. 7) 年末仍暂停结算,清算应拨暂不支付" in warned


def test_what_is_denied_after_the_year_posts_a_difference(city: City, tmp_path: Path) -> None:
    """52,500 ÷ 7,656 = 6.8574; H1 3,696 × 6.8574 × 0.8 = 20,275.96. Its months stay as they are."""
    before = [(city.run(month) / "statement.csv").read_bytes() for month in MONTHS]
    first = clear_year_to_folder(city.policy, "2026", city.folder / "runs", tmp_path / "first")
    late = write_denials(tmp_path / "late.csv", LATE)
    second = clear_year(city.policy, "2026", city.folder / "runs", denials=late, prior=tmp_path / "first")

    assert amounts(second)[H1] == (36_960_000, 68_574, 0, 2_027_596, 2_230_200, -202_604)
    assert amounts(second)[H2][3:] == (2_122_424, 2_572_000, -449_576)
    differences = {line.hospital_code: line.difference_fen for line in second.report.differences or ()}
    assert differences == {H1: -202_604 + 112_846, H2: -449_576 + 539_357}
    assert amounts(first)[H1][5] == -112_846
    assert before == [(city.run(month) / "statement.csv").read_bytes() for month in MONTHS]


def test_points_that_are_kept_leave_the_money_a_deduction(city: City, tmp_path: Path) -> None:
    """52,500 ÷ 8,316 = 6.3131; H1 4,356 × 6.3131 × 0.8 = 21,999.89, less the 2,300 of N1."""
    kept = tmp_path / "city.yaml"
    kept.write_text(
        special_policy(("void_points: {value: exclude", "void_points: {value: keep"), text=TEXT), encoding="utf-8"
    )
    result = clear_year(kept, "2026", city.folder / "runs")

    assert amounts(result)[H1][:4] == (43_560_000, 63_131, 230_000, 1_969_989)


@pytest.mark.parametrize(
    "given",
    [
        LATE | {"setl_id": "nobody"},
        LATE | {"setl_id": "S2026-01"},  # void already
        LATE | {"denial_id": "N2"},
        LATE | {"date": "2026-05-01"},
    ],
)
def test_a_file_in_doubt_is_refused(city: City, tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="row 1"):
        clear_year(city.policy, "2026", city.folder / "runs", denials=write_denials(tmp_path / "late.csv", given))


def test_a_policy_without_sanctions_takes_no_denials(city: City, tmp_path: Path) -> None:
    plain = tmp_path / "plain.yaml"
    plain.write_text(special_policy((SANCTIONS, "\n"), text=TEXT), encoding="utf-8")
    with pytest.raises(UsageError, match="sanctions"):
        clear_year(plain, "2026", city.folder / "runs", denials=write_denials(tmp_path / "late.csv", LATE))
