"""What a code says about the patient: sex, age, department. Coarse on purpose: enough for plausible stays."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY, MALE, FEMALE = 0, 1, 2

#: Ages are drawn in cells: 0 newborn (0–28 days), 1 infant (29–364 days), from 2 on one a year of age.
AGE_CELLS = 102
NEWBORN, INFANT = 0, 1
ADULT_CELL = 19

_FEMALE = (("A34", "A34"), ("C51", "C58"), ("D06", "D06"), ("D25", "D28"), ("D39", "D39"), ("E28", "E28"),
           ("F53", "F53"), ("N70", "N98"), ("O00", "O99"), ("Q50", "Q52"), ("Z31", "Z37"), ("Z39", "Z39"))  # fmt: skip
_MALE = (("C60", "C63"), ("D29", "D29"), ("D40", "D40"), ("E29", "E29"), ("N40", "N51"), ("Q53", "Q55"))

#: Age classes: newborn, infant share, and normal components (weight, mean, standard deviation, youngest, oldest).
_AGE_CLASSES: dict[str, tuple[float, float, tuple[tuple[float, float, float, int, int], ...]]] = {
    "adult": (0.0, 0.0, ((1.0, 54.0, 16.0, 14, 100),)),
    "newborn": (1.0, 0.0, ()),
    "child": (0.0, 0.15, ((0.85, 4.0, 4.0, 1, 17),)),
    "mixed": (0.0, 0.08, ((0.50, 3.0, 4.0, 1, 17), (0.42, 62.0, 17.0, 18, 100))),
    "obstetric": (0.0, 0.0, ((1.0, 29.0, 5.0, 16, 49),)),
    "fertile": (0.0, 0.0, ((1.0, 42.0, 12.0, 16, 85),)),
    "elderly": (0.0, 0.0, ((1.0, 68.0, 11.0, 35, 100),)),
    "tumour": (0.0, 0.0, ((1.0, 61.0, 11.0, 18, 95),)),
    "injury": (0.0, 0.0, ((0.1, 9.0, 5.0, 1, 17), (0.9, 51.0, 17.0, 18, 100))),
}
AGE_CLASSES = tuple(_AGE_CLASSES)

_AGE_RANGES = (
    ("newborn", (("A33", "A33"), ("P00", "P96"), ("Z38", "Z38"))),
    ("child", (("B08", "B08"), ("J35", "J35"), ("Q00", "Q99"), ("R56", "R56"))),
    ("mixed", (("A00", "A09"), ("B00", "B09"), ("J00", "J22"), ("K40", "K40"))),
    ("obstetric", (("O00", "O99"), ("Z31", "Z37"), ("Z39", "Z39"))),
    ("fertile", (("D25", "D28"), ("N70", "N98"))),
    ("elderly", (("E10", "E14"), ("G20", "G20"), ("H25", "H28"), ("I00", "I99"), ("J40", "J44"), ("N40", "N40"))),
    ("tumour", (("C00", "D09"), ("Z51", "Z51"))),
    ("injury", (("S00", "T98"),)),
)

_DEPARTMENT_RANGES = (
    ("A07", (("P00", "P96"),)),
    ("A05", (("N70", "N98"), ("O00", "O99"))),
    ("A10", (("H00", "H59"),)),
    ("A11", (("H60", "H95"), ("J30", "J39"))),
    ("A19", (("C00", "C97"),)),
)
INTERNAL_MEDICINE, SURGICAL = "A03", "A04"


def _within(category: str, ranges: Sequence[tuple[str, str]]) -> bool:
    return any(first <= category <= last for first, last in ranges)


@lru_cache(maxsize=65_536)
def sex_of_diagnosis(code: str, name: str) -> int:
    """ANY, MALE or FEMALE, by chapter and by the words of the name."""
    category = code[:3]
    if _within(category, _FEMALE) or "女性" in name:
        return FEMALE
    return MALE if _within(category, _MALE) or "男性" in name else ANY


@lru_cache(maxsize=32_768)
def sex_of_operation(code: str) -> int:
    """Chapters 60–64 of the operation list are of male organs, 65–75 of female organs and childbirth."""
    chapter = code[:2]
    if "60" <= chapter <= "64":
        return MALE
    return FEMALE if "65" <= chapter <= "75" else ANY


def is_obstetric_operation(code: str) -> bool:
    """Chapters 72–75: childbirth and what goes with it."""
    return "72" <= code[:2] <= "75"


def age_class_of(code: str, name: str) -> int:
    """Position in ``AGE_CLASSES``."""
    by_chapter = next((key for key, ranges in _AGE_RANGES if _within(code[:3], ranges)), "adult")
    if by_chapter in ("newborn", "obstetric"):
        found = by_chapter
    elif "新生儿" in name:
        found = "newborn"
    else:
        found = "child" if any(word in name for word in ("小儿", "儿童", "婴儿", "幼年")) else by_chapter
    return AGE_CLASSES.index(found)


def department_of(code: str, surgical: bool) -> str:
    """Department code (national list of clinical departments)."""
    default = SURGICAL if surgical else INTERNAL_MEDICINE
    return next((key for key, ranges in _DEPARTMENT_RANGES if _within(code[:3], ranges)), default)


def age_shares() -> np.ndarray:
    """Share of each age cell; shape (age classes, AGE_CELLS), rows add up to one."""
    ages = np.arange(1, AGE_CELLS - 1)
    shares = np.zeros((len(AGE_CLASSES), AGE_CELLS))
    for row, (newborn, infant, components) in enumerate(_AGE_CLASSES.values()):
        shares[row, :2] = newborn, infant
        for weight, mean, deviation, youngest, oldest in components:
            density = np.exp(-0.5 * ((ages - mean) / deviation) ** 2) * ((ages >= youngest) & (ages <= oldest))
            shares[row, 2:] += weight * density / density.sum()
    return shares / shares.sum(axis=1, keepdims=True)
