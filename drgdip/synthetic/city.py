"""A city month as a folder of tables: stays, diagnoses, procedures, fee lines, outpatients, persons, institutions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.synthetic import fee_table, normalised, registers
from drgdip.synthetic.ahead import ahead
from drgdip.synthetic.blueprint import Blueprint, generator_for
from drgdip.synthetic.charging import MEDICAL, OUTPATIENT, SURGICAL
from drgdip.synthetic.clean_bills import draw_clean_lines
from drgdip.synthetic.fee_defects import FeeDefect, plan_fee_defects, spoil_fees
from drgdip.synthetic.fees import Bills, Lines, draw_lines
from drgdip.synthetic.items import load_items
from drgdip.synthetic.layout import SCHEMA
from drgdip.synthetic.visits import Persons, Visits, draw_persons, draw_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drgdip.synthetic.chunks import Chunk
    from drgdip.synthetic.folder_key import FolderKey
    from drgdip.synthetic.request import Request
    from drgdip.synthetic.stays import Stays
    from drgdip.tables import GroupTables

#: Stays, and visits, whose lines are drawn at once. A part of the result: another size gives other bytes.
STAYS_A_BLOCK, VISITS_A_BLOCK = 2_500, 50_000
#: Lines of a stay lie between 0.8 and 1.9 times the mean; half of the spread follows the length of the stay.
_LEAST, _MOST_SPREAD = 0.8, 5.5

#: Tables of the folder in the order of their names in the data model. Stays are rows of the flat layout, so that the folder that
#: is screened is settled, too.
SCHEMAS = {
    "cases": SCHEMA,
    "diagnoses": normalised.DIAGNOSES,
    "procedures": normalised.PROCEDURES,
    "fee_lines": fee_table.SCHEMA,
    "outpatient_settlements": registers.OUTPATIENT,
    "outpatient_lines": fee_table.SCHEMA,
    "patients": registers.PATIENTS,
    "institutions": registers.INSTITUTIONS,
}
FEES = ("fee_lines", "outpatient_lines")


class Outpatients(NamedTuple):
    """Persons and visits of a chunk, and the settlements as a table."""

    persons: Persons
    visits: Visits
    table: Any


def draw_city(
    blueprint: Blueprint, request: Request, tables: GroupTables, chunk: Chunk, key: FolderKey
) -> Iterator[tuple[str, Any]]:
    """All tables of a chunk, piece by piece: name and Arrow table. Defects of fee lines are added to the key."""
    rows = normalised.first_rows(chunk.table)
    yield "cases", chunk.table
    yield "diagnoses", normalised.diagnoses_table(chunk.table, rows, tables.diagnoses)
    yield "procedures", normalised.procedures_table(chunk.table, rows, tables.procedures, chunk.stays)
    outpatients = draw_outpatients(blueprint, request, chunk)
    yield "outpatient_settlements", outpatients.table
    yield "patients", registers.patients_table(blueprint, outpatients.persons)
    if request.fees:
        draw = partial(draw_stay_fees, blueprint, request, chunk)
        for fees in ahead(draw, range(0, len(chunk.stays.row), STAYS_A_BLOCK)):
            fees.tell(key, chunk)
            yield "fee_lines", fees.table
        draw_visit = partial(draw_visit_fees, blueprint, chunk.number, outpatients)
        starts = range(0, len(outpatients.visits.row), VISITS_A_BLOCK)
        yield from (("outpatient_lines", table) for table in ahead(draw_visit, starts))


def draw_outpatients(blueprint: Blueprint, request: Request, chunk: Chunk) -> Outpatients:
    """Persons, visits and settlements of a chunk."""
    place = (request.month, chunk.number, chunk.first_row)
    persons = draw_persons(blueprint, chunk.stays, *place)
    visits = draw_visits(blueprint, chunk.stays, persons, *place, calm=request.violations)
    return Outpatients(persons, visits, registers.outpatient_table(blueprint, persons, visits, request.month))


class Fees(NamedTuple):
    """Lines of the stays from ``start`` on, and the table of those that are written, with its defects."""

    start: int
    lines: Lines
    written: Lines
    table: Any
    defects: list[FeeDefect]

    def tell(self, key: FolderKey, chunk: Chunk) -> None:
        """Add what was planted to the key."""
        clean = chunk.clean.slice(self.start)
        key.add_fees(clean, chunk.first_row + self.start, self.written.bill, self.defects, self.table.num_rows)


def draw_stay_fees(blueprint: Blueprint, request: Request, chunk: Chunk, start: int) -> Fees:
    """Fee lines of the stays from ``start`` on."""
    stop = min(start + STAYS_A_BLOCK, len(chunk.stays.row))
    items, generator = load_items(), generator_for(blueprint.seed, 4, chunk.number, start)
    bills = stay_bills(blueprint, chunk.stays, start, stop, request.lines, generator)
    lines = (draw_clean_lines if request.violations else draw_lines)(bills, items, generator)
    heads = {name: _text(chunk.clean[name].slice(start, stop - start)) for name in fee_table.HEAD}
    kept = chunk.billed[start:stop][lines.bill]
    written = lines if kept.all() else Lines(*(values[kept] for values in lines))
    table = fee_table.fee_table(written, heads, items)
    if not request.dirty:
        return Fees(start, lines, written, table, [])
    defects = plan_fee_defects(written, bills.total_fen, items, request.dirty, generator)
    return Fees(start, lines, written, spoil_fees(table, defects), defects)


def stay_bills(
    blueprint: Blueprint, stays: Stays, start: int, stop: int, mean_lines: int, generator: np.random.Generator
) -> Bills:
    """What fee lines are drawn for: stays from ``start`` to ``stop``."""
    here = slice(start, stop)
    operated = np.diff(stays.operations.offset)[here] > 0
    usual = np.maximum(blueprint.mean_stay_days[stays.group[here]], 1)
    spread = (generator.gamma(2.0, 0.5, stop - start) + stays.stay_days[here] / usual) / 2
    amounts = stays.amounts
    return Bills(
        total_fen=amounts["total_cost_fen"][here],
        self_paid_fen=amounts["self_paid_fen"][here],
        over_limit_fen=amounts["over_limit_fen"][here],
        advance_fen=amounts["advance_self_paid_fen"][here],
        begin_s=stays.admission_s[here],
        end_s=stays.discharge_s[here],
        days=stays.stay_days[here],
        profile=np.where(operated, SURGICAL, MEDICAL),
        first_level=blueprint.hospitals.tier[stays.hospital[here]] == 1,
        lines=mean_lines * (_LEAST + (1 - _LEAST) * np.minimum(spread, _MOST_SPREAD)),
    )


def draw_visit_fees(blueprint: Blueprint, number: int, outpatients: Outpatients, start: int) -> Any:
    """Fee lines of the visits from ``start`` on, as a table."""
    visits = outpatients.visits
    here = slice(start, min(start + VISITS_A_BLOCK, len(visits.row)))
    generator = generator_for(blueprint.seed, 7, number, start)
    amounts, count = visits.amounts, len(visits.row[here])
    bills = Bills(
        total_fen=amounts["total_cost_fen"][here],
        self_paid_fen=amounts["self_paid_fen"][here],
        over_limit_fen=amounts["over_limit_fen"][here],
        advance_fen=amounts["advance_self_paid_fen"][here],
        begin_s=visits.time_s[here] - 3_600,
        end_s=visits.time_s[here],
        days=np.zeros(count, dtype=np.int64),
        profile=np.full(count, OUTPATIENT),
        first_level=blueprint.hospitals.tier[visits.hospital[here]] == 1,
        lines=visits.lines[here],
    )
    lines = draw_lines(bills, load_items(), generator)
    heads = {name: _text(outpatients.table[name].slice(start, count)) for name in fee_table.HEAD}
    return fee_table.fee_table(lines, heads, load_items())


def _text(column: Any) -> Any:
    return column.cast(pa.string()).combine_chunks()
