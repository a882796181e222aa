"""A city month as hospitals and the platform hand it over: lists (4101, 4101A), results (2304), fee lines (2301).

Lists say nothing of money but its classes, results nothing of diagnoses; joined by the settlement ID they are the rows
of the flat layout. The level of a hospital stands in neither: ``institutions.csv`` has it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.synthetic import fee_table, registers
from drgdip.synthetic.ahead import ahead
from drgdip.synthetic.arrow import DAY, MONEY, days, yuan
from drgdip.synthetic.chunks import draw_chunks
from drgdip.synthetic.city import STAYS_A_BLOCK, Fees, draw_stay_fees
from drgdip.synthetic.folder_key import FolderKey
from drgdip.synthetic.items import CATEGORIES, load_items
from drgdip.synthetic.list_defects import break_lists, broken_results
from drgdip.synthetic.list_text import list_node
from drgdip.synthetic.normalised import first_rows
from drgdip.synthetic.visits import draw_persons
from drgdip.synthetic.writing import csv_writer, write_folder_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drgdip.synthetic.blueprint import Blueprint
    from drgdip.synthetic.chunks import Chunk, Planted
    from drgdip.synthetic.fees import Lines
    from drgdip.synthetic.request import ListForm, Request

RESULTS_FILE, FEES_FILE, INSTITUTIONS_FILE = "settlements-2304.csv", "fees-2301.csv", "institutions.csv"
#: Columns of the results as the interface names them. 4101A leaves out what else a settlement needs.
_RESULT = (
    "setl_id", "mdtrt_id", "psn_no", "gend", "brdy", "age", "insutype", "insu_admdvs", "med_type", "setl_time",
    "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt", "act_pay_dedc",
    "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hosp_part_amt", "oth_pay",
    "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "refd_setl_flag",
)  # fmt: skip
_NOT_IN_4101A = ("nwb_age", "act_ipt_days")
_OTHER_DEPARTMENTS = ("A03", "A04")


class Block(NamedTuple):
    """Text of some lists, and the fee lines of their stays."""

    lists: str
    fees: Fees | None


def lists_file(form: ListForm) -> str:
    """Name of the file of lists."""
    return f"lists-{form}.ndjson"


def write_lists(
    blueprint: Blueprint, request: Request, folder: Path, progress: Callable[[int], None]
) -> tuple[int, list[Planted]]:
    """Write a folder of lists, results and fee lines. Returns the number of lists and the key of the defects."""
    rows = 0
    folder.mkdir()
    file = folder / lists_file(request.list_form)
    key = FolderKey(file.name, FEES_FILE, request.fees)
    with (
        file.open("w", encoding="utf-8", newline="\n") as lists,
        csv_writer(folder / RESULTS_FILE, results_schema(request)) as write_results,
        csv_writer(folder / INSTITUTIONS_FILE, registers.INSTITUTIONS) as write_institutions,
    ):
        write_institutions(registers.institutions_table(blueprint))
        with csv_writer(folder / FEES_FILE, fee_table.SCHEMA) as write_fees:
            for chunk in draw_chunks(blueprint, request):
                key.add_chunk(chunk)
                born = _birthdays(blueprint, request, chunk)
                write_results(results_table(request, chunk, born))
                draw = partial(_block, blueprint, request, chunk, born)
                for block in ahead(draw, range(0, len(chunk.billed), STAYS_A_BLOCK)):
                    lists.write(block.lists)
                    if block.fees:
                        block.fees.tell(key, chunk)
                        write_fees(block.fees.table)
                rows += chunk.table.num_rows
                progress(rows)
    if not request.fees:
        (folder / FEES_FILE).unlink()
    if request.dirty:
        write_folder_key(folder, key)
    return rows, key.planted()


def _block(blueprint: Blueprint, request: Request, chunk: Chunk, born: np.ndarray, start: int) -> Block:
    stop = min(start + STAYS_A_BLOCK, len(chunk.billed))
    fees = draw_stay_fees(blueprint, request, chunk, start) if request.fees else None
    classes = charge_classes(fees.lines, stop - start) if fees else [[] for _ in range(start, stop)]
    rows = _list_rows(chunk, start, stop)
    lines = [
        list_node(request.list_form, row, chunk.stays, start + place, str(day), items)
        for place, (row, day, items) in enumerate(zip(rows, born[start:stop], classes, strict=True))
    ]
    here = [defect._replace(row=defect.row - start) for defect in chunk.defects if start <= defect.row < stop]
    texts = break_lists(lines, here, blueprint.procedure_codes[0])
    return Block("".join(texts), fees)


def _list_rows(chunk: Chunk, start: int, stop: int) -> list[dict[str, Any]]:
    """Rows that lists are made of: the written ones, but of a conflicting ID the second is the first with another department."""
    source = np.arange(start, stop)
    conflicts = [p.row - 1 - chunk.first_row for p in chunk.manifest if p.kind == "conflicting_setl_id"][1::2]
    here = [row for row in conflicts if start <= row < stop]
    source[np.array(here, dtype=np.int64) - start] -= 1
    rows: list[dict[str, Any]] = chunk.table.take(pa.array(source)).to_pylist()
    for row in here:
        cells = rows[row - start]
        cells["dscg_caty"] = _OTHER_DEPARTMENTS[cells["dscg_caty"] == _OTHER_DEPARTMENTS[0]]
    return rows


def charge_classes(lines: Lines, bills: int) -> list[list[dict[str, str]]]:
    """``iteminfo`` of each bill: cost by category and class."""
    category = load_items().category[lines.item].astype(np.int64) - 1
    cell = (lines.bill * len(CATEGORIES) + category) * 3 + lines.level
    sums = np.bincount(cell, lines.amount_fen, minlength=bills * len(CATEGORIES) * 3).astype(np.int64)
    sums = sums.reshape(bills, len(CATEGORIES), 3)
    found: list[list[dict[str, str]]] = [[] for _ in range(bills)]
    for bill, place in zip(*np.nonzero(sums.any(axis=2)), strict=True):
        covered, part, own = (int(fen) for fen in sums[bill, place])
        found[bill].append({
            "med_chrgitm": CATEGORIES[place], "amt": yuan_text(covered + part + own),
            "claa_sumfee": yuan_text(covered), "clab_amt": yuan_text(part), "fulamt_ownpay_amt": yuan_text(own),
            "oth_amt": "0.00",
        })  # fmt: skip
    return found


def yuan_text(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def results_schema(request: Request) -> Any:
    """Columns of the results of a request."""
    more = _NOT_IN_4101A if request.list_form == "4101A" else ()
    kinds = {"brdy": DAY, "psn_part_amt": MONEY}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in (*_RESULT, *more)])


def results_table(request: Request, chunk: Chunk, born: np.ndarray) -> Any:
    """Results of a chunk, one for each settlement ID; ``born`` has the birthdays of its stays."""
    schema, amounts = results_schema(request), chunk.stays.amounts
    added = {
        "brdy": days(born.astype("datetime64[s]").astype(np.int64)),
        "psn_part_amt": yuan(amounts["account_paid_fen"] + amounts["cash_paid_fen"]),
    }
    columns = [
        added[field.name] if field.name in added else chunk.table[field.name].cast(field.type) for field in schema
    ]
    return broken_results(pa.table(columns, schema=schema), first_rows(chunk.table), chunk.defects)


def _birthdays(blueprint: Blueprint, request: Request, chunk: Chunk) -> np.ndarray:
    """Birthday of the person of each stay, datetime64[D]."""
    persons = draw_persons(blueprint, chunk.stays, request.month, chunk.number, chunk.first_row)
    born = registers.birthdays(blueprint, persons)
    return born[np.searchsorted(persons.number, chunk.stays.person)]
