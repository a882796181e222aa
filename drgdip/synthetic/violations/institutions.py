"""What is known of an institution: facts of its year, upheld findings, reviews, returns, contracts and draws."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.synthetic.violations.casebook import Casebook, line


class Fact(NamedTuple):
    """A row of a year's facts, and the finding on it; no outcome: a near miss."""

    rule: str
    fields: dict[str, str]
    outcome: str = ""
    fund: str = ""


_CUT = {"coef": "1.05", "warn_level": "RED", "warned": "1", "points": "120000", "point_value": "9.8"}
_RATES = {"n_setl": "1000", "denied_share": "0.03", "upheld_rate": "4", "data_faults": "0", "complaint_rate": "0",
          "appeal_won": "0", "self_reported": "0"}  # fmt: skip
_FACTS = (
    Fact("I02", {**_CUT, "oe_quarters": "1.21|1.3"}, "COEF", "37044.00"),
    Fact("I02", {**_CUT, "oe_quarters": "1.2|1.3"}),
    Fact("I02", {**_CUT, "oe_quarters": "1.21|1.3", "warned": "0"}),
    Fact("I07", _RATES, "GRADE"),
    Fact("I07", {key: value for key, value in _RATES.items() if key != "denied_share"}),
    Fact("I08", {"score": "84", "deposit": "500000.00"}, "DISPOSE", "50000.00"),
    Fact("I08", {"score": "60", "deposit": "500000.00"}, "DISPOSE", "200000.00"),
    Fact("I08", {"score": "90", "deposit": "500000.00"}),
    *(
        Fact("I08", {"score": score, "deposit": "500000.00"}, "DISPOSE", kept)
        for score, kept in (
            ("89.99", "50000.00"),
            ("80", "50000.00"),
            ("79.99", "100000.00"),
            ("70", "100000.00"),
            ("69.99", "200000.00"),
            ("59.99", "500000.00"),
        )
    ),
    Fact("I12", {"score": "58", "budget": "1000000.00"}, "BUDGET"),
    Fact("I12", {"budget": "1000000.00"}),
    Fact("I13", {"credit_grade": "D"}, "SELECT"),
    Fact("I13", {"credit_grade": "A"}),
    Fact("I14", {"day_rate": "120.00", "beds": "124", "beds_ok": "118", "bed_days": "1000"}, "RATE", "5810.00"),
    Fact("I14", {"day_rate": "120.00", "beds": "124", "beds_ok": "124", "bed_days": "1000"}),
    Fact("I18", {"payable": "900000.00", "denied": "12000.00"}, "OFFSET", "12000.00"),
    Fact("I18", {"payable": "900000.00", "denied": "0.00"}),
)


def plant_institutions(book: Casebook) -> None:
    """Rules I01, I02, I05 to I10, I12 to I18 and G10."""
    book.lists(I13={"seed": "V", "weights": {"A": 0, "D": 6}, "inspectors": [{"name": "V1"}, {"name": "V2"}]})
    for number, one in enumerate(_FACTS):
        hospital, period = f"V{one.rule}{number}", "" if one.rule == "I13" else book.month
        book.row("inst_facts", fixmedins_code=hospital, period=period, hosp_lv=f"9{number:02}", **one.fields)
        if one.outcome:
            book.place_of(one.rule, one.outcome, hospital, "V" if one.rule == "I13" else period, fund=one.fund)
        else:
            book.near[one.rule] += 1
    for plant in (_budgets, _samples, _points, _faults, _contracts, _returns, _stopped, _authorities, _reviews):
        plant(book)


def _budgets(book: Casebook) -> None:
    """Spending three points ahead of the year is in order, a yuan more is not."""
    year, months = book.month[:4], int(book.month[5:])
    for place, more in (("VI01A", 1), ("VI01B", 0)):
        for month in range(1, months + 1):
            fund = 10_000 * month + 3_600 + more if month == months else 0
            book.row("inst_month", fixmedins_code=place, ym=f"{year}{month:02}", fund=str(fund), budget="10000")
    book.place_of("I01", "WARN", "VI01A", f"{year}{months:02}")
    book.near["I01"] += 1


def _samples(book: Casebook) -> None:
    """Every hospital has its draw; where all drawn stays are reviewed, the ratio goes to the year: 3 per cent of 6,200,000."""
    book.lists(I05={"period": book.month, "year_fund": {"VI05A": "6200000"}})
    book.everywhere.append(("I05", "SELECT", book.month))
    for place, reviewed in (("VI05A", 2), ("VI05B", 1)):
        for number in range(2):
            stay = book.stay(f"I05-{place[-1]}{number}", fixmedins_code=place)
            if number < reviewed:
                book.row("sample_reviews", setl_id=stay, deny_fund="180.00")
    book.place_of("I05", "DEDUCT_RATIO", "VI05A", book.month, fund="186000.00")
    book.near["I05"] += 1


def _upheld(book: Casebook, name: str, **fields: str) -> None:
    book.row("upheld_findings", finding_key=f"VF{name}", event_id=f"VE{name}", **fields)


def _points(book: Casebook) -> None:
    """Nine points of a calendar year suspend, eight do not."""
    for doctor, points in (("1", ("4", "5")), ("2", ("4", "4"))):
        for number, count in enumerate(points):
            _upheld(
                book, f"I06{doctor}{number}", dr_code=f"VDI06{doctor}", points=count, decided_time=book.on(3 + number)
            )
    book.expect("I06", "POINTS", "doctor", ("VDI061",), book.month[:4], fund="")
    book.near["I06"] += 1


def _faults(book: Casebook) -> None:
    """Two findings of one's own fault within 365 days; the second a day later is out."""
    for person, gap in (("1", 364), ("2", 365)):
        for number, day in enumerate((10 - gap, 10)):
            _upheld(
                book,
                f"I09{person}{number}",
                psn_no=book.person(f"I09-{person}"),
                personal_fault="1",
                decided_time=book.on(day),
            )
    book.expect("I09", "LIMIT", "person", (book.person("I09-1"),), fund="")
    book.near["I09"] += 1


def _contracts(book: Casebook) -> None:
    """Nine of ten contracted units are enough, 8.9 are not."""
    book.lists(I10={"products": {"VPROCURED": {"price": "5", "alternatives": ["VDEARER"]}},
                    "contracts": {"VI10A": {"VPROCURED": "10"}, "VI10B": {"VPROCURED": "10"}}})  # fmt: skip
    for place, count, fee in (("VI10A", "8.9", "44.50"), ("VI10B", "9", "45.00")):
        book.stay(f"I10-{place[-1]}", [line(1, "VPROCURED", fee=fee, quantity=count)], fixmedins_code=place)
    for place, dear in (("VI10C", 41), ("VI10D", 40)):  # four in ten of the dearer product are the most
        lines = [
            line(1, "VPROCURED", fee=f"{5 * (100 - dear)}.00", quantity=str(100 - dear)),
            line(2, "VDEARER", fee="41.00", quantity=str(dear)),
        ]
        book.stay(f"I10-{place[-1]}", lines, fixmedins_code=place)
    for place in ("VI10A", "VI10C"):
        book.place_of("I10", "WARN", place, "VPROCURED")
    book.near["I10"] += 2


def _returns(book: Casebook) -> None:
    """What was found by the same rules is closed; by others it is not."""
    book.lists(I15={"pack_digest": "VDIGEST"})
    for number, (place, amount, digest) in enumerate((("VI15A", "12000.00", "VDIGEST"), ("VI15A", "300.00", "VDIGEST"), ("VI15B", "5.00", "VOTHER"))):  # fmt: skip
        book.row("self_returns", return_id=f"VI15{number}", fixmedins_code=place, amt=amount, pack_digest=digest)
    book.place_of("I15", "SELF", "VI15A", fee="12300.00")
    book.near["I15"] += 1


def _stopped(book: Casebook) -> None:
    """Admitted on the day on which the agreement stopped, and on the day before."""
    book.row("inst_facts", fixmedins_code="VI16", stop_date=book.on(10))
    for name, day in (("1", 10), ("2", 9)):
        book.stay(f"I16-{name}", days=(day, 12), fixmedins_code="VI16")
    book.case_of("I16", "LIMIT", "I16-1", fund="6000.00")
    book.near["I16"] += 1


def _authorities(book: Casebook) -> None:
    """From 5,000.00 on the police; a price goes to the market regulator."""
    book.lists(I17={"filing_line": "5000"})
    for place, rule, amount in (("VI17A", "O08", "5000.00"), ("VI17B", "O08", "4999.99"), ("VI17C", "B10", "1.00")):
        _upheld(book, place, rule_id=rule, fixmedins_code=place, amt=amount, decided_time=book.on(3))
    book.place_of("I17", "TRANSFER", "VI17A", "police")
    book.place_of("I17", "TRANSFER", "VI17C", "market")
    book.near["I17"] += 1


def _reviews(book: Casebook) -> None:
    """One wrong principal diagnosis in seven records is below the index of 95, in eight it is at it."""
    for place, number in (("VG10A", 7), ("VG10B", 8)):
        for record in range(number):
            book.row(
                "record_reviews",
                setl_id=f"{place}{record}",
                fixmedins_code=place,
                error_type="none" if record else "main_dx",
            )
    book.place_of("G10", "WARN", "VG10A")
    book.near["G10"] += 1
