"""Outpatients, pharmacies, doctors and stocks: settlements too many, too large or too fast, drugs beyond need, boxes sold again."""

from __future__ import annotations

from drgdip.synthetic.violations.casebook import HOSPITAL, OTHER_HOSPITAL, Casebook, line

_PHARMACY = "41"


def plant_market(book: Casebook) -> None:
    """Rules B15, B17, D01, D03, G04, O02, O03, O05, O06, O08 to O13."""
    for plant in (_listed_drugs, _supply, _negotiated, _split, _many, _large, _ceiling, _round, _boxes, _frequent, _doctors, _stock,
                  _terminals, _shifted):  # fmt: skip
        plant(book)


def _listed_drugs(book: Casebook) -> None:
    """Drugs that visits over the internet may not have, and drugs of another filed disease."""
    book.lists(B15={"drugs": ["VNARCOTIC"]}, O09={"disease_drugs": {"VM01": ["VLISTED"]}})
    for rule, name, item, care, more, outcome in (
        ("B15", "1", "VNARCOTIC", "11", {"internet_flag": "1"}, "DENY_LINE"),
        ("B15", "2", "VNARCOTIC", "11", {"internet_flag": "0"}, ""),
        ("B15", "3", "VOTHERDRUG", "11", {"internet_flag": "1"}, ""),
        ("O09", "1", "VOTHERDRUG", "1401", {"dise_code": "VM01"}, "DENY_LINE"),
        ("O09", "2", "VLISTED", "1401", {"dise_code": "VM01"}, ""),
        ("O09", "3", "VOTHERDRUG", "11", {"dise_code": "VM01"}, ""),
    ):
        visit = book.visit(f"{rule}-{name}", book.at(12), care=care, **more)
        book.visit_line(visit, item, book.at(12), fee="45.00")
        if outcome:
            book.expect(rule, outcome, "outpatient_line", (f"M{visit}", "1"), fee="45.00", scope="45.00")
        else:
            book.near[rule] += 1


def _purchase(book: Casebook, name: str, person: str, day: int, count: str, care: str, *, group: str, fee: str, hospital: str = HOSPITAL, **more: str) -> None:  # fmt: skip
    book.row("drug_lines", feedetl_sn="V1", setl_id=book.name(name), psn_no=person, fixmedins_code=hospital, med_type=care, drug_group=group,
             med_list_codg=f"{group}1", fee_ocur_time=book.at(day), cnt=count, days_per_unit="1", det_item_fee_sumamt=fee, inscp_scp_amt=fee, **more)  # fmt: skip


def _supply(book: Casebook) -> None:
    """Ordinary care has 14 days and 7 to carry over: of 28 days seven are beyond, 21 are not."""
    for name, count, fee in (("1", "28", "56.00"), ("2", "21", "42.00")):
        _purchase(book, f"D01-{name}", book.person(f"D01-{name}"), 3, count, "11", group="VDRUGD01", fee=fee)
    book.expect("D01", "DENY_EXCESS", "drug_line", (book.name("D01-1"), "V1"), fee="14.00", scope="14.00", fund="")
    book.near["D01"] += 1


def _negotiated(book: Casebook) -> None:
    """A negotiated price, and thirty days on two days running: 29 + 30 − 37 = 22 beyond."""
    book.lists(B17={"prices": {"VDRUGB171": "10"}})
    for name, count, fee, price in (("1", "4", "40.04", "10.01"), ("2", "4", "40.00", "10.00")):
        _purchase(book, f"B17-{name}", book.person(f"B17-{name}"), 3, count, "21", group="VDRUGB17", fee=fee, pric=price, hi_nego_drug_flag="1")  # fmt: skip
    book.expect("B17", "DENY_PRICE", "drug_line", (book.name("B17-1"), "V1"), "price", "0.04", "0.04", "")
    for name, day in (("3", 4), ("4", 26)):
        person = book.person(f"B17-{name}")
        for number, (bought, hospital) in enumerate(((3, HOSPITAL), (day, OTHER_HOSPITAL))):
            _purchase(book, f"B17-{name}{number}", person, bought, "30", "21", group="VDRUGB17", fee="300.00", hospital=hospital, pric="10.00", hi_nego_drug_flag="1")  # fmt: skip
    book.expect("B17", "DENY_EXCESS", "drug_line", (book.name("B17-31"), "V1"), fee="220.00", scope="220.00", fund="")
    book.near["B17"] += 2


def _split(book: Casebook) -> None:
    """Settlements of one doctor and day that each reach nine tenths of a ceiling of 200.00."""
    book.lists(D03={"cap": "200"})
    for name, fund in (("1", "180.00"), ("2", "179.99")):
        for part in ("A", "B"):
            book.visit(f"D03-{name}{part}", book.at(12, f"09:0{'AB'.index(part)}:00"), person=book.person(f"D03-{name}"), fee="200.00",
                       fund=fund, bilg_dr_codg=f"VDD03{name}")  # fmt: skip
    book.visit_of("D03", "HOLD_SETTLEMENT", "D03-1B", "160.00")
    book.near["D03"] += 1


def _many(book: Casebook) -> None:
    """The third settlement of a day at one place, and the seventh of seven days; the city's dialyses are left out."""
    book.lists(O02={"exempt_dise": ["M07800"]})
    for name, hours in (("3", 3), ("2", 2)):
        for hour in range(hours):
            book.visit(
                f"O02-{name}{hour}", book.at(12, f"1{hour}:00:00"), care=_PHARMACY, person=book.person(f"O02-{name}")
            )
    book.visit_of("O02", "HOLD_SETTLEMENT", "O02-32")
    for name, days in (("7", 7), ("6", 6)):
        for day in range(days):
            book.visit(f"O02-{name}{day}", book.at(12 + day), f"VPHARM0{day}", person=book.person(f"O02-{name}"))
    book.visit_of("O02", "HOLD_SETTLEMENT", "O02-76")
    book.near["O02"] += 2


def _large(book: Casebook) -> None:
    """2,000.00 count, a fen less does not; peers of pharmacies have 1,150.00, and more is held where it is beyond five times the own median."""
    book.lists(O03={"peers": {"|41|": "1150"}, "pct": "1", "exempt_dise": ["M00500"]})
    for name, fund in (("1", "2000.00"), ("2", "1999.99")):
        book.visit(f"O03-{name}", book.at(12), care=_PHARMACY, fee="3000.00", fund=fund)
    book.visit_of("O03", "HOLD_SETTLEMENT", "O03-1", "850.00")
    for name, fund in (("3", "1500.01"), ("4", "1500.00")):
        for day, paid in ((5, "300.00"), (12, fund)):
            book.visit(
                f"O03-{name}{day}",
                book.at(day),
                care=_PHARMACY,
                person=book.person(f"O03-{name}"),
                fee="3000.00",
                fund=paid,
            )
    book.visit_of("O03", "HOLD_SETTLEMENT", "O03-312", "350.01")
    book.near["O03"] += 2


def _ceiling(book: Casebook) -> None:
    """The year before, quota 3,000.00: more than half of it in its last 45 days."""
    year = int(book.month[:4]) - 1
    book.lists(O05={"quota": "3000", "year_end": f"{year}-12-31"})
    for name, late in (("1", "1500.01"), ("2", "1500.00")):
        for part, (date, fund) in enumerate(((f"{year}-06-01", "1500.00"), (f"{year}-11-17", late))):
            book.visit(
                f"O05-{name}{part}", f"{date} 09:00:00", person=book.person(f"O05-{name}"), fee="2000.00", fund=fund
            )
    book.expect("O05", "WARN", "person", (book.person("O05-1"),), f"{year}-12-31", fund="")
    book.near["O05"] += 1


def _round(book: Casebook) -> None:
    """Of 30 settlements 13 are multiples of 50.00, elsewhere 12: two fifths."""
    for place, rounded in (("VROUND1", 13), ("VROUND2", 12)):
        for number in range(30):
            fee = f"{50 * (number + 1)}.00" if number < rounded else f"{50 * (number + 1)}.10"
            book.visit(f"O06-{place[-1]}{number:02}", book.at(1 + number % 28, f"1{number // 28}:00:00"), place, fee=fee, fund="10.00")  # fmt: skip
    book.place_of("O06", "REFER", "VROUND1")
    book.near["O06"] += 1


def _sale(book: Casebook, box: str, number: int, person: str, hospital: str, time: str) -> None:
    book.row("drug_trace", drug_trac_codg=box, rtal_docno=f"VS{box[-3:]}{number}", feedetl_sn=f"VS{box[-3:]}{number}", fixmedins_code=hospital,
             psn_no=person, trdn_flag="0", sel_retn_time=time, sel_retn_cnt="1", amt="35.00")  # fmt: skip


def _boxes(book: Casebook) -> None:
    """Three boxes of one person sold elsewhere after more than a day; two of another, and three after exactly a day."""
    for name, count, time in (("1", 3, "09:00:01"), ("2", 2, "09:00:01"), ("3", 3, "09:00:00")):
        for number in range(count):
            box = f"8{name}{number:>018}"
            _sale(book, box, 1, book.person(f"O08-{name}"), HOSPITAL, book.at(3))
            _sale(book, box, 2, book.person(f"O08-{name}{number}"), OTHER_HOSPITAL, book.at(4, time))
            later = f"VS{box[-3:]}2"
            book.expect("O07", "REFER", "trace", (box, later, later), fee="35.00", fund="")
    book.expect("O08", "REFER", "person", (book.person("O08-1"),), fee="105.00", fund="")
    book.near["O08"] += 2


def _frequent(book: Casebook) -> None:
    """Of the persons of a batch the one in two hundred with the most visits: a city may have others, but never too few persons."""
    book.statistical.add("O10")
    book.lists(O10={"pct": "0.995", "min_n": 100, "exempt_dise": ["M07800", "VOFTEN"]})
    for number in range(28):
        book.visit(f"O10-{number:02}", book.at(3 - 3 * number), f"VPHARM1{number % 9}", person=book.person("O10"))
    book.expect("O10", "REFER", "person", (book.person("O10"),), fund="")
    for number in range(60):
        book.visit(f"O10-Q{number:02}", book.at(1 + number % 25, f"{8 + number % 9:02}:00:00"), f"VPHARM2{number % 9}")
    book.near["O10"] += 1


def _doctors(book: Casebook) -> None:
    """31 prescriptions in an hour, 30 in another; one written a second after its sale, one at its time."""
    for name, count in (("1", 31), ("2", 30)):
        for number in range(count):
            book.visit(f"O11-{name}{number:02}", book.at(12, f"10:{number:02}:00"), f"VSHOP{number % 10}", _PHARMACY, bilg_dr_codg=f"VDO11{name}")  # fmt: skip
    book.expect("O11", "REFER", "doctor", ("VDO111",), fund="1395.00")
    for name, time in (("3", "09:00:01"), ("4", "09:00:00")):
        book.visit(
            f"O11-{name}", book.at(12), "VSHOP1", _PHARMACY, bilg_dr_codg=f"VDO11{name}", rx_time=book.at(12, time)
        )
    book.expect("O11", "REFER", "doctor", ("VDO113",), fund="45.00")
    book.near["O11"] += 2


def _stock(book: Casebook) -> None:
    """110 billed of 100 at 10.00: ten; 102 are the tolerated two per cent."""
    for place, count, fee in (("VSTORE1", "110", "1100.00"), ("VSTORE2", "102", "1020.00")):
        book.stay(f"O12-{place[-1]}", [line(1, "VSTOCKED", fee=fee, quantity=count)], fixmedins_code=place)
        book.row("inventory", fixmedins_code=place, med_list_codg="VSTOCKED", period=book.month.replace("-", ""), open_qty="20", in_qty="90", close_qty="10")  # fmt: skip
    book.expect("O12", "REFER", "stock", ("VSTORE1", "VSTOCKED", book.month), fee="100.00", fund="")
    book.near["O12"] += 1


def _terminals(book: Casebook) -> None:
    """A terminal of another place; an operator at two places."""
    book.lists(O13={"terminals": {"VT1": "VPLACE2", "VT2": "VPLACE3"}})
    book.visit("O13-1", book.at(12), "VPLACE1", term_id="VT1")
    book.visit("O13-2", book.at(12), "VPLACE2", term_id="VT1")
    book.place_of("O13", "REFER", "VPLACE1", "terminal", fund="45.00")
    for name, place, operator in (("3", "VPLACE3", "VOP1"), ("4", "VPLACE4", "VOP1"), ("5", "VPLACE5", "VOP2")):
        book.visit(f"O13-{name}", book.at(13), place, opter_id=operator)
    for place in ("VPLACE3", "VPLACE4"):
        book.place_of("O13", "REFER", place, "operator", fund="45.00")
    book.near["O13"] += 2


def _shifted(book: Casebook) -> None:
    """Tests at most 72 hours before a stay belong to it."""
    for name, time in (("1", "08:00:00"), ("2", "07:59:59")):
        person = book.person(f"G04-{name}")
        book.stay(f"G04-{name}", person=person)
        visit = book.visit(f"G04-V{name}", book.at(7, time), person=person)
        book.visit_line(visit, "VTESTED", book.at(7, time), kind="03")
    book.case_of("G04", "HOLD_CASE", "G04-1", fund="45.00")
    book.near["G04"] += 1
