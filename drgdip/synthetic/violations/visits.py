"""Violations of outpatients and pharmacies: settlements during stays, crowds, drugs beyond need, codes sold twice."""

from __future__ import annotations

from drgdip.synthetic.violations.casebook import HOSPITAL, OTHER_HOSPITAL, Casebook, Charge


def plant_visits(book: Casebook) -> None:
    """Rules E04, O01, O04 and O07."""
    _during(book)
    _crowds(book)
    _supply(book)
    _codes(book)


def _during(book: Casebook) -> None:
    """The first and the last day of a stay do not count; elsewhere it is held."""
    book.near["E04"] += 2
    care = [Charge(str(day), "VX", day, "30.00", "24.00") for day in range(11, 14)]
    person = f"PE04{book.month}"
    book.stay("E04-S", care, days=(10, 14), person=person)
    for day, hospital, outcome in (
        (10, HOSPITAL, ""),
        (11, HOSPITAL, "DENY_SETTLEMENT"),
        (12, OTHER_HOSPITAL, "HOLD_SETTLEMENT"),
        (14, HOSPITAL, ""),
    ):
        name = book.visit(f"E04-{day}", book.at(day, "15:00:00"), hospital, "14", person=person)
        if outcome:
            book.expect("E04", outcome, "outpatient", (name,), fund="45.00")


def _crowds(book: Casebook) -> None:
    """Eight persons within ten minutes, the last in the tenth; elsewhere the eighth comes a second later, or is no eighth.

    Where two an hour are usual, ten are five times as many.
    """
    book.lists(O01={"baseline": {"VPHARM1": 0, "VPHARM2": 0, "VPHARM3": 0, "VPHARM4": 2, "VPHARM5": 2}})
    for place, last, persons in (
        (1, "09:10:00", 8),
        (2, "09:10:01", 8),
        (3, "09:10:00", 7),
        (4, "09:10:00", 10),
        (5, "09:10:00", 9),
    ):
        for number in range(persons):
            time = last if number == persons - 1 else f"09:0{number}:00"
            book.visit(f"O01-{place}{number}", book.at(20, time), f"VPHARM{place}", "41")
    book.near["O01"] += 3
    first = str(book.seconds(20, "09:00:00"))
    book.expect("O01", "HOLD_SETTLEMENT", "institution", ("VPHARM1",), first, fund="360.00")
    book.expect("O01", "HOLD_SETTLEMENT", "institution", ("VPHARM4",), first, fund="450.00")


def _supply(book: Casebook) -> None:
    """Thirty days each: on the fifth 26 are left, and 26 + 30 is 19 beyond 37; on the 24th 7 are left, which is just 37."""
    for person, day in (("1", 5), ("2", 24)):
        for number, (bought, hospital) in enumerate(((1, HOSPITAL), (day, OTHER_HOSPITAL)), 1):
            book.row("drug_lines", feedetl_sn=f"V{number}", setl_id=book.name(f"O04-{person}{number}"), psn_no=f"PO04{person}{book.month}",
                     fixmedins_code=hospital, med_type="14", drug_group="VDRUG", med_list_codg="VPILL", fee_ocur_time=book.at(bought),
                     cnt="30", days_per_unit="1", det_item_fee_sumamt="30.00", inscp_scp_amt="30.00")  # fmt: skip
    book.near["O04"] += 1
    name = book.name("O04-12")
    book.expect("O04", "DENY_EXCESS", "drug_line", (name, "V2"), fee="19.00", scope="19.00", fund="")


def _codes(book: Casebook) -> None:
    """A box sold twice; another is returned before it is sold again."""
    for box, sales in (("1", (("A", "1", 3), ("B", "1", 4))), ("2", (("A", "1", 3), ("A", "-1", 4), ("B", "1", 5)))):
        for number, (person, count, day) in enumerate(sales, 1):
            book.row("drug_trace", drug_trac_codg=f"8{box:0>19}", rtal_docno=f"VD{box}{number}", feedetl_sn=f"VT{box}{number}",
                     fixmedins_code=HOSPITAL, psn_no=f"PO07{box}{person}", trdn_flag="0", sel_retn_time=book.at(day), sel_retn_cnt=count,
                     amt="25.00" if count == "1" else "-25.00")  # fmt: skip
    for box, time in (("3", "09:30:00"), ("4", "09:30:01")):  # sent again within half an hour, or sold again
        for number, when in enumerate(("09:00:00", time), 1):
            book.row("drug_trace", drug_trac_codg=f"8{box:0>19}", rtal_docno=f"VD{box}{number}", feedetl_sn=f"VT{box}{number}",
                     fixmedins_code=HOSPITAL, psn_no=f"PO07{box}", trdn_flag="0", sel_retn_time=book.at(3, when), sel_retn_cnt="1",
                     amt="25.00")  # fmt: skip
    book.near["O07"] += 1
    book.expect("O07", "REFER", "trace", (f"8{'1':0>19}", "VD12", "VT12"), fee="25.00", fund="")
    book.expect("O07", "WARN", "trace", (f"8{'3':0>19}", "VD32", "VT32"), fund="")
    book.expect("O07", "REFER", "trace", (f"8{'4':0>19}", "VD42", "VT42"), fee="25.00", fund="")
