"""K10: the same trace code sold more than once."""

from __future__ import annotations

import numpy as np

from drgdip.base.rounding import divide
from drgdip.screening.amounts import NOTHING, Amounts
from drgdip.screening.context import Run
from drgdip.screening.data import Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run

_ONE = 10_000


def sold_again(run: Run) -> Judged:
    """Boxes that were sold before and not returned (O07). Split packs may repeat."""
    table = run.data.trace
    if table is None:
        return not_run(0, "missing:drug_trace", "trace")
    length, answers = run.params.integer("code_len"), Answers(table.rows)
    valid = table.matching("code", lambda word: len(word) == length and word.isdigit())
    answers.require({"trdn_flag": table.known("split_pack"), "sel_retn_time": table.known("time_s"),
                     "sel_retn_cnt": table.known("quantity_e4"), "fixmedins_code": table.known("hospital"),
                     "psn_no": table.known("person")})  # fmt: skip
    answers.settle(~valid, State.NOT_APPLICABLE, "code_form")
    answers.settle(table.is_any("split_pack", ("1",)), State.NOT_APPLICABLE, "guard")
    rows = np.flatnonzero(answers.state == State.PASS)
    order = rows[np.lexsort((table["line"][rows], table["document"][rows], table["time_s"][rows], table["code"][rows]))]
    codes: dict[int, list[int]] = {}
    for row in order.tolist():
        codes.setdefault(int(table["code"][row]), []).append(row)
    hits = [hit for code in sorted(codes) for hit in _of_one_code(run, table, codes[code])]
    answers.mark(np.array([hit.place for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers, "trace")


def _of_one_code(run: Run, table: Frame, rows: list[int]) -> list[Hit]:
    live = live_sales(table, rows)
    return [_again(run, table, live, place) for place in range(1, len(live))]


def live_sales(table: Frame, rows: list[int]) -> list[int]:
    """Sales without those that the same person returned at the same place; a return takes back the latest one."""
    live: list[int] = []
    for row in rows:
        if table["quantity_e4"][row] > 0:
            live.append(row)
            continue
        own = [sale for sale in live if _same_buyer(table, sale, row)]
        if own:
            live.remove(own[-1])
    return live


def _same_buyer(table: Frame, one: int, other: int) -> bool:
    return bool(table["person"][one] == table["person"][other] and table["hospital"][one] == table["hospital"][other])


def _again(run: Run, table: Frame, live: list[int], place: int) -> Hit:
    row, within = live[place], run.params.integer("resend_min") * 60
    resent = any(
        _same_buyer(table, row, sale) and int(table["time_s"][row]) - int(table["time_s"][sale]) <= within
        for sale in live[:place]
    )
    amount: int | None = None
    if table.known("amount_fen")[row]:
        amount = divide(int(table["amount_fen"][row]) * _ONE, max(_ONE, int(table["quantity_e4"][row])))
    code, line = table.text("code", row), table.text("line", row)
    return Hit(
        "WARN" if resent else "REFER", "trace", (code, table.text("document", row), line), place=row, others=(live[0],),
        amounts=NOTHING if resent else Amounts(_ONE, amount, None, None),
        facts={"drug_trac_codg": code, "feedetl_sn": line, "first": table.text("line", live[0]),
               "rtal_docno": table.text("document", row)},
    )  # fmt: skip
