"""Items that are paid only for some: one line on a stay for each side of each limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from drgdip.synthetic.violations.casebook import Casebook, line


class Limited(NamedTuple):
    """An item and stays with one line of it: those outside its limit, and those just inside.

    Each side is what the stay has beside the line. warning : no amounts. field : fields of the line in place of the stay's.
    """

    rule: str
    item: str
    outside: tuple[Mapping[str, Any], ...]
    inside: tuple[Mapping[str, Any], ...]
    outcome: str = "DENY_LINE"
    warning: bool = False
    window: str = ""


_PARAMS: dict[str, dict[str, Any]] = {
    "B02": {"age_limit": {"VCHILD": "儿童", "VNEW": "新生儿", "VOLD": {"from_age": 60, "from_unit": "year"}}},
    "B03": {"limit": {"VWORK": "work_injury", "VMATERNITY": "maternity"}},
    "B04": {"limit": {"VSECOND": "2", "VTHIRD": "3"}},
    "B05": {"limit": {"VINPATIENT": "inpatient", "VEMERGENCY": "inpatient|emergency"}},
    "B07": {"indication": {"VFABRY": {"any": ["E75.2"], "pure": "true"}}},
    "B12": {"limit": {"VDIALYSIS": "血液透析"}, "allowed": {"血液透析": {"bilg_dept_codg": ["A03.07"]}}},
    "B16": {"limit": {"VSPECIAL": "特殊"}},
    "D05": {"constraints": [{"item": "VPREGNANT", "diagnoses": ["O", "Z34"]}, {"item": "VAGED", "from_age": 65}]},
    "D08": {"treatments": {"VREHAB": {"indication": ["I69"]}, "VPULSE": {"limit": 3}}},
    "D04": {"max_daily": {"VDOSE": "4 g"}},
}
_LIMITED = (
    Limited("B02", "VCHILD", ({"age": "18"},), ({"age": "17"},)),
    Limited("B02", "VNEW", ({"age": "0", "nwb_age": "29"},), ({"age": "0", "nwb_age": "28"},)),
    Limited("B02", "VOLD", ({"age": "59"},), ({"age": "60"},)),
    Limited("B03", "VWORK", ({"insutype": "310"},), ({"insutype": "410"},)),
    Limited("B03", "VMATERNITY", ({"med_type": "21"},), ({"med_type": "52"},)),
    Limited("B04", "VSECOND", ({"hosp_lv": "08"},), ({"hosp_lv": "07"},)),
    Limited("B04", "VTHIRD", ({"hosp_lv": "05"},), ({"hosp_lv": "04"},)),
    Limited("B05", "VINPATIENT", ({"med_type": "13"},), ({"med_type": "28"},)),
    Limited("B05", "VEMERGENCY", ({"med_type": "11"},), ({"med_type": "13"},)),
    Limited("B07", "VFABRY", ({},), ({"others": ("E75.200",)},), "HOLD_LINE"),
    Limited("B12", "VDIALYSIS", ({"bilg_dept_codg": "A02"},), ({"bilg_dept_codg": "A03.07"},), "HOLD_LINE"),
    Limited("B16", "VSPECIAL", ({"bilg_dr_codg": "VDOCTOR1"},), ({"bilg_dr_codg": "VDOCTOR2"},), "WARN", warning=True),
    Limited("D04", "VDOSE", ({"sin_dos_dscr": "2400.1mg", "used_frqu_dscr": "bid"},), ({"sin_dos_dscr": "2400mg", "used_frqu_dscr": "bid"},), "WARN", warning=True),
    Limited("D05", "VAGED", ({"age": "65"},), ({"age": "64"},), "WARN", warning=True, window="≥ 65"),
    Limited("D05", "VPREGNANT", ({"gend": "2", "dx": "O26.900"},), ({"gend": "2", "dx": "N81.900"},), "WARN", warning=True, window="O26.900"),
    Limited("D08", "VREHAB", ({},), ({"others": ("I69.300",)},), "HOLD_LINE", window="indication"),
)  # fmt: skip
#: What of a side stands on the line.
_OF_LINE = ("bilg_dept_codg", "bilg_dr_codg", "sin_dos_dscr", "used_frqu_dscr")


def plant_limited(book: Casebook) -> None:
    """Rules B02 to B05, B07, B12, B16, D04, D05 and D08, as their tables say; B08 by the day of the first line."""
    book.lists(**_PARAMS)
    for doctor, title in (("VDOCTOR1", "住院医师"), ("VDOCTOR2", "副主任医师")):
        book.row("staff", fixmedins_code="V9901000001", dr_code=doctor, title=title)
    for number, one in enumerate(_LIMITED):
        for side, fields in enumerate((*one.outside, *one.inside)):
            name = f"{one.rule}-{number}{side}"
            on_line = {key: fields[key] for key in _OF_LINE if key in fields}
            of_stay = {key: value for key, value in fields.items() if key not in on_line}
            book.stay(name, [line(1, one.item, **on_line)], **of_stay)
            if side < len(one.outside):
                fee = "" if one.warning else "60.00"
                book.line_of(one.rule, one.outcome, name, 1, fee, window=one.window)
            else:
                book.near[one.rule] += 1
    _units_a_day(book)
    _indication_before(book)
    _first_line(book)


def _units_a_day(book: Casebook) -> None:
    """Four units a day where three are usual: the fourth."""
    book.stay("D08-4", [line(1, "VPULSE", fee="40.00", quantity="4")])
    book.line_of("D08", "HOLD_LINE", "D08-4", 1, "10.00")
    book.stay("D08-3", [line(1, "VPULSE", fee="30.00", quantity="3")])
    book.near["D08"] += 1


def _indication_before(book: Casebook) -> None:
    """A diagnosis of a stay that ended 365 days before counts, of 366 days before it does not."""
    for name, gap in (("366", 366), ("365", 365)):
        book.stay(f"B07-{name}A", days=(8 - gap, 10 - gap), person=book.person(f"B07-{name}"), dx="E75.200")
        book.stay(f"B07-{name}B", [line(1, "VFABRY")], person=book.person(f"B07-{name}"))
    book.line_of("B07", "HOLD_LINE", "B07-366B", 1, "60.00")
    book.near["B07"] += 1


def _first_line(book: Casebook) -> None:
    """The first line 730 days before is enough; 731 days before, or the day after, is not."""
    book.lists(B08={"first_line_of": {"VSECONDLINE": ["VFIRSTLINE"]}})
    for name, gap in (("731", 731), ("730", 730)):
        book.stay(f"B08-{name}A", [line(1, "VFIRSTLINE", 10 - gap)], days=(9 - gap, 11 - gap), person=book.person(f"B08-{name}"))  # fmt: skip
        book.stay(f"B08-{name}B", [line(1, "VSECONDLINE")], person=book.person(f"B08-{name}"))
    book.stay("B08-1", [line(1, "VFIRSTLINE", 11), line(2, "VSECONDLINE", 10)])
    book.line_of("B08", "HOLD_LINE", "B08-731B", 1, "60.00")
    book.line_of("B08", "HOLD_LINE", "B08-1", 2, "60.00")
    book.near["B08"] += 1
