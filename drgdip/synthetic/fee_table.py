"""Fee lines as an Arrow table with the national field names of 2301 and of its pricing answer."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from drgdip.synthetic.arrow import (
    CODE,
    MONEY,
    PRICE,
    PROPORTION,
    QUANTITY,
    TIME,
    decimals,
    gathered,
    repeated,
    text_array,
    times,
    yuan,
)
from drgdip.synthetic.items import CATEGORIES, CLASS_B, CLASS_C, CLASSES, Items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drgdip.synthetic.fees import Lines

#: Columns that are the same on all lines of a bill.
HEAD = ("setl_id", "mdtrt_id", "psn_no", "fixmedins_code", "med_type")
SCHEMA = pa.schema([
    ("setl_id", CODE), ("mdtrt_id", CODE), ("feedetl_sn", CODE), ("init_feedetl_sn", CODE), ("psn_no", CODE),
    ("fixmedins_code", CODE), ("med_type", CODE), ("fee_ocur_time", TIME), ("med_list_codg", CODE),
    ("medins_list_codg", CODE), ("medins_list_name", CODE), ("med_chrgitm_type", CODE), ("chrgitm_lv", CODE),
    ("cnt", QUANTITY), ("pric", PRICE), ("det_item_fee_sumamt", MONEY), ("pric_uplmt_amt", PRICE),
    ("selfpay_prop", PROPORTION), ("fulamt_ownpay_amt", MONEY), ("overlmt_amt", MONEY), ("preselfpay_amt", MONEY),
    ("inscp_scp_amt", MONEY),
])  # fmt: skip

_PROPORTION_ONE = 10_000


def fee_table(lines: Lines, heads: Mapping[str, Any], items: Items) -> Any:
    """Lines of bills; ``heads`` has the columns of ``HEAD``, one value a bill."""
    most = int(lines.number.max(initial=0))
    columns = {name: gathered(heads[name], lines.bill) for name in HEAD}
    columns |= {
        "feedetl_sn": repeated(_numbers(most), lines.number - 1),
        "init_feedetl_sn": _known(_numbers(most), lines.refers - 1),
        "fee_ocur_time": times(lines.time_s),
        "med_list_codg": repeated(text_array(items.codes), lines.item),
        "medins_list_codg": repeated(_own_codes(items.codes), lines.item),
        "medins_list_name": repeated(text_array(items.names), lines.item),
        "med_chrgitm_type": repeated(text_array(CATEGORIES), items.category[lines.item] - 1),
        "chrgitm_lv": repeated(text_array(CLASSES), lines.level),
        "cnt": decimals(lines.quantity * 10_000, QUANTITY),
        "pric": decimals(lines.price_fen * 10_000, PRICE),
        "det_item_fee_sumamt": yuan(lines.amount_fen),
        "pric_uplmt_amt": decimals(lines.limit_fen * 10_000, PRICE, lines.limit_fen >= 0),
        "selfpay_prop": decimals(_proportion(lines), PROPORTION),
        "fulamt_ownpay_amt": yuan(lines.self_paid_fen),
        "overlmt_amt": yuan(lines.over_limit_fen),
        "preselfpay_amt": yuan(lines.advance_fen),
        "inscp_scp_amt": yuan(lines.in_scope_fen),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _proportion(lines: Lines) -> np.ndarray:
    """Share of one's own in ten-thousandths: of class B what the amounts say, rounded half up."""
    amount, own = np.abs(lines.amount_fen), np.abs(lines.advance_fen)
    share = (2 * own * _PROPORTION_ONE + amount) // np.maximum(2 * amount, 1)
    return np.select([lines.level == CLASS_B, lines.level == CLASS_C], [share, _PROPORTION_ONE], 0)


@lru_cache(maxsize=16)
def _numbers(most: int) -> Any:
    return pa.array([f"{number:05d}" for number in range(1, most + 1)], pa.string())


@lru_cache(maxsize=2)
def _own_codes(codes: tuple[str, ...]) -> Any:
    """The hospitals' own codes; here all hospitals use the same."""
    return pa.array([f"Y{number:06d}" for number in range(1, len(codes) + 1)], pa.string())


def _known(column: Any, rows: np.ndarray) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32), mask=rows < 0), column)
