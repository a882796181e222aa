"""Code tables of the national interface, as far as settlement reads them. Names are for people; codes decide."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from drgdip.base.text import Text

#: Hospital levels by tier: the last level of each, and the tier (3 tertiary, 2 secondary, 1 primary, 0 unrated).
_TIERS = ((4, 3), (7, 2), (10, 1), (14, 0))


class Code(NamedTuple):
    """One value of a code table, and what is known about where it comes from."""

    table: str
    code: str
    name: Text
    evidence: str


@cache
def code_tables() -> dict[str, dict[str, Code]]:
    """All tables: name -> code -> entry."""
    tables: dict[str, dict[str, Code]] = {}
    with Path(__file__).with_name("code_tables.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = Code(row["table"], row["code"], Text(row["zh"], row["en"]), row["evidence"])
            if tables.setdefault(entry.table, {}).setdefault(entry.code, entry) is not entry:
                raise ValueError(f"{entry.table} {entry.code} stands twice")
    return tables


def code_numbers(table: str) -> frozenset[int]:
    """The codes of a table as numbers."""
    return frozenset(int(code) for code in code_tables()[table])


def hospital_tier(level: int) -> int:
    """Tier of a hospital level (``hosp_lv`` 1–14): 3 tertiary, 2 secondary, 1 primary, 0 unrated."""
    return next(tier for last, tier in _TIERS if level <= last)
