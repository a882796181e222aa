"""Rules that several limits decide: each of them once more by itself, with all others far away."""

from __future__ import annotations

from typing import Any

from drgdip.synthetic.violations.casebook import Casebook, Charge, line

_NURSING = line(1, "VNURSING", fee="30.00", scope="24.00", kind="07")


def plant_limits(book: Casebook) -> None:
    """Further limits of A01, A05, E01, E05, E06, E09, E11, E13, E14, E15, G06, O02 and O11."""
    for plant in (
        _ages, _again, _idle, _signs, _patients, _often, _long_checkups, _two_cities, _assessments, _alike, _long_or_intensive,
        _month_of_visits, _one_shop,
    ):  # fmt: skip
        plant(book)


def _stays(book: Casebook, rule: str, found: bool, name: str, fund: str = "", fee: str = "", scope: str = "") -> None:
    if found:
        amounts = {"fee": fee, "scope": scope} if fee else {"fund": fund}
        book.case_of(rule, "HOLD_CASE", name, **amounts)
    else:
        book.near[rule] += 1


def _ages(book: Casebook) -> None:
    """Two years beside the date of birth, one; a disease of newborns on the 29th day, on the 28th."""
    year = int(book.month[:4])
    for name, born, found in (("Y1", year - 47, True), ("Y2", year - 46, False)):
        book.stay(f"A01-{name}", brdy=f"{born}-01-01")
        _stays(book, "A01", found, f"A01-{name}")
    for name, days in (("Y1", 29), ("Y2", 28)):
        book.stay(f"A05-{name}", dx="P07.300", age="0", brdy=book.on(10 - days))
        _stays(book, "A05", days == 29, f"A05-{name}")


def _again(book: Casebook) -> None:
    """Three digits of the diagnosis are the disease, two are not; another disease of one group, of another group."""
    rows: tuple[tuple[str, dict[str, Any], dict[str, Any], bool], ...] = (
        ("5", {"dx": "I63.100"}, {"dx": "I63.900"}, True),
        ("6", {"dx": "I62.000"}, {"dx": "I63.900"}, False),
        ("7", {"dx": "K57.300", "group": "VGE01"}, {"dx": "K80.100", "group": "VGE01"}, True),
        ("8", {"dx": "K57.300", "group": "VGE01"}, {"dx": "K80.100", "group": "VGE02"}, False),
    )
    for name, first, last, found in rows:
        book.stay(f"E01-{name}A", days=(1, 3), person=book.person(f"E01-{name}"), **first)
        book.stay(f"E01-{name}B", days=(18, 20), person=book.person(f"E01-{name}"), **last)
        _stays(book, "E01", found, f"E01-{name}B")


def _idle(book: Casebook) -> None:
    """Two of four inner days, of five; a stay of three days, of two."""
    bed = line(9, "VWARD", 11, "50.00", "40.00", kind="01")
    for name, last, days in (("3", 15, (12, 14)), ("4", 16, (12, 13, 15)), ("5", 13, ()), ("6", 12, ())):
        care = [line(number, "VX", day, "1.00") for number, day in enumerate(days, 1)]
        book.stay(f"E05-{name}", [*care, bed], days=(10, last), idle=True)
        _stays(book, "E05", name in "35", f"E05-{name}", fee="50.00", scope="40.00")


def _signs(book: Casebook) -> None:
    """Four signs and each of the others at its limit, a fen beside it: tests 70 per cent, treatment 20, half of the mean.

    Slight disease 2, no operation 1, no injection 1; the nursing is intensive.
    """
    rows: tuple[tuple[str, list[Charge], str, dict[str, Any]], ...] = (
        ("4", [line(2, "VTESTED", fee="7000.00", scope="5000.00", kind="04")], "05", {}),
        ("5", [line(2, "VTESTED", fee="6999.99", scope="5000.00", kind="04")], "05", {}),
        ("6", [line(2, "VX", fee="2000.00", scope="1600.00")], "14", {}),
        ("7", [line(2, "VX", fee="2000.01", scope="1600.00")], "14", {}),
        ("8", [], "05", {"group_mean_fee": "20000.01"}),
        ("9", [], "05", {"group_mean_fee": "20000.00"}),
    )
    for name, charge, filler, more in rows:
        book.stay(f"E06-{name}", [_NURSING, *charge], dx="J06.900", filler=filler, **more)
        _stays(book, "E06", name in "468", f"E06-{name}", "6000.00")


def _patients(book: Casebook) -> None:
    """Below three years, and above eighty, a needless admission needs one sign more."""
    tests = line(2, "VTESTED", fee="7000.00", scope="5000.00", kind="04")
    for age in ("2", "3", "80", "81"):
        book.stay(f"E06-A{age}", [_NURSING, tests], dx="J06.900", age=age)
        _stays(book, "E06", age in ("3", "80"), f"E06-A{age}", "6000.00")


def _often(book: Casebook) -> None:
    """Six admissions in 365 days, never three in ninety; the sixth a day later is out."""
    for name, gap in (("3", 72), ("4", 73)):
        for number in range(6):
            day = 10 - gap * number
            book.stay(f"E09-{name}{number}", days=(day, day + 2), person=book.person(f"E09-{name}"), fixmedins_code=f"VOFTEN{number}",
                      dx=f"U2{number}.900")  # fmt: skip
    book.expect("E09", "REFER", "person", (book.person("E09-3"),), fund="")
    book.near["E09"] += 1


def _long_checkups(book: Casebook) -> None:
    """A check-up of five days, of six."""
    for name, last in (("3", 15), ("4", 16)):
        tests = [
            line(1, "VCHECK", fee="8000.00", scope="6000.00", kind="04"),
            line(2, "VNURSING", fee="30.00", kind="07"),
        ]
        book.stay(f"E11-{name}", tests, days=(10, last), dx="Z00.000", operations=(("89.1400", 11),))
        _stays(book, "E11", name == "3", f"E11-{name}", "6000.00")


def _two_cities(book: Casebook) -> None:
    """In two cities within two hours, and a second more."""
    for name, time in (("1", "12:00:00"), ("2", "12:00:01")):
        for place, when, region in (("A", "10:00:00", "990100"), ("B", time, "990300")):
            book.visit(f"E13-{place}{name}", book.at(12, when), f"VCITY{place}", person=book.person(f"E13-{name}"), mdtrt_admdvs=region)  # fmt: skip
    book.visit_of("E13", "HOLD_SETTLEMENT", "E13-B1")
    book.near["E13"] += 1


def _assessments(book: Casebook) -> None:
    """The second assessment after 31 days, after 30; medical services of a fen less than a tenth, of a tenth."""
    for name, second in (("5", 16), ("6", 15)):
        stay = book.stay(f"E14-{name}", [line(1, "VBEDDAY", 1, "4200.00", quantity="35", kind="01")], days=(-15, 20), hi_paymtd="4",
                         fixmedins_code="VNURSINGHOME")  # fmt: skip
        for day in (-15, second):
            book.row("care_assessments", setl_id=stay, assess_time=book.on(day), care_grade="2")
        _stays(book, "E14", name == "5", f"E14-{name}")
    for name, fee in (("7", "972.99"), ("8", "973.00")):  # 27 days of care at 1.00 beside it
        lines = [line(1, "VBEDDAY", 1, "3360.00", quantity="28", kind="01"), line(2, "VX", fee=fee)]
        stay = book.stay(f"E14-{name}", lines, days=(1, 29), hi_paymtd="4", fixmedins_code="VNURSINGHOME", filler="14")
        book.row("care_assessments", setl_id=stay, assess_time=book.on(1), care_grade="2")
        _stays(book, "E14", name == "7", f"E14-{name}")


def _alike(book: Casebook) -> None:
    """Six of a village whose costs vary by less than a tenth, by a tenth."""
    for village, low in (("VVL", "9000.01"), ("VVT", "9000.00")):
        for number in range(6):
            book.stay(f"E15-{village[-1]}{number}", total=low if number % 2 else "11000.00", village_code=village, fixmedins_code="VVILLAGE")  # fmt: skip
    book.place_of("E15", "REFER", "VVILLAGE", f"{book.seconds(10) // 86_400}|VVL")
    book.near["E15"] += 1


def _long_or_intensive(book: Casebook) -> None:
    """Five times the mean stay, and fourteen days of intensive care."""
    rows: tuple[tuple[str, dict[str, Any]], ...] = (
        ("4", {"days": (1, 13), "mean_los": "2.4"}),
        ("5", {"days": (1, 13), "mean_los": "2.5"}),
        ("6", {"icu_days": "14"}),
        ("7", {"icu_days": "13.9"}),
    )
    for name, fields in rows:
        book.stay(f"G06-{name}", std_fee="10000.00", applied="1", fixmedins_code="VSPECIAL2", **fields)
    for name in ("4", "6"):
        book.case_of("G06", "SPECIAL_REVIEW", f"G06-{name}")
    book.near["G06"] += 2


def _month_of_visits(book: Casebook) -> None:
    """Every other day: the fifteenth in thirty days, and fourteen; of a disease that frequent visits in ninety days do not count."""
    for name, count in (("5", 15), ("6", 14)):
        for number in range(count):
            book.visit(f"O02-M{name}{number:02}", book.at(1 + 2 * number), f"VCLINIC{number}", person=book.person(f"O02-M{name}"), dise_code="VOFTEN")  # fmt: skip
    book.visit_of("O02", "HOLD_SETTLEMENT", "O02-M514")
    book.near["O02"] += 1


def _one_shop(book: Casebook) -> None:
    """Seventeen of twenty prescriptions for one pharmacy; sixteen are eight in ten."""
    for name, count in (("5", 17), ("6", 16)):
        for number in range(20):
            shop = f"VSHOPX{name}" if number < count else f"VSHOPX{name}{number}"
            book.visit(f"O11-{name}{number:02}", book.at(12, f"{8 + number % 10:02}:{number:02}:00"), shop, "41", bilg_dr_codg=f"VDO11{name}")  # fmt: skip
    book.expect("O11", "REFER", "doctor", ("VDO115",), fund="765.00")
    book.near["O11"] += 1
