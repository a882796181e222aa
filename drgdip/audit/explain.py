"""One case's way through all stages: the same pipeline on a batch of one, every column kept."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.columns import Column
from drgdip.base.errors import PolicyError, TablesError, UsageError
from drgdip.base.text import Language, Text

if TYPE_CHECKING:
    import numpy as np

    from drgdip.pipeline.process import Stage
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import DipTables


class Line(NamedTuple):
    """One value on the way: label, value with unit, the arithmetic behind it, and the rule's source."""

    column: str
    label: Text
    value: str
    working: str
    source: str


@dataclass(frozen=True)
class Step:
    """One stage: what it read, what it wrote, the table row it used, and the policy values it obeyed."""

    title: Text
    reads: list[Line]
    writes: list[Line]
    table_row: Mapping[str, str] = field(default_factory=dict)
    citations: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Explanation:
    """A case explained. ``differences`` lists columns in which the run's own record disagrees (none, normally)."""

    setl_id: str
    identity: Mapping[str, str]
    steps: list[Step]
    differences: list[str]
    set_aside: list[Mapping[str, str]] = field(default_factory=list)


def explain(run: str | Path, setl_id: str, language: Language = "zh") -> Explanation:
    """Follow one case of a finished run through all stages.

    Parameters
    ----------
    run : folder that ``settle`` wrote.
    setl_id : settlement ID of the case.

    Raises
    ------
    UsageError : not a run's folder, or no such case in it.
    PolicyError, TablesError : policy or tables have changed since the run.
    """
    folder = Path(run)
    record = _record(folder)
    identity = {
        "setl_id": setl_id,
        "month": record["month"],
        "policy": f"{record['policy']['name']} {record['policy']['sha256'][:12]}",
        "tables": f"{record['tables']['name']} {record['tables']['sha256'][:12]}",
    }
    stored = _stored_case(folder, setl_id)
    if stored is None:
        rows = _set_aside(folder, setl_id)
        if not rows:
            raise UsageError(
                Text(f"运行结果中没有结算ID {setl_id}。", f"The run holds no case with settlement ID {setl_id}."),
                Text("请核对结算ID与结果文件夹。", "Check the ID and the folder of the run."),
            )
        return Explanation(setl_id, identity, [], [], rows)
    policy, tables = _sources(record)
    return _follow(setl_id, identity, stored, record, policy, tables, language)


def _record(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    if not path.is_file():
        raise UsageError(
            Text(f"{folder} 不是结算结果文件夹。", f"{folder} is not the folder of a run."),
            Text("请指定 settle --out 写出的文件夹。", "Give a folder that settle --out has written."),
        )
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def _stored_case(folder: Path, setl_id: str) -> dict[str, Any] | None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = pq.ParquetFile(folder / "cases.parquet")
    for group in range(file.num_row_groups):
        ids = file.read_row_group(group, columns=["setl_id"]).column("setl_id")
        position = pc.index(pc.cast(ids, "string"), setl_id).as_py()
        if position >= 0:
            row: dict[str, Any] = file.read_row_group(group).slice(position, 1).to_pylist()[0]
            return row
    return None


def _set_aside(folder: Path, setl_id: str) -> list[Mapping[str, str]]:
    rows: list[Mapping[str, str]] = []
    for name in ("set_aside.csv", "findings.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["setl_id"] == setl_id]
    return rows


def _sources(record: Mapping[str, Any]) -> tuple[Policy, DipTables]:
    from drgdip.policy import load_policy
    from drgdip.tables import load_tables

    policy = load_policy(record["policy_file"])
    if policy.sha256 != record["policy"]["sha256"]:
        raise PolicyError(
            Text("政策文件自本次运行后已被修改,无法据此解释。", "The policy file has changed since this run."),
            Text("请恢复运行时的政策文件,或重新结算。", "Restore the file of the run, or settle again."),
        )
    tables = load_tables(policy.tables_scheme, policy.tables_edition)
    if tables.sha256 != record["tables"]["sha256"]:
        raise TablesError(
            Text("分组目录自本次运行后已被修改,无法据此解释。", "The grouper tables have changed since this run."),
            Text("请恢复运行时的目录版本,或重新结算。", "Restore the edition of the run, or settle again."),
        )
    return policy, tables


def _follow(
    setl_id: str,
    identity: Mapping[str, str],
    stored: Mapping[str, Any],
    record: Mapping[str, Any],
    policy: Policy,
    tables: DipTables,
    language: Language,
) -> Explanation:
    from drgdip.pipeline.context import MonthValues, contexts_for, month_bounds
    from drgdip.pipeline.outputs import differences, rebuilt_columns
    from drgdip.pipeline.process import CASE_PAYMENT, CASE_PROCESS, run_stages

    first, last = month_bounds(record["month"])
    first = date.fromisoformat(record["parameters"]["first_day"])
    columns = rebuilt_columns(stored, tables, list(policy.on(last).pools))
    basis = "discharge_time_s" if policy.on(last).basis_date == "discharge" else "settlement_time_s"
    contexts = contexts_for(policy, tables, first, last, [stored["fixmedins_code"]])
    for context in contexts:
        context.month_values = MonthValues(*_month_values(record, context.values, stored["fixmedins_code"]))
    stages = (*CASE_PROCESS, *CASE_PAYMENT)
    result = run_stages(columns, stages, contexts, columns[basis])
    day = datetime.fromtimestamp(int(columns[basis][0]), UTC).date()
    values = policy.on(min(max(day, first), last))
    month, hospital = contexts[0].month_values, stored["fixmedins_code"]
    steps = [_step(stage, result, values, tables, policy, month, hospital, day, language) for stage in stages]
    return Explanation(setl_id, identity, steps, differences(stored, result, tables, list(values.pools)))


def _month_values(record: Mapping[str, Any], values: PolicyValues, hospital: str) -> tuple[list[int], list[list[int]]]:
    parameters = record["parameters"]
    ratios = parameters["fund_ratios_e4"]
    return parameters["point_values_e4"], [ratios[hospital] if hospital in ratios else ratios["*"]]


def _step(
    stage: Stage,
    result: Mapping[str, np.ndarray],
    values: PolicyValues,
    tables: DipTables,
    policy: Policy,
    month: Any,
    hospital: str,
    day: date,
    language: Language,
) -> Step:
    case = {name: int(column[0]) for name, column in result.items() if len(column) == 1}
    point_value = month.point_values_e4[case["pool_index"]]

    def line(column: Column) -> Line:
        from drgdip.audit.units import written
        from drgdip.audit.workings import WORKINGS

        label = Text(column.zh, column.en)
        if column.dims == "flat":
            return Line(column.name, label, _codes(column.name, result[column.name], tables), "", column.source)
        if column.unit == "id":
            name = _named(column.name, case[column.name], hospital, tables, values)
            return Line(column.name, label, name, "", column.source)
        working = WORKINGS[column.name](case, values, point_value) if column.name in WORKINGS else ""
        return Line(column.name, label, written(column, case[column.name], language), working, column.source)

    return Step(
        stage.title,
        [line(column) for column in stage.reads if column.dims != "offset"],
        [line(column) for column in stage.writes],
        tables.row(case["group_id"]) if stage.key == "grouping" and case["group_id"] >= 0 else {},
        _citations(policy, stage, hospital, list(values.pools)[case["pool_index"]], day),
    )


def _codes(name: str, ids: np.ndarray, tables: DipTables) -> str:
    system = tables.diagnoses if name == "diagnosis_id" else tables.procedures
    return " | ".join(f"{system.codes[int(i)]} {system.names[int(i)]}" for i in ids) or "—"


def _citations(policy: Policy, stage: Stage, hospital: str, pool: str, day: date) -> list[tuple[str, str]]:
    """Citations of the values a stage obeys, with the value and its standing where it is not beyond dispute.

    What the policy says nothing about for this hospital is left out.
    """
    rows = policy.describe(day)
    found = []
    for pattern in stage.policy_keys:
        key = pattern.format(hospital=hospital, pool=pool)
        for row in rows:
            if row.key == key or row.key.startswith(f"{key}."):
                mark = f" [{row.status}]" if row.status else ""
                found.append((row.key, f"{row.value}{mark} — {row.citation}"))
    return found


def _named(name: str, number: int, hospital: str, tables: DipTables, values: PolicyValues) -> str:
    if name == "hospital_id":
        return hospital
    if name in ("group_id", "runner_up_group_id"):
        return f"{tables.group_codes[number]} {tables.group_names[number]}" if number >= 0 else "—"
    if name == "pool_index":
        pool = list(values.pools)[number]
        return f"{pool} {values.pools[pool].name.zh}"
    return str(number)
