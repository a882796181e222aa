"""Random small cities, settled by the engine and by the plain reference: equal to the fen, every column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from drgdip.base.reasons import REASONS
from drgdip.intake import CaseReader
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_FIELDS
from drgdip.pipeline import MonthResult
from drgdip.pipeline.denials.inputs import NO_DENIALS, DenialInputs
from drgdip.pipeline.fee_facts import facts_of
from drgdip.pipeline.fees import FeeReading
from drgdip.pipeline.month import settle
from drgdip.pipeline.outputs import table_columns
from drgdip.pipeline.prior import Prior
from drgdip.pipeline.process import process_for
from drgdip.pipeline.report import month_proof
from drgdip.pipeline.sinks import MemorySink
from drgdip.pipeline.special.inputs import NOTHING_GIVEN, SpecialInputs
from drgdip.policy.load import parse_policy
from drgdip.tables import GroupTables
from tests.lanes import PLAIN
from tests.properties.cities import City, as_policy_text, as_tables, cities
from tests.properties.listed import list_inputs
from tests.reference.fields import LAYOUT
from tests.reference.month import OPTIONAL, ReferenceResult
from tests.reference.policy_text import yuan_text

#: Columns of the case table -> what the reference calls them.
NAMES = {
    "row": "row_number",
    "hospital_code": "fixmedins_code",
    "group": "dip_code",
    "runner_up_group": "runner_up_code",
}


def as_table(city: City) -> pa.Table:
    header = list(city.cases[0]) if city.cases else list(LAYOUT)
    return pa.table({name: pa.array([row[name] for row in city.cases], pa.string()) for name in header})


def fee_table(city: City) -> pa.Table:
    """The city's fee lines, which name their settlement."""
    columns = {
        "mdtrt_id": [f"V{line.setl_id}" for line in city.fees],
        "setl_id": [line.setl_id for line in city.fees],
        "feedetl_sn": [str(number) for number in range(len(city.fees))],
        "med_list_codg": [line.item for line in city.fees],
        "med_chrgitm_type": [line.charge_type for line in city.fees],
        "det_item_fee_sumamt": [yuan_text(line.amount_fen) for line in city.fees],
    }
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def settled(
    city: City,
    chunk_rows: int,
    threads: int,
    edition: GroupTables | None = None,
    section: str = "",
    denials: DenialInputs = NO_DENIALS,
    special: SpecialInputs = NOTHING_GIVEN,
) -> MonthResult:
    policy = parse_policy((as_policy_text(city) + section).encode(), Path("city.yaml"))
    tables = edition or as_tables(city)
    process = process_for(None, policy, tables)
    sink = MemorySink(table_columns(process.stages))
    deductions = [Deduction(*item) for item in city.deductions]
    with CaseReader([as_table(city)], tables.diagnoses, tables.procedures, chunk_rows) as reader:
        facts = facts_of(policy.distinct_values())
        reading = FeeReading(reader, [fee_table(city)], chunk_rows, facts)
        if facts:
            list(reading.findings())
        month = settle(
            reader,
            policy,
            tables,
            city.month,
            sink,
            deductions,
            prior(city),
            threads,
            process=process,
            facts=reading.sums,
            denials=denials,
            special=special,
            lists=list_inputs(city),
        )
    return MonthResult(month, sink.table(), sink.all_findings, sink.all_set_aside)


def prior(city: City) -> Prior:
    taken = ("paid_fen", *DEDUCTION_FIELDS.values())
    paid: dict[tuple[str, str], int] = {}
    for row in city.prior:
        if row["month"] < city.month:
            key = (row["hospital_code"], row["pool"])
            paid[key] = paid.get(key, 0) + sum(row[field] for field in taken)
    return Prior(paid)


def plain(value: Any) -> Any:
    return "" if value is None else int(value) if isinstance(value, bool) else value


def engine_cases(result: MonthResult, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = {name: NAMES.get(name, name) for name in wanted}
    table = result.cases.select(list(names.values())).to_pylist()
    return [{name: plain(row[column]) for name, column in names.items()} for row in table]


def assert_same(city: City, engine: MonthResult, reference: ReferenceResult) -> None:
    expected = [row for row in reference.cases if row["route"] != "route_out_of_scope"]
    written = set(engine.cases.column_names)
    unwritten = [name for name in OPTIONAL if name not in written]
    expected = [{name: value for name, value in row.items() if name not in unwritten} for row in expected]
    found = engine_cases(engine, expected[0]) if expected else engine.cases.to_pylist()
    assert found == sorted(expected, key=lambda row: row["row"])
    aside = [(row.row, row.setl_id.strip(), tuple(sorted(row.reasons))) for row in engine.set_aside]
    assert sorted(aside) == sorted(
        (row.row, row.setl_id.strip(), tuple(sorted(row.reasons))) for row in reference.set_aside
    )
    assert len(engine.month.rows) == len(reference.statement)
    for mine, theirs in zip(engine.month.rows, reference.statement, strict=True):
        assert {name: getattr(mine, name) for name in theirs} == theirs
    ledger = [
        {name: getattr(line, name) for name in item}
        for line, item in zip(engine.month.ledger, reference.deductions, strict=True)
    ]
    assert ledger == reference.deductions


@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cities())
def test_engine_and_reference_agree_to_the_fen(city: City) -> None:
    engine = settled(city, 100_000, 1)
    assert_same(city, engine, city.settle())
    assert all(line.holds for line in month_proof(engine.month))


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
@settings(max_examples=10_000, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(cities())
def test_ten_thousand_cities(city: City) -> None:
    assert_same(city, settled(city, 3, 2), city.settle())


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(cities())
def test_in_chunks_of_three_on_two_threads(city: City) -> None:
    assert_same(city, settled(city, 3, 2), city.settle())


def test_every_reason_is_one_of_the_registry() -> None:
    assert {"band_low", "route_by_item", "core_operation"} <= set(REASONS)
