"""Violations of stays: readmissions, overlaps, idle days, needless admissions, split pairs, stays of other regions."""

from __future__ import annotations

from drgdip.synthetic.violations.casebook import HOSPITAL, OTHER_HOSPITAL, Casebook, Charge


def plant_stays(book: Casebook) -> None:
    """Rules E01, E02, E03, E05, E06, X01 and X02."""
    _readmissions(book)
    _pairs(book)
    _overlaps(book)
    _idle(book)
    _needless(book)
    _regions(book)


def _readmissions(book: Casebook) -> None:
    """Fifteen days count, sixteen do not; another disease or another hospital does not."""
    for name, day, more in (
        ("1", 18, {}),
        ("2", 19, {}),
        ("3", 18, {"dx": "J18.900"}),
        ("4", 18, {"fixmedins_code": OTHER_HOSPITAL}),
    ):
        book.stay(f"E01-{name}A", days=(1, 3), person=f"PE01{name}{book.month}")
        book.stay(f"E01-{name}B", days=(day, day + 2), person=f"PE01{name}{book.month}", **more)  # type: ignore[arg-type]
    book.case_of("E01", "HOLD_CASE", "E01-1B")
    book.near["E01"] += 3


def _pairs(book: Casebook) -> None:
    """Half of 100 points at 10 yuan, six tenths of it of the funds: 300.00."""
    book.lists(E02={"point_value": "10"})
    for name, group in (("1", "VG1"), ("2", "VG2")):
        one, other = (
            book.stay(f"E02-{name}A", days=(1, 2), dx="K35.300"),
            book.stay(f"E02-{name}B", days=(4, 5), dx="K35.301"),
        )
        book.row("pairs", prev_setl_id=one, prev_fixmedins_code=HOSPITAL, prev_group="VG1", prev_points="100", next_setl_id=other,
                 next_fixmedins_code=HOSPITAL, next_group=group, next_points="80", fund_share="0.6")  # fmt: skip
    book.case_of("E02", "CUT_POINTS", "E02-1A", fund="300.00")
    book.near["E02"] += 1


def _overlaps(book: Casebook) -> None:
    for name, begin in (("1", "08:00:00"), ("2", "08:00:01")):
        book.stay(f"E03-{name}A", days=(5, 8), hours=("08:00:00", "08:00:00"), person=f"PE03{name}{book.month}", med_type="21",
                  charges=[Charge("1", "VX", 6, "30.00", "24.00"), Charge("2", "VX", 7, "30.00", "24.00")])  # fmt: skip
        book.stay(f"E03-{name}B", days=(7, 9), hours=(begin, "10:00:00"), person=f"PE03{name}{book.month}",
                  fixmedins_code=OTHER_HOSPITAL)  # fmt: skip
    book.case_of("E03", "HOLD_CASE", "E03-1B", fund="6000.00")
    book.near["E03"] += 1


def _idle(book: Casebook) -> None:
    """Six inner days: three idle ones in a row count, two do not; what the bed cost on an idle day is the exposure."""
    bed = Charge("9", "VWARD", 8, "50.00", "40.00", kind="01")
    for name, days in (("1", (6, 7, 11)), ("2", (6, 7, 8, 11))):
        care = [Charge(str(number), "VX", day, "30.00", "24.00") for number, day in enumerate(days, 1)]
        book.stay(f"E05-{name}", [*care, bed], days=(5, 12), idle=True)
    book.case_of("E05", "HOLD_CASE", "E05-1", fee="50.00", scope="40.00")
    book.near["E05"] += 1


def _needless(book: Casebook) -> None:
    """Tests alone for a slight disease score 9; another disease under intensive nursing 6, which is enough; 5 is not.

    No operation 1, tests 2, little treatment 2, slight disease 2, no injection 1, light nursing 1.
    """
    book.lists(E06={"low_acuity_dx": ["J06"], "high_nursing_codes": ["VNURSING"]})
    nursing = Charge("1", "VNURSING", 10, "30.00", "24.00", kind="07")
    treatment = Charge("1", "VX", 10, "2000.01", "1600.00")
    for name, dx, charge in (("1", "J06.900", ()), ("2", "I63.900", (nursing,)), ("3", "I63.900", (treatment,))):
        book.stay(f"E06-{name}", charge, dx=dx, filler="04")
    for name in ("1", "2"):
        book.case_of("E06", "HOLD_CASE", f"E06-{name}", fund="6000.00")
    book.near["E06"] += 1


def _regions(book: Casebook) -> None:
    for name, total, region in (("1", "30000.00", "410100"), ("2", "29999.99", "410100"), ("3", "30000.00", "990300")):
        book.stay(f"X01-{name}", total=total, insu_admdvs=region)
    book.stay("X02-1", insu_admdvs="990102")
    book.near["X01"] += 2
    book.near["X02"] += 1
