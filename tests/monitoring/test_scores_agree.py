"""Every number of the monitoring scores of random months is that of the plain reading of the review analytics."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drgdip.audit.monitoring import monitoring_scores
from drgdip.audit.monitoring import stays as production
from drgdip.audit.monitoring.definitions import SHIPPED
from drgdip.audit.monitoring.stays import Stays
from drgdip.quality_control.columns import BILL, INTERIM
from tests.reference.monitoring import Stay, half_up, interval, scores

FIRST = date(2026, 1, 1)
REASONS = {"grey_diagnosis_code": "main_diagnosis", "grey_operation_code": "main_operation", "age_days": "field"}
DIP, DRG = ("A01:x", "A01:y", "A02:x", "B01:x", None), ("AA11", "AA13", "AB21", "BR25", "AQY", "0000")
LEVELS = {"H1": 3, "H2": 3, "H3": 3, "H4": 2, "H5": 2}


def bills(draw: random.Random, drg: bool) -> list[Stay]:
    one_of, found = draw.choice, []
    for number in range(draw.randint(20, 60)):
        first, days, hospital = draw.randint(0, 60), one_of((0, 1, 2, 3, 4, 5, 9, 20)), one_of(list(LEVELS))
        group = one_of(DRG if drg else DIP)
        found.append(Stay(
            f"S{number:02}", one_of(("P1", "P2", "P3", "P4", "")), hospital, LEVELS[hospital], one_of((0, 14, 15, 44, 45, 64, 65, None)),
            one_of(("A01.0", "a01.1", "A02.0", "B01.0")), one_of(("", "", "01.1")), None if group in ("AQY", "0000") else group, drg,
            max(1, days), one_of((1, 1, 1, 5)), FIRST + timedelta(first), FIRST + timedelta(first + days),
            one_of((4999, 5000, 20_000)), 10_000, draw.randrange(8) == 0,
        ))  # fmt: skip
    return found


def read(stays: list[Stay], draw: random.Random, beside: Any) -> Stays:
    """As runs keep them: two months, each with a column of bills or without one."""
    parts = [[stay for stay in stays if stay.admitted.month == 1], [stay for stay in stays if stay.admitted.month > 1]]
    tables = []
    for rows in parts:
        other = {True: ("0000", "AQY"), False: (None,)}

        def at(day: date) -> int:
            return int(
                (datetime(day.year, day.month, day.day) - datetime(1970, 1, 1)).total_seconds()
            ) + draw.randrange(86_400)

        columns: dict[str, list[Any]] = {
            "setl_id": [row.name for row in rows], "psn_no": [row.person or None for row in rows], "fixmedins_code": [row.hospital for row in rows],
            "diag_code": [row.diagnosis for row in rows], "oprn_oprt_code": [row.operation or None for row in rows],
            "drg_code" if rows and rows[0].drg else "dip_code": [row.group or draw.choice(other[row.drg]) for row in rows],
            "hospital_tier": [row.level for row in rows], "age_years": [row.age for row in rows], "length_of_stay_days": [row.days for row in rows],
            "discharge_way": [row.way for row in rows], "admission_time_s": [at(row.admitted) for row in rows],
            "discharge_time_s": [at(row.discharged) for row in rows], "total_cost_fen": [row.cost for row in rows],
            "reference_cost_fen": [row.standard for row in rows],
        }  # fmt: skip
        if any(row.interim for row in rows):
            columns[BILL.name] = [INTERIM if row.interim else draw.choice((0, None)) for row in rows]
        kinds = {"setl_id": pa.string(), "psn_no": pa.string(), "oprn_oprt_code": pa.string(), "dip_code": pa.string(), "drg_code": pa.string(), "age_years": pa.int16(), BILL.name: pa.int8()}  # fmt: skip
        buffer = io.BytesIO()
        pq.write_table(pa.table({name: pa.array(cells, kinds.get(name)) for name, cells in columns.items()}), buffer)
        tables.append(production._read(pq.ParquetFile(buffer)))
    return production._stays(("2026-01", "2026-02"), pa.concat_tables(tables, promote_options="permissive"), [beside])


def shown(value: Fraction | None) -> str:
    return "" if value is None else f"{float(half_up(value, 4)):.4f}"


@pytest.mark.parametrize("seed", range(8))
def test_scores_are_those_of_the_reference(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets of at least four in place of thirty, so that small months reach each step upwards."""
    draw = random.Random(seed)
    stays = bills(draw, drg=seed % 2 == 1)
    aside = [(f"X{n}", draw.choice(list(LEVELS))) for n in range(draw.randint(0, 3))]
    records = {**{stay.name: stay.hospital for stay in stays if not stay.interim}, **dict(aside)}
    findings = [
        (name, draw.choice(list(REASONS)))
        for name in records
        for _ in range(draw.randrange(3))
        if draw.randrange(4) == 0
    ]
    given = read(stays, draw, production._Beside(aside, findings))
    monkeypatch.setattr(production, "read_stays", lambda _: given)
    (tmp_path / "few.yaml").write_text(SHIPPED.read_text("utf-8").replace("min_cases: 30", "min_cases: 4"), "utf-8")

    rows = {
        (row.hospital_code, row.score_id): row for row in monitoring_scores([], definitions=tmp_path / "few.yaml").rows
    }

    there = {stay.hospital for stay in stays if not stay.interim}
    assert {hospital for hospital, _ in rows} == there
    for hospital in there:
        kinds = Counter(
            kind for name, kind in {(name, REASONS[reason]) for name, reason in findings} if records[name] == hospital
        )
        errors = {kind: kinds[kind] for kind in ("main_diagnosis", "main_operation", "complication", "field")}
        own = sum(place == hospital for place in records.values())
        for name, one in scores(stays, hospital, 4, errors, own).items():
            row = rows[hospital, name]
            limits = interval(one.observed or 0, one.expected) if one.expected else None
            assert (row.value, row.cases, row.observed, row.expected) == (
                shown(one.value),
                one.cases,
                str(one.observed),
                shown(one.expected),
            ), (hospital, name)
            assert (row.low, row.high) == (tuple(map(shown, limits)) if limits else ("", "")), (hospital, name)
            assert row.few_cases == (one.cases < 50)
            for key, value in one.more.items():
                wanted = [f"{float(number):.6f}" for number in value] if key == "expected" else value
                assert row.inputs[key] == wanted, (hospital, name, key)
