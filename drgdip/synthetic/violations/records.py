"""Lists that contradict themselves, the patient, or what was billed: stays with the fields that do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from drgdip.synthetic.violations.casebook import Casebook, line


class Record(NamedTuple):
    """Stays that a rule finds, each by what it has beside the ordinary one, and stays that it must not find."""

    rule: str
    found: tuple[Mapping[str, Any], ...]
    near: tuple[Mapping[str, Any], ...]
    outcome: str = "HOLD_CASE"
    fund: str = ""


_OPERATED, _WOMAN = "R68.800", {"gend": "2"}
_NEWBORN = {"age": "0", "nwb_age": "10"}
_PARAMS: dict[str, dict[str, Any]] = {
    "A01": {"not_principal": ["U48.800"]},
    "A06": {
        "evidence": {
            "I21.9V1": [["VTROPONIN"], ["VECG", "VANGIOGRAPHY"]],
            "I21.9V2": [["VTROPONIN"], ["VECG"], ["VANGIOGRAPHY"]],
        }
    },
    "G08": {"mortality": {"VR1": "0.0005", "VR2": "0.002", "VR3": "0.01", "VR4": "0.03", "VR5": "0.12"}},
    "G09": {"not_principal": ["U49"]},
    "G11": {"groups": ["VBASIC"], "point_value": "100"},
    "E10": {"key_services": {"VKEY": [["VKEYCT"], ["VKEYDRUG"]], "VKEY3": [["VKEYCT"], ["VKEYDRUG"], ["VKEYTEST"]]}},
}
_RECORDS = (
    Record("A01", ({"mains": 2, "others": ("I10.x00",)}, {"gend": ""}, {"dscg_way": "7"}, {"act_ipt_days": "3"},
                   {"age": "58", "brdy": "1960-01-01"}, {**_NEWBORN, "nwb_adm_wt": "99"}, {**_NEWBORN, "nwb_adm_wt": "10000"}, {"dx": "U48.800"},
                   {"operations": (("86.2200", 13),), "dx": _OPERATED}),
           ({"others": ("I10.x00",)}, {"act_ipt_days": "3", "med_type": "28"}, {"days": (10, 10), "act_ipt_days": "1"},
            {**_NEWBORN, "nwb_adm_wt": "100"}, {**_NEWBORN, "nwb_adm_wt": "9999"}, {"operations": (("86.2200", 12),), "dx": _OPERATED})),
    Record("A04", ({"operations": (("68.4100", 11),), "dx": _OPERATED}, {**_WOMAN, "operations": (("60.2900", 11),), "dx": _OPERATED}),
           ({**_WOMAN, "operations": (("68.4100", 11),), "dx": _OPERATED}, {"operations": (("85.2100", 11),), "dx": _OPERATED})),
    Record("A05", ({"dx": "N80.000"}, {**_WOMAN, "dx": "O26.900", "age": "9"}, {**_WOMAN, "dx": "O26.900", "age": "61"}, {"dx": "P07.300", "age": "2"}),
           ({**_WOMAN, "dx": "N80.000"}, {**_WOMAN, "dx": "O26.900", "age": "10"}, {**_WOMAN, "dx": "O26.900", "age": "60"}, {**_NEWBORN, "dx": "P07.300"})),
    Record("A06", ({"dx": "I21.9V1"}, {"dx": "I21.9V2", "charges": (line(1, "VECG"),)}), ({"dx": "I21.9V1", "charges": (line(1, "VECG"),)},), "WARN"),
    Record("B18", ({"dx": "S72.000", "others": ("V23.400",)},),
           ({"dx": "S72.000", "others": ("V23.400",), "cause_statement": "1"}, {"dx": "S72.000"}), fund="6000.00"),
    Record("E08", ({"days": (10, 14), "mean_los": "1", "group_n": "30"}, {"days": (-35, 25)}),
           ({"days": (10, 13), "mean_los": "1", "group_n": "30"}, {"days": (10, 14), "mean_los": "1", "group_n": "29"}, {"days": (-34, 25)})),
    Record("E10", ({"group": "VKEY", "std_fee": "25000.01", "fund_share": "0.6"},
                   {"group": "VKEY3", "std_fee": "25000.01", "fund_share": "0.6", "charges": (line(1, "VKEYCT"),)}),
           ({"group": "VKEY", "std_fee": "25000.00", "fund_share": "0.6"},
            {"group": "VKEY", "std_fee": "25000.01", "fund_share": "0.6", "charges": (line(1, "VKEYCT"),)}), fund="9000.01"),
    Record("E13", ({"face_match": "0.79"},), ({"face_match": "0.8"},), fund="6000.00"),
    Record("G08", ({"group": "VR1", "dscg_way": "5"},), ({"group": "VR2", "dscg_way": "5"}, {"group": "VR1"}), "REFER"),
    Record("G09", ({"dx": "U49.000"},), ({"dx": "U50.000"},)),
    Record("G11", ({"group": "VBASIC", "coef": "1.15", "score": "60"},), ({"group": "VBASIC", "coef": "1", "score": "60"},), "WARN", "900.00"),
)  # fmt: skip


def plant_records(book: Casebook) -> None:
    """Rules A01, A04 to A06, B18, E08, E10, E13, G08, G09 and G11, as the table above says; E13 and A08 by persons."""
    book.lists(**_PARAMS)
    for one in _RECORDS:
        for number, fields in enumerate((*one.found, *one.near)):
            name = f"{one.rule}-{number}"
            book.stay(name, **fields)
            if number < len(one.found):
                book.case_of(one.rule, one.outcome, name, fund=one.fund)
            else:
                book.near[one.rule] += 1
    _organs(book)
    _entitled(book)
    _claims(book)


def _organs(book: Casebook) -> None:
    """An appendix is removed once."""
    for name, code in (("A", "47.0100"), ("B", "45.7300")):
        person = book.person(f"E13-{name}")
        book.stay(f"E13-{name}1", days=(-400, -398), person=person, dx=_OPERATED, operations=(("47.0901", -399),))
        book.stay(f"E13-{name}2", person=person, dx=_OPERATED, operations=((code, 11),))
    book.case_of("E13", "HOLD_CASE", "E13-A2", fund="6000.00")
    book.near["E13"] += 1


def _entitled(book: Casebook) -> None:
    """The day of death and the first day of insurance count, the days beside them do not."""
    for name, died, since in (("1", 9, -99), ("2", 10, -99), ("3", 99, 11), ("4", 99, 10)):
        person = book.person(f"A08-{name}")
        book.row("patients", psn_no=person, insu_begn=book.on(since), death_date=book.on(died) if died < 99 else "")
        book.visit(f"A08-{name}", book.at(10), person=person)
    for name in ("1", "3"):
        book.visit_of("A08", "DENY_SETTLEMENT", f"A08-{name}")
    book.near["A08"] += 2
    book.row("patients", psn_no=book.person("A08-5"), insu_begn=book.on(-99), death_date=book.on(11))
    book.stay("A08-5")
    book.case_of("A08", "DENY_CASE", "A08-5", fund="6000.00")


def _claims(book: Casebook) -> None:
    """Claimed by hand as well: dates a day and a sum a yuan apart are the same stay, two days or more are not."""
    for name, first, total in (("1", 9, "10001.00"), ("2", 8, "10000.00"), ("3", 9, "10001.01")):
        book.stay(f"X03-{name}")
        book.row("manual_claims", claim_id=f"VC{name}", psn_no=book.person(f"X03-{name}"), fixmedins_code="V9901000001",
                 adm_time=book.on(first), dscg_time=book.on(12), paid_time=book.on(40), medfee_sumamt=total, fund_pay_sumamt="500.00")  # fmt: skip
    book.expect("X03", "DENY_SETTLEMENT", "claim", ("VC1",), fund="500.00")
    book.near["X03"] += 2
