"""Lines that do not stand together: courses, ceilings, shares, bundles, repetitions, carriers, orders, prescriptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from drgdip.synthetic.violations.casebook import Casebook, Charge, line


class Denied(NamedTuple):
    """A line that is found: number, amounts and what else tells it; one amount is wholly within coverage."""

    number: str
    fee: str = ""
    scope: str = ""
    window: str = ""


class Bill(NamedTuple):
    """Lines of one stay, and those that a rule finds; none: a near miss."""

    rule: str
    lines: Sequence[Charge]
    found: tuple[Denied, ...] = ()
    outcome: str = "HOLD_LINE"
    stay: dict[str, Any] = {}  # noqa: RUF012


_PARAMS: dict[str, dict[str, Any]] = {
    "B06": {"course_limit": {"VCOURSE": {"name": "V疗程", "days": 3, "scope": "stay"},
                             "VINTERVAL": {"name": "V评定", "days": 90, "interval_days": 14, "scope": "course"}}},
    "B09": {"slice_limit": {"VALONE1": "alone", "VALONE2": "alone", "VNEVER": "never"}},
    "B11": {"surgery_group": [{"code": "VOPERATION1", "group": "V组"}, {"code": "VOPERATION2", "group": "V组"}],
            "standard_price": {"VOPERATION2": "1200"}},
    "B13": {"amount_cap": {"VCAPPED": {"cap": "200", "scope": "stay"}}},
    "C04": {"bundles": {"VPANEL": {"components": ["VCOUNT1", "VCOUNT2", "VCOUNT3"], "price": "20"},
                        "VPANEL5": {"components": [f"VCELL{n}" for n in range(1, 6)], "price": "15"}}},
    "C09": {"therapies": {**{f"VTHERAPY{n}": {"minutes": 10} for n in range(1, 6)}, "VLONGTHERAPY": {"minutes": 60}}},
    "C11": {"carriers": {"VSTENT": {"group": "V支架", "operations": ["36.06", "36.07"], "most": 2}}},
    "C14": {"exam_class": {"VMRI": "V腰椎"}},
    "D02": {"drug_class": {"VCLASS1": {"class": "V质子泵", "name": "V甲"}, "VCLASS2": {"class": "V质子泵", "name": "V乙"}}},
    "D07": {"indication": {"VUNINDICATED": ["U11"]}, "lift": "1000000000", "support": 3},
    "D09": {"antimicrobials": ["VANTIBIOTIC"]},
    "D10": {"carriers": {"VCONTRAST": {"services": ["VCONTRASTSCAN"]}}},
}  # fmt: skip


def _daily(item: str, days: Sequence[int], prefix: str = "", fee: str = "50.00") -> list[Charge]:
    return [line(f"{prefix}{number}", item, day, fee) for number, day in enumerate(days, 1)]


def _slices(*codes: str, **more: Any) -> list[Charge]:
    return [line(n, code, fee="30.00", kind="10", rx_drord_no="VR1", **more) for n, code in enumerate(codes, 1)]


def _counts(last: str) -> list[Charge]:
    return [line(1, "VCOUNT1", fee="8.00"), line(2, "VCOUNT2", fee="8.00"), line(3, "VCOUNT3", fee=last)]


def _scan(time: str) -> Charge:
    return line(2, "VSCAN", fee="180.00", kind="03", time=time, acord_dr_codg="VD1")


_KINDS = [f"VKIND{number:02}" for number in range(1, 22)]
_RX: dict[str, Any] = {"rx_drord_no": "VR2", "kind": "09"}
_FIRST_OPERATION = line(1, "VOPERATION1", fee="2000.00", kind="06")
_STENTED = {"operations": (("36.0700x001", 11),), "dx": "R68.800"}
_CLEAN = {"operations": (("06.2x00", 10),), "dx": "R68.801", "incision": "1"}
_TAKEN: dict[str, Any] = {"kind": "09", "dscg_tkdrug_flag": "1"}
_BILLS = (
    # Three days of a course are payable: of five the last two. An assessment 13 days after another, or 14.
    Bill("B06", _daily("VCOURSE", range(10, 15)), (Denied("4", "50.00", window="V疗程"), Denied("5", "50.00", window="V疗程")), "DENY_EXCESS", {"days": (10, 15)}),
    Bill("B06", _daily("VCOURSE", range(10, 13)), stay={"days": (10, 15)}),
    Bill("B06", _daily("VINTERVAL", (2, 15)), (Denied("2", "50.00", window="V评定"),), "DENY_EXCESS", {"days": (2, 17)}),
    Bill("B06", _daily("VINTERVAL", (2, 16)), stay={"days": (2, 17)}),
    # Herbs that are not paid alone, or never; 21 kinds or 301 grams a dose.
    Bill("B09", _slices("VALONE1", "VALONE2"), (Denied("1", "30.00"), Denied("2", "30.00")), "DENY_LINE"),
    Bill("B09", _slices("VALONE1", "VHERB")),
    Bill("B09", _slices("VNEVER", "VHERB"), (Denied("1", "30.00"),), "DENY_LINE"),
    Bill("B09", _slices(*_KINDS), (Denied("1", window="oversized"),), "WARN"),
    Bill("B09", _slices(*_KINDS[:20])),
    Bill("B09", _slices("VHERB", quantity="301", prd_days="1"), (Denied("1", window="oversized"),), "WARN"),
    Bill("B09", _slices("VHERB", quantity="300", prd_days="1")),
    # The second operation of a day costs half: a fen above, at it, and on another day.
    Bill("B11", [_FIRST_OPERATION, line(2, "VOPERATION2", fee="1200.00", kind="06")], (Denied("2", "600.00"),), "DENY_PRICE"),
    Bill("B11", [_FIRST_OPERATION, line(2, "VOPERATION2", fee="600.01", kind="06")], (Denied("2", "0.01"),), "DENY_PRICE"),
    Bill("B11", [_FIRST_OPERATION, line(2, "VOPERATION2", fee="600.00", kind="06")]),
    Bill("B11", [_FIRST_OPERATION, line(2, "VOPERATION2", 11, fee="1200.00", kind="06")]),
    # At most 200.00 within coverage: the latest line, and the share of it that is above.
    Bill("B13", [line(1, "VCAPPED", fee="150.00"), line(2, "VCAPPED", 11, fee="100.00", scope="80.00")], (Denied("2", "37.50", "30.00", "VCAPPED"),), "DENY_EXCESS"),
    Bill("B13", [line(1, "VCAPPED", fee="150.00"), line(2, "VCAPPED", 11, fee="50.00")]),
    # Class 03 is not paid; a tenth of class 02 is one's own, and a fen more within coverage is tolerated.
    Bill("B14", [line(1, "VX", chrgitm_lv="03")], (Denied("1", "60.00"),), "DENY_LINE"),
    Bill("B14", [line(1, "VX", fee="100.00", scope="90.02", chrgitm_lv="02", selfpay_prop="0.1000")], (Denied("1", "0.02"),), "DENY_LINE"),
    Bill("B14", [line(1, "VX", fee="100.00", scope="90.01", chrgitm_lv="02", selfpay_prop="0.1000")]),
    # Three counts in place of a panel of 20.00.
    Bill("C04", _counts("10.00"), (Denied("3", "6.00", window="VPANEL"),), "DENY_EXCESS"),
    Bill("C04", _counts("4.01"), (Denied("3", "0.01", window="VPANEL"),), "DENY_EXCESS"),
    Bill("C04", _counts("4.00")),
    # Four of five components, the latest of them beyond 15.00; three are too few.
    Bill("C04", [line(n, f"VCELL{n}", fee="5.00") for n in range(1, 5)], (Denied("4", "5.00", window="VPANEL5"),), "DENY_EXCESS"),
    Bill("C04", [line(n, f"VCELL{n}", fee="6.00") for n in range(1, 4)]),
    # The same scan in one minute, in the next one.
    Bill("C08", [_scan("10:05:00")._replace(number="1"), _scan("10:05:59")], (Denied("2", "180.00"),)),
    Bill("C08", [_scan("10:05:00")._replace(number="1"), _scan("10:06:00")]),
    # Four kinds of therapy a day, and three hours.
    Bill("C09", [line(n, f"VTHERAPY{n}", time=f"0{n}:30:00", fee="40.00") for n in range(1, 6)], (Denied("5", "40.00", window="kinds"),)),
    Bill("C09", [line(n, f"VTHERAPY{n}", time=f"0{n}:30:00", fee="40.00") for n in range(1, 5)]),
    Bill("C09", [line(1, "VLONGTHERAPY", fee="40.00", quantity="4")], (Denied("1", "10.00", window="minutes"),)),
    Bill("C09", [line(1, "VLONGTHERAPY", fee="30.00", quantity="3")]),
    # Two stents an operation.
    Bill("C11", [line(1, "VSTENT", fee="200.00", quantity="2"), line(2, "VSTENT", 11, fee="100.00")], (Denied("2", "100.00", window="V支架"),), stay=_STENTED),
    Bill("C11", [line(1, "VSTENT", fee="200.00", quantity="2")], stay=_STENTED),
    # Seven days of medicine to take home; injections are none.
    Bill("C12", [line(1, "VDRUG1", 12, fee="84.00", quantity="14", prd_days="14", **_TAKEN)], (Denied("1", "42.00"),), "DENY_EXCESS", {"dx": "J18.900"}),
    Bill("C12", [line(1, "VDRUG1", 12, fee="42.00", quantity="7", prd_days="7", **_TAKEN)], stay={"dx": "J18.900"}),
    Bill("C12", [line(1, "VDRUG1", 12, fee="84.00", quantity="2", prd_days="14", **_TAKEN)], stay={"dx": "J18.900"}),
    Bill("C12", [line(1, "VDRUG2", 12, fee="20.00", prd_days="1", medc_way_dscr="静滴", **_TAKEN)], (Denied("1", "20.00", window="injection"),), "DENY_EXCESS"),
    # A fortnight for a chronic disease and thirty days for a special one, of half a day a unit.
    Bill("C12", [line(1, "VDRUG1", 12, fee="30.00", quantity="30", prd_days="15", **_TAKEN)], (Denied("1", "2.00"),), "DENY_EXCESS", {"dx": "I10.x00"}),
    Bill("C12", [line(1, "VDRUG1", 12, fee="28.00", quantity="28", prd_days="14", **_TAKEN)], stay={"dx": "I10.x00"}),
    Bill("C12", [line(1, "VDRUG1", 12, fee="31.00", quantity="62", prd_days="31", **_TAKEN)], (Denied("1", "1.00"),), "DENY_EXCESS", {"dx": "A15.000"}),
    Bill("C12", [line(1, "VDRUG1", 12, fee="30.00", quantity="60", prd_days="30", **_TAKEN)], stay={"dx": "A15.000"}),
    # The same examination after seven days, after eight; after an operation.
    Bill("C14", [line(1, "VMRI", 2, fee="620.00"), line(2, "VMRI", 9, fee="620.00")], (Denied("2", "620.00", window="V腰椎"),), stay={"days": (2, 12)}),
    Bill("C14", [line(1, "VMRI", 2, fee="620.00"), line(2, "VMRI", 10, fee="620.00")], stay={"days": (2, 12)}),
    Bill("C14", [line(1, "VMRI", 2, fee="620.00"), line(3, "VOPENED", 3, kind="06"), line(2, "VMRI", 9, fee="620.00")], stay={"days": (2, 12)}),
    # Two drugs of a class on four days, on three.
    Bill("D02", [*_daily("VCLASS1", range(10, 15), "1"), *_daily("VCLASS2", range(11, 15), "2")],
         tuple(Denied(f"2{n}", "50.00", window="V质子泵") for n in range(1, 5)), stay={"days": (10, 15)}),
    Bill("D02", [*_daily("VCLASS1", range(10, 15), "1"), *_daily("VCLASS2", range(12, 15), "2")], stay={"days": (10, 15)}),
    # Pairs of a day.
    Bill("D05", [line(1, "VHERB1"), line(2, "VHERB2")], (Denied("2", window="VHERB1"),), "WARN"),
    Bill("D05", [line(1, "VHERB1"), line(2, "VHERB2", 11)]),
    # Six kinds on one prescription.
    Bill("D06", [line(n, code, **_RX) for n, code in enumerate(_KINDS[:6], 1)], (Denied("1", window="VR2"),), "WARN", {"med_type": "11"}),
    Bill("D06", [line(n, code, **_RX) for n, code in enumerate(_KINDS[:5], 1)], stay={"med_type": "11"}),
    # Antimicrobials two days after a clean operation, one day after; after a cardiac one two and three days.
    Bill("D09", [line(1, "VANTIBIOTIC", 12)], (Denied("1"),), "WARN", _CLEAN),
    Bill("D09", [line(1, "VANTIBIOTIC", 11)], stay=_CLEAN),
    Bill("D09", [line(1, "VANTIBIOTIC", 12)], stay={**_CLEAN, "operations": (("35.2x00", 10),)}),
    Bill("D09", [line(1, "VANTIBIOTIC", 13)], (Denied("1"),), "WARN", {**_CLEAN, "operations": (("35.2x00", 10),), "days": (10, 14)}),
    Bill("D10", [line(1, "VCONTRAST", fee="158.00")], (Denied("1", "158.00", window="VCONTRAST"),)),
    Bill("D10", [line(1, "VCONTRAST", fee="158.00"), line(2, "VCONTRASTSCAN")]),
)  # fmt: skip


def plant_billing(book: Casebook) -> None:
    """Rules B06, B09, B11, B13, B14, C04, C08, C09, C11, C12, C14, D02, D05, D06, D09 and D10, as the table says; C15 and D07."""
    constraints = book.params.setdefault("D05", {}).setdefault("constraints", [])
    constraints.append({"item": "VHERB1", "other": "VHERB2"})
    book.lists(**_PARAMS)
    for number, bill in enumerate(_BILLS):
        name = f"{bill.rule}-B{number}"
        book.stay(name, bill.lines, **bill.stay)
        for one in bill.found:
            book.line_of(bill.rule, bill.outcome, name, one.number, one.fee, one.scope, one.window)
        book.near[bill.rule] += not bill.found
    _mostly_therapy(book)
    _orders(book)
    _unindicated(book)


def _mostly_therapy(book: Casebook) -> None:
    """More than half of a stay is therapy; exactly half is not."""
    for name, fee in (("1", "5000.01"), ("2", "5000.00")):
        book.stay(f"C09-S{name}", [line(1, "VTHERAPY1", fee=fee, scope="4000.00")])
    book.case_of("C09", "REFER", "C09-S1")
    book.near["C09"] += 1


def _orders(book: Casebook) -> None:
    """Units that were carried out, and reports of tests. The line that fills the bill is of a class that needs no order."""
    for name, done in (("4", "4"), ("6", "6")):
        stay = book.stay(
            f"C15-{name}", [line(1, "VINFUSION", fee="60.00", quantity="6", rx_drord_no="VR3")], filler="14"
        )
        book.row("orders", mdtrt_id=f"M{stay}", setl_id=stay, rx_drord_no="VR3", med_list_codg="VINFUSION", exec_date=book.on(10), exec_cnt=done)  # fmt: skip
    book.line_of("C15", "HOLD_LINE", "C15-4", 1, "20.00")
    for name, report in (("R0", ""), ("R1", "VREPORT")):
        stay = book.stay(
            f"C15-{name}", [line(1, "VLABORATORY", fee="30.00", kind="04", rx_drord_no="VR4")], filler="14"
        )
        book.row("orders", mdtrt_id=f"M{stay}", setl_id=stay, rx_drord_no="VR4", med_list_codg="VLABORATORY", exec_date=book.on(10), exec_cnt="1", report_no=report)  # fmt: skip
    book.line_of("C15", "HOLD_LINE", "C15-R0", 1, "30.00")
    book.near["C15"] += 2


def _unindicated(book: Casebook) -> None:
    """A test without its indication, of a diagnosis with three cases; another diagnosis has two, another is the indication."""
    for family, cases in (("U12", 3), ("U13", 2), ("U11", 3)):
        for number in range(cases):
            book.stay(
                f"D07-{family}{number}",
                [line(1, "VUNINDICATED", fee="210.00")] if not number else (),
                dx=f"{family}.900",
            )
    book.line_of("D07", "HOLD_LINE", "D07-U120", 1, "210.00")
    book.near["D07"] += 2
