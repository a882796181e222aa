"""Defects of fee lines on request, at most one a stay, each so that nothing else about the stay looks wrong.

Stays whose own row is defective have no fee lines at all, and that is all that is said about their fees.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.synthetic.defects import replaced
from drgdip.synthetic.items import CLASS_A, Items

if TYPE_CHECKING:
    from collections.abc import Callable

    from drgdip.synthetic.fees import Lines

KINDS = (
    "fee_price_times_count", "fee_parts_differ", "fee_refund_without_line", "fee_refund_of_nothing",
    "fee_line_repeated", "fee_outside_stay", "fee_line_without_stay", "fee_code_unknown", "fee_value_missing",
    "fee_value_unreadable", "fee_sum_differs",
)  # fmt: skip
#: Kinds that are told of all together, not line by line.
TOGETHER = ("fee_line_without_stay", "fee_code_unknown")
#: For each defect of a stay's row so many fewer of a line; lines without a stay then stay below one in a thousand.
RARER = 50
ABSENT, SUM_DIFFERS = "fee_lines_absent", "fee_sum_differs"

_TRIALS = 30
#: In thousandths of the stay's cost: a line that nobody misses, and one that is missed.
_SMALL, _LARGE = 2, 10
_LEAST_FEN = 2_000
_LATER = timedelta(days=400)
_FIELD_OF = {
    "fee_price_times_count": "det_item_fee_sumamt", "fee_parts_differ": "det_item_fee_sumamt",
    "fee_refund_without_line": "init_feedetl_sn", "fee_refund_of_nothing": "init_feedetl_sn",
    "fee_line_repeated": "feedetl_sn", "fee_outside_stay": "fee_ocur_time", "fee_line_without_stay": "mdtrt_id",
    "fee_code_unknown": "chrgitm_lv", "fee_value_missing": "det_item_fee_sumamt",
    "fee_value_unreadable": "fee_ocur_time", "fee_sum_differs": "medfee_sumamt",
}  # fmt: skip


class FeeDefect(NamedTuple):
    """line : position among the lines as drawn. kind : one of KINDS. field : where it shows."""

    line: int
    kind: str
    field: str


def plan_fee_defects(
    lines: Lines, total_fen: np.ndarray, items: Items, share: Decimal, generator: np.random.Generator
) -> list[FeeDefect]:
    """Defects of some lines, in the order of lines; ``total_fen`` by bill."""
    wanted = int(float(share) * len(lines.bill) / RARER + generator.random())
    first = int(generator.integers(len(KINDS)))
    suited = {kind: np.flatnonzero(mask) for kind, mask in _suited(lines, total_fen, items).items()}
    used: set[int] = set()
    planned = []
    for turn in range(wanted):
        kind = KINDS[(first + turn) % len(KINDS)]
        for place in generator.integers(max(len(suited[kind]), 1), size=_TRIALS).tolist() if len(suited[kind]) else ():
            line = int(suited[kind][place])
            if int(lines.bill[line]) not in used:
                used.add(int(lines.bill[line]))
                planned.append(FeeDefect(line, kind, _FIELD_OF[kind]))
                break
    return sorted(planned)


def _suited(lines: Lines, total_fen: np.ndarray, items: Items) -> dict[str, np.ndarray]:
    """Lines by kind on which nothing but the kind itself would be found."""
    number = lines.bill << 20
    charged_back = np.isin(number + lines.number, (number + lines.refers)[lines.refers > 0])
    total = total_fen[lines.bill]
    plain = (lines.refers == 0) & ~charged_back & (items.price_fen[lines.item] > 0) & (total >= _LEAST_FEN)
    small = plain & (lines.amount_fen * 1000 <= total * _SMALL)
    suited = dict.fromkeys(KINDS, plain)
    return suited | {
        "fee_refund_without_line": lines.refers > 0,
        "fee_refund_of_nothing": lines.refers > 0,
        "fee_line_repeated": plain & (lines.number > 1),
        "fee_line_without_stay": small,
        "fee_value_missing": small,
        "fee_sum_differs": plain & (lines.level == CLASS_A) & (lines.amount_fen * 1000 >= total * _LARGE),
    }


def spoil_fees(table: Any, defects: list[FeeDefect]) -> Any:
    """Carry out planned defects; of :data:`SUM_DIFFERS` the line is left out."""
    for kind, field, change in _CHANGES:
        rows = [defect.line for defect in defects if defect.kind == kind]
        if rows:
            source = pa.array(rows) if kind != "fee_line_repeated" else pa.array([row - 1 for row in rows])
            table = replaced(table, field, rows, [change(value) for value in table[field].take(source).to_pylist()])
    left_out = [defect.line for defect in defects if defect.kind == SUM_DIFFERS]
    return table.take(pa.array(np.delete(np.arange(table.num_rows), left_out))) if left_out else table


#: A repeated number is that of the line before.
_CHANGES: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("fee_price_times_count", "pric", lambda price: price + 1),
    ("fee_parts_differ", "inscp_scp_amt", lambda amount: amount + Decimal("0.05")),
    ("fee_refund_without_line", "init_feedetl_sn", lambda _: None),
    ("fee_refund_of_nothing", "init_feedetl_sn", lambda _: "99999"),
    ("fee_line_repeated", "feedetl_sn", lambda number: number),
    ("fee_outside_stay", "fee_ocur_time", lambda time: time + _LATER),
    ("fee_line_without_stay", "setl_id", lambda number: f"{number}X"),
    ("fee_line_without_stay", "mdtrt_id", lambda number: f"{number}X"),
    ("fee_code_unknown", "chrgitm_lv", lambda _: "09"),
    ("fee_value_missing", "det_item_fee_sumamt", lambda _: None),
    ("fee_value_unreadable", "fee_ocur_time", lambda time: time.replace(year=1800, month=1, day=1)),
)
