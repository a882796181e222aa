"""The steps of an explanation: every stage's columns with unit, arithmetic, table row and citation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.audit.auxiliary_words import auxiliary_row, auxiliary_working
from drgdip.audit.dip_candidates import Candidate, find_candidates
from drgdip.base.columns import Column
from drgdip.base.text import Language, Text
from drgdip.valuation.columns import AUXILIARY

if TYPE_CHECKING:
    import numpy as np

    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Stage
    from drgdip.policy import Policy
    from drgdip.policy.rows import Row
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables


class Line(NamedTuple):
    """One value on the way: label, value with unit, the arithmetic behind it, and the rule's source."""

    column: str
    label: Text
    value: str
    working: str
    source: str


@dataclass(frozen=True)
class Step:
    """One stage: what it read, what it wrote, the table row it used, and the policy values it obeyed.

    candidates : of grouping, every group that the diagnoses could lead to, and why it is not the one.
    """

    title: Text
    reads: list[Line]
    writes: list[Line]
    table_row: Mapping[str, str] = field(default_factory=dict)
    citations: list[tuple[str, str]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(frozen=True)
class Explanation:
    """A case explained.

    Attributes
    ----------
    setl_id : str
        Settlement ID of the case.
    identity : mapping
        Case, month or day, policy and tables with the beginnings of their hashes.
    steps : list of Step
        The stages in order; none for a case that was not settled.
    differences : list of str
        Columns in which the run's own record disagrees; none, normally.
    set_aside : list of mapping
        For a case that was not settled: what was wrong with it.
    """

    setl_id: str
    identity: Mapping[str, str]
    steps: list[Step]
    differences: list[str]
    set_aside: list[Mapping[str, str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain values that JSON can hold; text in both languages.

        Returns
        -------
        dict
            The attributes by name; amounts are text in yuan, as people read them.
        """
        whole: dict[str, Any] = json_value(self)
        return whole

    def to_text(self, language: Language = "zh") -> str:
        """The explanation as lines of text.

        Parameters
        ----------
        language : {"zh", "en"}
            Language of the labels.

        Returns
        -------
        str
            One line a value, the stages numbered.
        """
        from drgdip.audit.explanation_text import explanation_lines

        return "\n".join(explanation_lines(self, language))


def json_value(value: Any) -> Any:
    """A value as JSON can hold it: named tuples and dataclasses become mappings."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: json_value(item) for name, item in value._asdict().items()}
    if is_dataclass(value):
        return {entry.name: json_value(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {name: json_value(item) for name, item in value.items()}
    return [json_value(item) for item in value] if isinstance(value, list | tuple) else value


def steps_of(
    result: Mapping[str, np.ndarray],
    stages: Sequence[Stage],
    context: Context,
    policy: Policy,
    day: date,
    language: Language,
) -> list[Step]:
    """The steps of one case, from the columns that the pipeline wrote for it.

    ``context`` is that of the case's day, with the month's values; its hospitals are those that ids stand for.
    """
    case = {name: int(column[0]) for name, column in result.items() if len(column) == 1}
    rows = policy.describe(day)
    return [_step(stage, result, case, context, rows, language) for stage in stages]


def _step(
    stage: Stage,
    result: Mapping[str, np.ndarray],
    case: Mapping[str, int],
    context: Context,
    rows: Sequence[Row],
    language: Language,
) -> Step:
    tables, values, hospital = context.tables, context.values, context.hospitals[case["hospital_id"]]
    month = context.month_values
    point_value = month.point_values_e4[case["pool_index"]] if month else 0

    def line(column: Column) -> Line:
        from drgdip.audit.units import written
        from drgdip.audit.workings import WORKINGS

        label = Text(column.zh, column.en)
        if column.dims == "flat":
            return Line(column.name, label, _codes(column.name, result[column.name], tables), "", column.source)
        if column.unit == "id":
            name = _named(column.name, case[column.name], hospital, tables, values, language)
            return Line(column.name, label, name, "", column.source)
        working = WORKINGS[column.name](case, values, point_value) if column.name in WORKINGS else ""
        if column.name == AUXILIARY and stage.key == "auxiliary" and column in stage.writes:
            working = auxiliary_working(case, context)
        return Line(column.name, label, written(column, case[column.name], language), working, column.source)

    return Step(
        stage.title,
        [line(column) for column in stage.reads if column.dims != "offset"],
        [line(column) for column in stage.writes],
        _table_row(stage, case, context),
        _citations(rows, stage, hospital, list(values.pools)[case["pool_index"]]),
        _candidates(stage, result, context),
    )


def _candidates(stage: Stage, result: Mapping[str, np.ndarray], context: Context) -> list[Candidate]:
    if stage.key != "grouping" or context.tables.manifest.scheme != "dip":
        return []
    return find_candidates(result, context.dip_tables, context.values.grouping, context.grouping()).found


def _table_row(stage: Stage, case: Mapping[str, int], context: Context) -> Mapping[str, str]:
    if stage.key == "auxiliary":
        return auxiliary_row(case, context)
    return context.tables.row(case["group_id"]) if stage.key == "grouping" and case["group_id"] >= 0 else {}


def _codes(name: str, ids: np.ndarray, tables: GroupTables) -> str:
    system = tables.diagnoses if name == "diagnosis_id" else tables.procedures
    return " | ".join(f"{system.codes[int(i)]} {system.names[int(i)]}" for i in ids) or "—"


def _citations(rows: Sequence[Row], stage: Stage, hospital: str, pool: str) -> list[tuple[str, str]]:
    """Citations of the values a stage obeys, with the value and its standing where it is not beyond dispute.

    What the policy says nothing about for this hospital is left out.
    """
    found = []
    for pattern in stage.policy_keys:
        key = pattern.format(hospital=hospital, pool=pool)
        below = f"{key}."
        for row in rows:
            if row.key == key or row.key.startswith(below):
                mark = f" [{row.status}]" if row.in_doubt else ""
                found.append((row.key, f"{row.value}{mark} — {row.citation}"))
    return found


def _named(name: str, number: int, hospital: str, tables: GroupTables, values: PolicyValues, language: Language) -> str:
    if name == "hospital_id":
        return hospital
    if name in ("group_id", "runner_up_group_id"):
        return f"{tables.group_codes[number]} {tables.group_names[number]}" if number >= 0 else "—"
    if name in tables.id_names:
        return tables.id_names[name][number]
    if name.endswith("_subtype_id") and tables.auxiliary:
        subtype = tables.auxiliary.subtypes[number] if number >= 0 else None
        return f"{subtype.code} {subtype.name.in_language(language)}" if subtype else "—"
    if name == "pool_index":
        pool = list(values.pools)[number]
        return f"{pool} {values.pools[pool].name.in_language(language)}"
    return str(number)
