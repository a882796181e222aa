"""Violations of screening rules, planted among clean stays with near misses on each side of each limit, and their key.

What is planted has persons, hospitals and items of its own, so that it touches no other stay.
"""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from drgdip.synthetic.violations.casebook import Casebook
from drgdip.synthetic.violations.coding import Codes, codes_of, plant_coding
from drgdip.synthetic.violations.layout import planted_tables, schemas_with, widened
from drgdip.synthetic.violations.plans import PLANS

__all__ = [
    "KEY",
    "PARAMS",
    "RULES",
    "casebook",
    "codes_of",
    "planted_tables",
    "schemas_with",
    "see",
    "widened",
    "write_key",
]

KEY, RULES, PARAMS = "violations.csv", "violation_rules.csv", "violation_params.json"
_KEY_FIELDS = ("rule_id", "finding_key", "outcome", "subject", "deny_fee", "deny_scp", "deny_fund")
_RULE_FIELDS = ("rule_id", "kind", "planted", "near_misses", "reason_zh", "reason_en")


def casebook(month: str, codes: Codes | None = None) -> Casebook:
    """All that is planted in a month; with codes of a catalogue also what groups again by it."""
    book = Casebook(month)
    for plant in PLANS:
        plant(book)
    plant_coding(book, codes)
    book.see_cases(
        (row["setl_id"], row["insu_admdvs"], row["mdtrt_admdvs"], Decimal(row["medfee_sumamt"]))
        for row in book.tables["cases"]
    )
    return book


def see(book: Casebook, cases: Any) -> set[str]:
    """Note what screening must say of stays of the city; returns their hospitals."""
    columns = [
        cases[name].to_pylist()
        for name in ("setl_id", "insu_admdvs", "mdtrt_admdvs", "medfee_sumamt", "fixmedins_code")
    ]
    book.see_cases(zip(*columns[:4], strict=True))
    return set(columns[4])


def write_key(folder: Path, book: Casebook) -> None:
    """The findings that screening must come to, what is planted of each rule, and the params file that it needs for it."""
    keys = sorted(book.expected, key=lambda one: (one["rule_id"], one["finding_key"]))
    _write(folder / KEY, _KEY_FIELDS, keys)
    _write(folder / RULES, _RULE_FIELDS, rule_rows(book))
    (folder / PARAMS).write_text(json.dumps(book.params, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def rule_rows(book: Casebook) -> list[dict[str, str]]:
    """What is planted of each rule of the catalogue; why of some nothing is."""
    from drgdip.screening.catalogue import rules

    found = []
    for rule in rules():
        reason = book.not_planted.get(rule)
        kind = "none" if reason else "statistical" if rule in book.statistical else "exact"
        planted = sum(1 for one in book.expected if one["rule_id"] == rule)
        found.append({"rule_id": rule, "kind": kind, "planted": str(planted), "near_misses": str(book.near[rule]),
                      "reason_zh": reason.zh if reason else "", "reason_en": reason.en if reason else ""})  # fmt: skip
    return found


def _write(path: Path, fields: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
