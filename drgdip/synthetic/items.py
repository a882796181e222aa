"""What can be charged: codes and names from the shipped lists, with invented prices and classes.

The published lists name codes, not prices. Prices here are spread evenly (in their logarithm) between two bounds a
category, and whether an item is of class A, B or C follows from a hash of its code. None of it is a real price.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import NamedTuple

import numpy as np

from drgdip.tables.code_system import CODES_FILE, read_code_system
from drgdip.tables.locate import list_folder

LISTS = ("items-nhsa-points-2025", "items-synthetic")

#: Charge categories (med_chrgitm_type) by number.
(BED, CONSULTATION, EXAMINATION, LABORATORY, TREATMENT, OPERATION, NURSING, MATERIAL, WESTERN, HERBS, PATENT,
 GENERAL, REGISTRATION, OTHER) = range(1, 15)  # fmt: skip
CATEGORIES = tuple(f"{number:02d}" for number in range(1, 15))
#: Classes (chrgitm_lv 01, 02, 03): covered, covered after a share of one's own, not covered.
CLASS_A, CLASS_B, CLASS_C = range(3)
CLASSES = ("01", "02", "03")

_BY_PREFIX = (
    ("001109", BED), ("001102", CONSULTATION), ("001201", NURSING), ("0012", TREATMENT), ("0025", LABORATORY),
    ("00310603", TREATMENT), ("00310604", TREATMENT), ("003110", TREATMENT), ("0032", OPERATION), ("0033", OPERATION),
    ("0034", TREATMENT), ("004", TREATMENT), ("00", EXAMINATION), ("X", WESTERN), ("Z", PATENT), ("T", HERBS),
    ("C", MATERIAL), ("F999002", GENERAL), ("F999003", REGISTRATION), ("F", OTHER),
)  # fmt: skip
#: Lowest and highest price in fen.
_PRICES_FEN = {
    BED: (1_500, 20_000), CONSULTATION: (600, 4_000), EXAMINATION: (300, 120_000), LABORATORY: (50, 25_000),
    TREATMENT: (100, 120_000), OPERATION: (5_000, 900_000), NURSING: (300, 9_000), MATERIAL: (1, 3_000_000),
    WESTERN: (2, 120_000), HERBS: (2, 300), PATENT: (30, 15_000),
}  # fmt: skip
#: Share of a category's items in classes A and B, in percent; what care is made of is always covered.
_CLASS_SHARES = {WESTERN: (45, 35), PATENT: (40, 40), MATERIAL: (40, 40), HERBS: (80, 15)}
_ALWAYS_COVERED = (BED, CONSULTATION, NURSING, LABORATORY)
_OTHER_SHARES = (70, 20)
_OWN_PERCENT = (5, 10, 15)

#: Items charged at whatever they cost: the last line of a bill's class; over-priced ones; by kind of bill.
AT_COST = {
    "inpatient": ("C9990010000000000001", "C9990020000000000002", "F9990010000000000001", "C9990030000000000003"),
    "outpatient": ("X9990010000000000001", "X9990020000000000002", "F9990010000000000001", "X9990030000000000003"),
}


class Items(NamedTuple):
    """Items in the order of the lists; all (items,) unless said otherwise.

    category : 1 to 14. level : CLASS_A … CLASS_C. own_percent : share of one's own, class B only.
    price_fen : 0 for items charged at cost.
    shelf_start : (3 · 15 + 1,) first place of each shelf (class × 15 + category) in ``shelf_item`` and ``shelf_key``.
    shelf_size : (places,) size of the shelf of each place, and one more. shelf_item : priced items by shelf, cheapest first. shelf_key : shelf × KEY + price, rising.
    at_cost : (2, 4) items charged at cost: inpatient and outpatient, class A, B, C, over-priced.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    category: np.ndarray
    level: np.ndarray
    own_percent: np.ndarray
    price_fen: np.ndarray
    shelf_start: np.ndarray
    shelf_size: np.ndarray
    shelf_item: np.ndarray
    shelf_key: np.ndarray
    at_cost: np.ndarray


KEY = 10**12
#: Knowledge packs that clean bills respect: what has a limit a day is charged once a day, or not at all; of operations that
#: are discounted beside each other one is charged.
_PACKS = ("nhsa-2026",)
SHELVES_A_CLASS = 15


def _left_out(name: str) -> set[str]:
    """Items of a shipped knowledge pack that have a limit a day, or whose discount group has another item before them."""
    from drgdip.tables.knowledge import load_pack

    pack = load_pack(name)
    groups: dict[str, set[str]] = {}
    for row in pack.rows("surgery_discount"):
        groups.setdefault(row.code, set()).add(row.group)
    taken, left_out = set[str](), {row.code for row in pack.rows("daily_frequency")}
    for code in sorted(groups):
        if groups[code] & taken:
            left_out.add(code)
        else:
            taken |= groups[code]
    return left_out


@cache
def load_items() -> Items:
    """Items of the shipped lists."""
    lists = [read_code_system(list_folder("items", name) / CODES_FILE) for name in LISTS]
    codes = tuple(code for system in lists for code in system.codes)
    hashes = np.array([zlib.crc32(code.encode()) for code in codes], dtype=np.int64)
    category = np.array([category_of(code) for code in codes], dtype=np.int8)
    at_cost = np.array([[codes.index(code) for code in AT_COST[kind]] for kind in ("inpatient", "outpatient")])
    priced = np.isin(category, list(_PRICES_FEN)) & ~np.isin(np.arange(len(codes)), at_cost)
    level = _levels(category, hashes)
    level[at_cost[:, 0]], level[at_cost[:, 1]], level[at_cost[:, 2]], level[at_cost[:, 3]] = 0, 1, 2, 0
    price, shelf_start, shelf_item = _shelves(category, level, hashes, priced)
    left_out = {code for name in _PACKS for code in _left_out(name)}
    drawn = np.isin(category, _ALWAYS_COVERED[:3]) | ~np.array([code in left_out for code in codes], dtype=np.bool_)
    shelf_start = np.append(0, np.cumsum(drawn[shelf_item]))[shelf_start]
    shelf_item = shelf_item[drawn[shelf_item]]
    shelf = level.astype(np.int64) * SHELVES_A_CLASS + category
    return Items(
        codes=codes,
        names=tuple(name for system in lists for name in system.names),
        category=category,
        level=level,
        own_percent=np.where(level == CLASS_B, np.array(_OWN_PERCENT)[hashes % len(_OWN_PERCENT)], 0),
        price_fen=price,
        shelf_start=shelf_start,
        shelf_size=np.append(np.repeat(np.diff(shelf_start), np.diff(shelf_start)), 0),
        shelf_item=shelf_item,
        shelf_key=shelf[shelf_item] * KEY + price[shelf_item],
        at_cost=at_cost,
    )


def category_of(code: str) -> int:
    """Charge category by the beginning of the code (our reading of the national chapters)."""
    return next(category for prefix, category in _BY_PREFIX if code.startswith(prefix))


def _levels(category: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    level = np.zeros(len(category), dtype=np.int8)
    for number in range(1, len(CATEGORIES) + 1):
        if number not in _ALWAYS_COVERED:
            limits = np.cumsum(_CLASS_SHARES.get(number, _OTHER_SHARES))
            here = category == number
            level[here] = np.searchsorted(limits, hashes[here] // 7 % 100, side="right")
    return level


def _shelves(
    category: np.ndarray, level: np.ndarray, hashes: np.ndarray, priced: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prices, and priced items by shelf; on each the cheapest and the dearest have the bounds of the category."""
    price = np.zeros(len(category), dtype=np.int64)
    start, items = [0], []
    for shelf in range(len(CLASSES) * SHELVES_A_CLASS):
        members = np.flatnonzero(priced & (level == shelf // SHELVES_A_CLASS) & (category == shelf % SHELVES_A_CLASS))
        if len(members):
            members = members[np.argsort(hashes[members], kind="stable")]
            low, high = _PRICES_FEN[shelf % SHELVES_A_CLASS]
            price[members] = np.rint(np.geomspace(low, high, len(members)))
        items.append(members)
        start.append(start[-1] + len(members))
    return price, np.array(start), np.concatenate(items)
