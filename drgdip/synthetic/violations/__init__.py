"""Violations of screening rules, planted among clean stays with near misses on each side of each limit, and their key.

What is planted has persons, hospitals and items of its own, so that it touches no other stay.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from drgdip.synthetic.violations.casebook import Casebook
from drgdip.synthetic.violations.charges import plant_charges
from drgdip.synthetic.violations.stays import plant_stays
from drgdip.synthetic.violations.visits import plant_visits

KEY, PARAMS = "violations.csv", "violation_params.json"
#: Tables that a synthesis without violations has not; all columns are text.
EXTRA = {
    "drug_lines": ("feedetl_sn", "setl_id", "psn_no", "fixmedins_code", "med_type", "drug_group", "med_list_codg",
                   "fee_ocur_time", "cnt", "days_per_unit", "det_item_fee_sumamt", "inscp_scp_amt"),
    "drug_trace": ("drug_trac_codg", "rtal_docno", "feedetl_sn", "fixmedins_code", "psn_no", "trdn_flag", "sel_retn_time",
                   "sel_retn_cnt", "amt"),
    "pairs": ("prev_setl_id", "prev_fixmedins_code", "prev_group", "prev_points", "next_setl_id", "next_fixmedins_code",
              "next_group", "next_points", "fund_share"),
}  # fmt: skip
SCHEMAS = {name: pa.schema([(field, pa.string()) for field in fields]) for name, fields in EXTRA.items()}


def casebook(month: str) -> Casebook:
    """All that is planted in a month."""
    book = Casebook(month)
    for plant in (plant_charges, plant_stays, plant_visits):
        plant(book)
    return book


def tables(book: Casebook, schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Planted rows of each table, in its form."""
    for name, rows in book.tables.items():
        schema = schemas[name]
        columns = [_column([row.get(field.name) for row in rows], field.type) for field in schema]
        yield name, pa.table(columns, schema=schema)


def _column(cells: list[str | None], kind: Any) -> Any:
    text = pa.array([cell or None for cell in cells], pa.string())
    if pa.types.is_dictionary(kind):
        return text.dictionary_encode().cast(kind)
    return text.cast(kind)


def write_key(folder: Path, book: Casebook) -> None:
    """The findings that screening must come to, and the params file that it needs for it."""
    with (folder / KEY).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, ("rule_id", "finding_key", "outcome", "deny_fee", "deny_scp", "deny_fund"), lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(sorted(book.expected, key=lambda one: (one["rule_id"], one["finding_key"])))
    (folder / PARAMS).write_text(json.dumps(book.params, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
