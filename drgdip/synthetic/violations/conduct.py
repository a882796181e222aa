"""How hospitals admit and treat: false and group admissions, check-ups, bed-days, patients sent away, special cases."""

from __future__ import annotations

from drgdip.synthetic.violations.casebook import HOSPITAL, OTHER_HOSPITAL, REGION, Casebook, line


def plant_conduct(book: Casebook) -> None:
    """Rules C10, E07, E09, E11, E12, E14, E15, G06, X03 and X06."""
    for plant in (
        _registered,
        _capacity,
        _false,
        _frequent,
        _checkups,
        _sent_away,
        _bed_days,
        _villagers,
        _special,
        _joint,
    ):
        plant(book)


def _registered(book: Casebook) -> None:
    """Beds enough for all, so that occupancy is no sign."""
    for place, region in (
        (HOSPITAL, REGION),
        (OTHER_HOSPITAL, REGION),
        ("VNURSINGHOME", REGION),
        ("VJOINT990300", "990300"),
    ):
        book.row("institutions", fixmedins_code=place, hosp_lv="01", fix_blng_admdvs=region, beds="5000")


def _capacity(book: Casebook) -> None:
    """Thirty times twenty minutes are a day of 600; of 620 twenty are beyond: 60.00 of 1,860.00."""
    book.lists(C10={"minutes": {"VMASSAGE": {"minutes": 20}}})
    for name, count, fee in (("1", "31", "1860.00"), ("2", "30", "1800.00")):
        book.stay(f"C10-{name}", [line(1, "VMASSAGE", fee=fee, quantity=count, acord_dr_codg=f"VDC10{name}")])
    window = str(book.seconds(10) // 86_400)
    book.expect("C10", "REFER", "doctor", ("V9901000001", "VDC101"), window, "60.00", "60.00", "")
    book.near["C10"] += 1


def _false(book: Casebook) -> None:
    """An overlap weighs 5, no own payment 2; a fen of own payment nothing."""
    for name, cash in (("1", "0.00"), ("2", "0.01")):
        person = book.person(f"E07-{name}")
        book.stay(f"E07-{name}A", days=(5, 8), hours=("08:00:00", "08:00:00"), person=person)
        book.stay(f"E07-{name}B", days=(7, 9), hours=("08:00:00", "10:00:00"), person=person, dx="U20.900", fixmedins_code=OTHER_HOSPITAL,
                  psn_cash_pay=cash)  # fmt: skip
        book.case_of("E03", "HOLD_CASE", f"E07-{name}B", fund="6000.00")
    book.case_of("E07", "REFER", "E07-1B", fund="6000.00")
    book.near["E07"] += 1


def _frequent(book: Casebook) -> None:
    """Three admissions in ninety days; the third on the ninety-first day is out."""
    for name, last in (("1", 10), ("2", 11)):
        for number, day in enumerate((-79, -30, last)):
            book.stay(f"E09-{name}{number}", days=(day, day + 2), person=book.person(f"E09-{name}"), fixmedins_code=f"VOFTEN{number}",
                      dx=f"U2{number}.900")  # fmt: skip
    book.expect("E09", "REFER", "person", (book.person("E09-1"),), fund="")
    book.near["E09"] += 1


def _checkups(book: Casebook) -> None:
    """Four fifths of tests for a check-up; a fen less is not."""
    for name, fee in (("1", "8000.00"), ("2", "7999.99")):
        tests = [line(1, "VCHECK", fee=fee, scope="6000.00", kind="04"), line(2, "VNURSING", fee="30.00", kind="07")]
        book.stay(f"E11-{name}", tests, dx="Z00.000", operations=(("89.1400", 11),))
    book.case_of("E11", "HOLD_CASE", "E11-1", fund="6000.00")
    book.near["E11"] += 1


def _sent_away(book: Casebook) -> None:
    """Five patients of one disease sent home within two days and admitted elsewhere; of another disease four."""
    book.statistical.add("E12")
    book.lists(E12={"min_n": 4})
    for family, count in (("U14", 5), ("U15", 4)):
        for number in range(count):
            person = book.person(f"E12-{family}{number}")
            book.stay(f"E12-{family}{number}A", days=(4, 6), hours=("10:00:00", "10:00:00"), person=person, dx=f"{family}.900", fixmedins_code=f"VSENT{family}")  # fmt: skip
            book.stay(f"E12-{family}{number}B", days=(9, 11), person=person, dx=f"{family}.900")
    book.place_of("E12", "WARN", "VSENTU14", "sent_away")
    book.near["E12"] += 1


def _bed_days(book: Casebook) -> None:
    """31 bed-days for 28 in the house at 120.00; an assessment on the day of admission and within thirty days."""
    book.lists(E14={"bed_codes": ["VBEDDAY"], "day_rate": "120"})
    for name, beds, assessed in (("1", 31, 1), ("2", 28, 1), ("3", 28, 3), ("4", 28, 2)):
        fee = f"{120 * beds}.00"
        stay = book.stay(
            f"E14-{name}",
            [line(1, "VBEDDAY", 1, fee, quantity=str(beds), kind="01")],
            days=(1, 29),
            hi_paymtd="4",
            fixmedins_code="VNURSINGHOME",
        )
        book.row("care_assessments", setl_id=stay, assess_time=book.on(assessed), care_grade="2")
    book.case_of("E14", "HOLD_CASE", "E14-1", fee="360.00", scope="360.00")
    book.case_of("E14", "HOLD_CASE", "E14-3")
    book.near["E14"] += 2


def _villagers(book: Casebook) -> None:
    """Six of a village on one day, all alike; of another five."""
    for village, count in (("VV6", 6), ("VV5", 5)):
        for number in range(count):
            book.stay(f"E15-{count}{number}", village_code=village, fixmedins_code="VVILLAGE")
    book.place_of("E15", "REFER", "VVILLAGE", f"{book.seconds(10) // 86_400}|VV6")
    book.near["E15"] += 1


def _special(book: Casebook) -> None:
    """Twice the standard applies; one of two fits the quota of twenty discharges; a fen less is not eligible."""
    book.lists(G06={"n_discharges": {"VSPECIAL": "20", "VSPECIAL2": "80"}})
    for name, total, standard in (
        ("1", "20000.00", "10000.00"),
        ("2", "20000.00", "9999.99"),
        ("3", "19999.99", "10000.00"),
    ):
        book.stay(f"G06-{name}", total=total, std_fee=standard, applied="1", fixmedins_code="VSPECIAL")
    book.case_of("G06", "QUEUE_OVER_QUOTA", "G06-1")
    book.case_of("G06", "SPECIAL_REVIEW", "G06-2")
    book.near["G06"] += 1


def _joint(book: Casebook) -> None:
    """Readmitted in another city after 15 days, after 16; an overlap of two cities, of one."""
    for name, day, region in (("1", 18, "990300"), ("2", 19, "990300"), ("3", 18, "990102")):
        person = book.person(f"X06-{name}")
        book.stay(f"X06-{name}A", days=(1, 3), person=person, fixmedins_code="VJOINT1")
        book.stay(
            f"X06-{name}B", days=(day, day + 2), person=person, fixmedins_code=f"VJOINT{region}", mdtrt_admdvs=region
        )
    book.expect("X06", "REFER", "case", (book.name("X06-1B"),), "E01|")
    book.near["X06"] += 2
    person = book.person("X06-4")
    book.stay("X06-4A", days=(5, 8), hours=("08:00:00", "08:00:00"), person=person, fixmedins_code="VJOINT1")
    book.stay("X06-4B", days=(7, 9), hours=("08:00:00", "10:00:00"), person=person, dx="U20.900", fixmedins_code="VJOINT990300", mdtrt_admdvs="990300")  # fmt: skip
    book.case_of("E03", "HOLD_CASE", "X06-4B", fund="6000.00")
    book.expect("X06", "REFER", "case", (book.name("X06-4B"),), "E03|", fund="6000.00")
