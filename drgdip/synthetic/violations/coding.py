"""Codes that lift a stay into another group: what a catalogue's own groups make of them.

Diagnoses and operations are some that the city never draws, so that no clean stay is judged by their profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.text import Text
from drgdip.synthetic.matching import SURGERY, Matcher
from drgdip.synthetic.violations.casebook import Casebook, line

if TYPE_CHECKING:
    from drgdip.synthetic.blueprint import Blueprint
    from drgdip.tables import DipTables

_NO_CATALOGUE = Text("只依 DIP 目录植入", "planted by a DIP catalogue only")
#: Beginnings of the diagnoses that are looked for, one for each role; of operations any that fits both sexes.
_ROLES = {"claimed": "J", "other": "K", "explained": "I", "operated": "M"}
#: Diagnoses of low acuity weigh elsewhere.
_NOT = "J06"
_OPERATIONS = ("80", "81", "82", "83", "84", "77", "78", "79")
_SHARE: dict[str, Any] = {"fund_share": "0.7"}


class Codes(NamedTuple):
    """Diagnoses with their groups without an operation, and an operation that takes the last one to another."""

    claimed: tuple[str, str]
    other: tuple[str, str]
    explained: tuple[str, str]
    operated: tuple[str, str]
    operation: tuple[str, str]


def plant_coding(book: Casebook, codes: Codes | None) -> None:
    """A09 by the group that a stay has; rules G01, G02 and the part of G09 that groups again, where there are codes for them; G03
    by institutions.
    """
    _unrelated(book)
    if codes is None:
        book.statistical.add("A09")  # the edition's own grouper may find others
        book.not_planted |= dict.fromkeys(("G01", "G02", "G03"), _NO_CATALOGUE)
        return
    _upcoded(book, codes)
    _operated(book, codes)
    _explained(book, codes)
    _complications(book)


def _unrelated(book: Casebook) -> None:
    """A hypertension with a new hip in the group for unrelated operations; in a group of its own, and without the operation, none.

    How often a pair occurs goes with the size of the city, so no pair counts as too rare here.
    """
    book.lists(A09={"lift": "0"})
    hip = (("81.5100", 11),)
    for name, group, operations in (("1", "VQY", hip), ("2", "VQ1", hip), ("3", "VQY", ())):
        book.stay(f"A09-{name}", dx="I10.x00", operations=operations, group=group)
    book.case_of("A09", "HOLD_CASE", "A09-1", fund="")
    book.near["A09"] += 2


def _upcoded(book: Casebook, codes: Codes) -> None:
    """No evidence and less than six tenths of the mean; half of the evidence, and exactly six tenths, are enough.

    (1.20 − 0.65) × 8,000 × 0.7 = 3,080.00.
    """
    (claimed, group), (other, should) = codes.claimed, codes.other
    book.lists(G01={"evidence": {claimed: [["VIMAGE"], ["VMEDICINE"]]}, "weight": {group: "1.20", should: "0.65"},
                    "mean_fee": {group: "20000"}, "rate": "8000"})  # fmt: skip
    for name, total, lines in (("1", "11999.99", []), ("2", "12000.00", []), ("3", "11999.99", [line(1, "VIMAGE")])):
        book.stay(f"G01-{name}", lines, dx=claimed, others=(other,), total=total, **_SHARE)
    book.case_of("G01", "REGROUP", "G01-1", fund="3080.00")
    book.near["G01"] += 2


def _operated(book: Casebook, codes: Codes) -> None:
    """An operation of which nothing is billed: (1.90 − 0.70) × 8,000 × 0.7 = 6,720.00."""
    (diagnosis, without), (operation, group) = codes.operated, codes.operation
    book.lists(G02={"oprn_fee_map": {operation: ["VTHEATRE", "VANAESTHESIA"]}, "weight": {group: "1.90", without: "0.70"}, "rate": "8000"})  # fmt: skip
    for name, lines in (("1", []), ("2", [line(1, "VANAESTHESIA")])):
        book.stay(f"G02-{name}", lines, dx=diagnosis, operations=((operation, 11),), **_SHARE)
    book.case_of("G02", "REGROUP", "G02-1", fund="6720.00")
    book.near["G02"] += 1


def _explained(book: Casebook, codes: Codes) -> None:
    """Another disease explains six tenths of the treatment, in another chapter: (1.5 − 1.0) × 8,000 × 0.5 = 2,000.00."""
    (principal, group), (other, should) = codes.explained, codes.other
    book.lists(G09={"explains": {other: ["VTREATED"]}, "weight": {group: "1.5", should: "1.0"}, "rate": "8000"})
    for name, fee in (("1", "6000.00"), ("2", "5999.99")):
        book.stay(f"G09-E{name}", [line(1, "VTREATED", fee=fee)], dx=principal, others=(other,), fund_share="0.5")
    book.case_of("G09", "HOLD_CASE", "G09-E1", fund="2000.00")
    book.near["G09"] += 1


def _complications(book: Casebook) -> None:
    """Eight of eight with a complication where another hospital has two of eight; three are one and a half times."""
    book.statistical.add("G03")
    book.lists(G03={"evidence": {"E87.6V0": [["VPOTASSIUM"]]}, "rate": "8000", "min_n": 8})
    for family, most in (("VGA", 8), ("VGB", 3)):
        for place, count in (("A", most), ("B", 2)):
            for number in range(8):
                others = ("E87.6V0",) if number < count else ()
                book.stay(
                    f"G03-{family[-1]}{place}{number}",
                    others=others,
                    group=f"{family}1",
                    fixmedins_code=f"VG03{family}{place}",
                )
    book.place_of("G03", "WARN", "VG03VGAA", "complications")
    book.near["G03"] += 1


def codes_of(tables: DipTables, blueprint: Blueprint) -> Codes | None:
    """Codes of a catalogue that the city never draws; None where the catalogue has none for one of the roles."""
    patterns = blueprint.patterns
    drawn = {*patterns.diagnosis.tolist(), *patterns.listed.tolist(), *blueprint.companions.ravel().tolist()}
    used = {*patterns.operation.tolist(), *patterns.extra.ravel().tolist()}
    matcher = Matcher(tables.groups)

    def alone(beginning: str) -> Iterator[tuple[int, int]]:
        for number, code in enumerate(tables.diagnoses.codes):
            if code.startswith(beginning) and not code.startswith(_NOT) and number not in drawn and "*" not in code:
                group = matcher.group_of(number, ())
                if group >= 0 and matcher.lands_in(group, number, ()):
                    yield number, group

    operations = [
        number for number, code in enumerate(tables.procedures.codes)
        if code.startswith(_OPERATIONS) and number not in used and matcher.procedure_type[number] == SURGERY
    ]  # fmt: skip
    found = {role: next(alone(beginning), None) for role, beginning in _ROLES.items()}
    operated = next(
        (
            (diagnosis, group, operation, taken)
            for diagnosis, group in alone(_ROLES["operated"])
            for operation in operations[:5]
            if (taken := matcher.group_of(diagnosis, (operation,))) >= 0 and taken != group
            and matcher.lands_in(taken, diagnosis, (operation,))
        ), None,
    )  # fmt: skip
    roles = [found[role] for role in ("claimed", "other", "explained")]
    if operated is None or not all(roles):
        return None
    named = [(tables.diagnoses.codes[one[0]], tables.group_codes[one[1]]) for one in roles if one]
    diagnosis, group, operation, taken = operated
    return Codes(
        named[0], named[1], named[2], (tables.diagnoses.codes[diagnosis], tables.group_codes[group]),
        (tables.procedures.codes[operation], tables.group_codes[taken]),
    )  # fmt: skip
