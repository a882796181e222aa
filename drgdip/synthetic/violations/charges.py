"""Violations on fee lines: the gate, dates, sex, prices, duplicates, frequencies, days."""

from __future__ import annotations

from drgdip.synthetic.violations.casebook import Casebook, Charge


def plant_charges(book: Casebook) -> None:
    """Rules A02, A03, B01, B10, C01, C02, C03 and C07."""
    _gate(book)
    _dates(book)
    _sex(book)
    _prices(book)
    _contained(book)
    _frequencies(book)
    _days(book)


def _gate(book: Casebook) -> None:
    """The header may differ by half a per cent of 10,000.00, and by five fen of anything; a line of no stay is told by itself."""
    book.stay("A02-1", rest="9949.99")
    book.case_of("A02", "HOLD_CASE", "A02-1")
    book.stay("A02-2", rest="9950.00")
    book.stay("A02-3", [Charge("1", "VX", 10, "10.00", "10.00"), Charge("1", "VY", 11, "10.00", "10.00")])
    book.case_of("A02", "HOLD_CASE", "A02-3")
    refund = Charge("2", "VX", 11, "-10.00", "-10.00", quantity="-1", refunds="7")
    book.stay("A02-4", [Charge("1", "VX", 10, "10.00", "10.00"), refund])
    book.case_of("A02", "HOLD_CASE", "A02-4")
    book.stay("A02-5", [Charge("1", "VX", 10, "10.00", "10.00"), refund._replace(refunds="1")])
    for name, rest in (("A02-6", "7.94"), ("A02-7", "7.95")):
        book.stay(name, total="8.00", rest=rest)
    book.case_of("A02", "HOLD_CASE", "A02-6")
    book.charge("A02-8", Charge("1", "VX", 10, "10.00", "10.00"))
    book.expect("A02", "HOLD_CASE", "batch", (book.name("A02-8"),), "ORPHAN")
    book.near["A02"] += 3


def _dates(book: Casebook) -> None:
    """The days of admission and discharge count, the days beside them do not; what was refunded is not judged."""
    book.stay("A03-1", [Charge("1", "VX", 9, "30.00", "24.00", time="23:59:59"), Charge("2", "VX", 10, "30.00", "24.00", time="00:30:00"),
                        Charge("3", "VX", 12, "30.00", "24.00", time="23:59:59"), Charge("4", "VX", 13, "31.00", "25.00")])  # fmt: skip
    book.line_of("A03", "DENY_LINE", "A03-1", "1", "30.00", "24.00")
    book.line_of("A03", "DENY_LINE", "A03-1", "4", "31.00", "25.00")
    book.near["A03"] += 3
    book.stay("A03-2", [Charge("1", "VX", 13, "60.00", "48.00", quantity="2"),
                        Charge("2", "VX", 13, "-60.00", "-48.00", quantity="-2", refunds="1")])  # fmt: skip


def _sex(book: Casebook) -> None:
    book.lists(B01={"sex_limit": {"VFEMALE": "2", "VMALE": "1"}})
    book.stay("B01-1", [Charge("1", "VFEMALE", 10, "18.00", "18.00"), Charge("2", "VMALE", 10, "18.00", "18.00")])
    book.line_of("B01", "DENY_LINE", "B01-1", "1", "18.00", "18.00")
    book.stay("B01-2", [Charge("1", "VFEMALE", 10, "18.00", "18.00")], gend="2")
    book.near["B01"] += 2


def _prices(book: Casebook) -> None:
    """Four units: one fen in all above the ceiling is tolerated, two are not."""
    for name, price, fee in (
        ("B10-1", "25.005", "100.02"),
        ("B10-2", "25.0025", "100.01"),
        ("B10-3", "25", "100.00"),
        ("B10-4", "30", "120.00"),
    ):
        book.stay(name, [Charge("1", "VX", 10, fee, fee, quantity="4", price=price, ceiling="25")])
    book.line_of("B10", "DENY_PRICE", "B10-1", "1", "0.02", "0.02")
    book.line_of("B10", "DENY_PRICE", "B10-4", "1", "20.00", "20.00")
    book.near["B10"] += 2


def _contained(book: Casebook) -> None:
    book.lists(
        C01={
            "pairs": [
                {"main": "VMAIN", "sub": "VSUB", "window": "单日"},
                {"main": "VHOURS", "sub": "VPART", "window": "6小时"},
            ]
        }
    )
    book.stay(
        "C01-1",
        [
            Charge("1", "VMAIN", 10, "80.00", "64.00", time="00:10:00"),
            Charge("2", "VSUB", 10, "12.00", "9.60", time="23:50:00"),
        ],
    )
    book.line_of("C01", "DENY_LINE", "C01-1", "2", "12.00", "9.60")
    book.stay(
        "C01-2",
        [
            Charge("1", "VMAIN", 10, "80.00", "64.00", time="23:50:00"),
            Charge("2", "VSUB", 11, "12.00", "9.60", time="00:10:00"),
        ],
    )
    for name, time in (("C01-3", "15:00:00"), ("C01-4", "15:00:01")):
        book.stay(
            name, [Charge("1", "VHOURS", 10, "80.00", "64.00"), Charge("2", "VPART", 10, "12.00", "9.60", time=time)]
        )
    book.line_of("C01", "DENY_LINE", "C01-3", "2", "12.00", "9.60")
    book.near["C01"] += 2


def _frequencies(book: Casebook) -> None:
    book.lists(C02={"daily_limit": {"VDAILY": "2"}},
               C03={"period_limit": {"VTEST": {"group": "VG"}}, "groups": {"VG": {"period_days": 15, "limit_times": 1}}})  # fmt: skip
    two, three = (Charge("1", "VDAILY", 10, fee, fee, quantity=n) for n, fee in (("2", "20.00"), ("3", "30.00")))
    book.stay("C02-1", [three])
    book.line_of("C02", "DENY_EXCESS", "C02-1", "1", "10.00", "10.00")
    book.stay("C02-2", [two, two._replace(number="2", day=11)])
    book.stay("C02-3", [two, two._replace(number="2", time="10:00:00", quantity="1", fee="10.00", scope="10.00")])
    book.line_of("C02", "DENY_EXCESS", "C02-3", "2", "10.00", "10.00")
    test = Charge("1", "VTEST", 2, "60.00", "60.00")
    book.stay("C03-1", [test, test._replace(number="2", day=16)], days=(2, 16), med_type="71")
    book.line_of("C03", "DENY_EXCESS", "C03-1", "2", "60.00", "60.00", window="VG")
    book.stay("C03-2", [test, test._replace(number="2", day=17)], days=(2, 17), med_type="71")
    book.near["C02"] += 1
    book.near["C03"] += 1


def _days(book: Casebook) -> None:
    """A stay of two days has two bed-days."""
    book.lists(C07={"stay_groups": {"VBED": "VB"}, "unit_per_day": {"VB": "1"}})
    bed = Charge("1", "VBED", 10, "100.00", "80.00", quantity="2", kind="01")
    book.stay("C07-1", [bed, bed._replace(number="2", day=12, quantity="1", fee="50.00", scope="40.00")])
    book.line_of("C07", "DENY_EXCESS", "C07-1", "2", "50.00", "40.00", window="VB")
    book.stay("C07-2", [bed])
    book.near["C07"] += 1
