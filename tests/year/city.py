"""A city of three hospitals whose year is calculated by hand, settled month by month.

Every stay is Erysipelas, 300 points. H1 (tertiary, K 1.1): 330 points; H3 (unrated, K 0.8): 240 points.

310, points worth 10 yuan: H1 one stay a month, recorded 2,800, patient 200: payable 3,100. H2 (tertiary) two stays a
month, each recorded 2,000, patient 1,000: payable 2,300; in February one more from another province, by item: 2,000.
390, points worth 9 yuan: H1 one stay in January: 2,970 − 1,000 = 1,970. H3 in January 2,160 − 2,660 = −500 and in
February 2,160 − 1,000 = 1,160: the negative month is carried and taken from the next.
Deductions: H1 an audit item of 500 in March, an offset of 1,000 in April; H2 another item of 200 in May.

Of the year (310): points 3,960 and 7,920; recorded 33,600 and 48,000; payable 37,200 and 57,200; 5 % withheld: 1,860 and
2,860; paid 37,200 − 1,860 − 500 − 1,000 = 33,840 and 57,200 − 2,860 − 200 = 54,140.
"""

from __future__ import annotations

from pathlib import Path

from drgdip import settle_to_folder
from tests.cli.conftest import HEADER
from tests.policy.samples import TINY
from tests.year.policy_text import PREPAYMENT, YEAR, year_policy

H1, H2, H3 = "H99010000001", "H99010000002", "H99010000003"
MONTHS = [f"2026-{number:02d}" for number in range(1, 13)]
#: Fund 97,040, less 2,000 by item, ÷ 0.8 ÷ 11,880 points: ten yuan a point.
BUDGET = ('"50000"', '"105040"')
HOSPITAL_MONTH = ("negative: {value: clamp_case", "negative: {value: hospital_month")
POLICY = year_policy(BUDGET, HOSPITAL_MONTH, text=TINY + PREPAYMENT + YEAR)

_DEDUCTIONS = {
    "2026-03": f"A1,{H1},310,10,2026-03-05,500.00",
    "2026-04": f"P1,{H1},310,30,2026-04-05,1000.00",
    "2026-05": f"X1,{H2},310,99,2026-05-05,200.00",
}


def stay(
    month: str,
    name: str,
    hospital: str,
    recorded: int,
    insurance: str = "310",
    level: str = "01",
    place: str = "990100",
) -> str:
    """A stay of 3,000 yuan."""
    times = f"{month}-01 08:00:00,{month}-07 09:00:00,{month}-07 10:00:00,6"
    amounts = f"3000.00,0,0,0,3000.00,{recorded}.00,{recorded}.00,0,{3000 - recorded}.00"
    return f"{name}-{month},{hospital},{level},{insurance},{place},990100,{times},A46.x00,{amounts}"


def stays(month: str) -> list[str]:
    rows = [stay(month, "A", H1, 2800), stay(month, "B", H2, 2000), stay(month, "C", H2, 2000)]
    if month == "2026-01":
        rows += [stay(month, "D", H1, 2000, "390"), stay(month, "E", H3, 340, "390", "11")]
    if month == "2026-02":
        rows += [stay(month, "F", H2, 2000, place="110100"), stay(month, "G", H3, 2000, "390", "11")]
    return rows


def settle(folder: Path, month: str, rows: list[str], policy: Path, runs: Path, deduction: str = "") -> Path:
    """Settle one month into ``runs`` after all months that stand there."""
    cases = folder / f"{month}.csv"
    cases.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    items = folder / f"{month}-deductions.csv"
    if deduction:
        items.write_text(f"item_id,fixmedins_code,pool,deduction_type,date,amount_yuan\n{deduction}\n", "utf-8")
    earlier = [run for run in sorted(runs.glob("2026-*")) if run.name < month]
    settle_to_folder(
        policy, [cases], month, runs / month, deductions=items if deduction else None, prior=earlier, threads=1
    )
    return runs / month


def settle_year(folder: Path, text: str = POLICY) -> tuple[Path, Path]:
    """The policy file, and a folder with twelve runs."""
    policy, runs = folder / "city.yaml", folder / "runs"
    policy.write_text(text, encoding="utf-8")
    runs.mkdir()
    for month in MONTHS:
        settle(folder, month, stays(month), policy, runs, _DEDUCTIONS.get(month, ""))
    return policy, runs
