"""The case table that people get: input text, intake columns and every stage's columns, ids turned into names.

Money stays in integer fen, scaled numbers keep their scale in the name; see the schema's field metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from drgdip.base.caching import MOST_PROCESSES
from drgdip.base.columns import Column
from drgdip.base.reasons import REASONS, reason
from drgdip.intake import TEXT_FIELDS, code_ids
from drgdip.intake import WRITES as INTAKE_COLUMNS
from drgdip.interface.fields import label
from drgdip.pipeline.drg_stages import with_department
from drgdip.pipeline.process import PROCESS, Stage
from drgdip.pipeline.process_rules import given_columns
from drgdip.quality_control import ELIGIBILITY_WRITES
from drgdip.tables.dip_catalogue import KINDS as CATALOGUE_KINDS
from drgdip.valuation.auxiliary import WRITES as AUXILIARY_COLUMNS

if TYPE_CHECKING:
    from drgdip.tables import DipTables, GroupTables

#: id columns -> the name they get in the table; the first two are written by DIP grouping, the others by CHS-DRG.
_GROUPS = {
    "group_id": "dip_code",
    "runner_up_group_id": "runner_up_code",
    "mdc_id": "mdc_code",
    "adrg_id": "adrg_code",
    "drg_id": "drg_code",
}
_SUBTYPES = {column.name: column.name.removesuffix("_id") for column in AUXILIARY_COLUMNS if column.unit == "id"}
_NAMED = {**_GROUPS, **_SUBTYPES, "pool_index": "pool"}
_DROPPED = frozenset(("hospital_id", "exclusion_reason"))
#: Kinds of groups as outputs name them; the last is that of a stay without a group.
KINDS = (*CATALOGUE_KINDS, "ungrouped")


def written_by(stages: Iterable[Stage]) -> tuple[Column, ...]:
    """The columns that stages write, in their order."""
    return tuple(column for stage in stages for column in stage.writes)


def joined_by(stages: Iterable[Stage]) -> tuple[Column, ...]:
    """The columns that come beside the cases, in the order of the stages that read them."""
    return tuple(column for stage in stages for column in stage.joins)


@lru_cache(maxsize=MOST_PROCESSES)
def case_columns(stages: tuple[Stage, ...] = PROCESS.stages) -> tuple[Column, ...]:
    """All columns with one value a stay once these stages have run, in process order.

    The group ids of CHS-DRG are not among them: ``drg_id`` names groups, and ambiguous and ungrouped stays, too.
    """
    written = written_by(stages)
    dropped = _DROPPED | ({"group_id"} if any(column.name == "drg_id" for column in written) else set())
    return tuple(
        column
        for column in (*INTAKE_COLUMNS, *ELIGIBILITY_WRITES, *given_columns(stages), *_traced(stages))
        if column.dims == "case" and column.name not in dropped
    )


def _traced(stages: Iterable[Stage]) -> tuple[Column, ...]:
    return tuple(column for stage in stages for column in (*stage.joins, *stage.writes))


_REASON_KEYS = tuple(sorted(REASONS, key=lambda key: REASONS[key].number))
_REASON_POSITION = {REASONS[key].number: position for position, key in enumerate(_REASON_KEYS)}


def output_name(column: Column) -> str:
    """Name of a column in the case table."""
    return _NAMED.get(column.name, column.name)


def _dtype(column: Column) -> str:
    if column.name in _NAMED or column.unit == "reason":
        return "category"
    return {"s": "timestamp[s]", "flag": "bool"}.get(column.unit, column.dtype)


_KIND = Column("dip_kind", "category", "code", "病种类别", "kind of group", "settlement arithmetic 1.3")


@lru_cache(maxsize=MOST_PROCESSES)
def table_columns(stages: tuple[Stage, ...] = PROCESS.stages) -> tuple[Column, ...]:
    """Columns of the case table once these stages have run, in order."""
    table = [Column(name, "text", "text", label(name).zh, label(name).en) for name in TEXT_FIELDS]
    for column in case_columns(stages):
        table.append(column._replace(name=output_name(column), dtype=_dtype(column)))
        if column.name == "group_id":
            table.append(_KIND)
    return tuple(table)


#: Columns of ``cases.parquet``, in order.
TABLE_COLUMNS = table_columns()


def names_of(name: str, tables: GroupTables, pools: Sequence[str]) -> Sequence[str]:
    """What the ids of a named column stand for."""
    if name in _GROUPS:
        return tables.id_names[name]
    if name in _SUBTYPES:
        return [subtype.code for subtype in tables.auxiliary.subtypes] if tables.auxiliary else []
    return list(pools)


class CaseTable:
    """Turns batches into the values of the case table."""

    def __init__(self, tables: GroupTables, pools: Sequence[str], stages: tuple[Stage, ...] = PROCESS.stages) -> None:
        self._columns = case_columns(stages)
        named = [column.name for column in self._columns if column.name in _NAMED]
        self._names = {name: pa.array(names_of(name, tables, pools), pa.string()) for name in named}
        self._by_kind = any(column.name == "group_id" for column in self._columns)
        self._kind = cast("DipTables", tables).groups.group_kind if self._by_kind else np.empty(0, dtype=np.int8)
        self._kinds = pa.array(KINDS, pa.string())
        self._reasons = pa.array(_REASON_KEYS, pa.string())
        self._position = np.full(max(_REASON_POSITION) + 1, -1, dtype=np.int32)
        for number, position in _REASON_POSITION.items():
            self._position[number] = position

    def values(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray]) -> dict[str, pa.Array]:
        """Values of the case table; ``text`` holds the input text of the same rows."""
        values: dict[str, pa.Array] = {name: text[name] for name in TEXT_FIELDS}
        for column in self._columns:
            values[output_name(column)] = self._array(column, columns[column.name])
        if not self._by_kind or "group_id" not in columns:
            return values
        kind = np.where(columns["group_id"] < 0, len(KINDS) - 1, self._kind[np.maximum(columns["group_id"], 0)]).astype(
            np.int32
        )
        values[_KIND.name] = pa.DictionaryArray.from_arrays(pa.array(kind), self._kinds)
        return values

    def _array(self, column: Column, values: np.ndarray) -> pa.Array:
        if column.name in self._names:
            ids = pa.array(values.astype(np.int32), mask=values < 0)
            return pa.DictionaryArray.from_arrays(ids, self._names[column.name])
        if column.unit == "reason":
            return pa.DictionaryArray.from_arrays(pa.array(self._position[values]), self._reasons)
        if column.unit == "s":
            return pa.array(values, pa.int64()).cast(pa.timestamp("s"))
        if column.unit == "flag":
            return pa.array(values.astype(np.bool_))
        return pa.array(values)


def stored_value(column: Column, stored: Any, tables: GroupTables, pools: Sequence[str]) -> int:
    """The integer that a stage would have written for what the case table holds."""
    if column.name in _NAMED:
        return -1 if stored is None else names_of(column.name, tables, pools).index(stored)
    if column.unit == "reason":
        return REASONS[stored].number
    if column.unit == "s":
        return int((stored - type(stored)(1970, 1, 1)).total_seconds())
    return int(stored)


def rebuilt_columns(
    stored: Mapping[str, Any], tables: GroupTables, pools: Sequence[str], stages: tuple[Stage, ...] = ()
) -> dict[str, np.ndarray]:
    """The input columns of one stored case, and what ``stages`` were given beside, as a batch of one; hospital id 0."""
    columns = {
        column.name: np.array([stored_value(column, stored[output_name(column)], tables, pools)], dtype=column.dtype)
        for column in (*case_columns(()), *given_columns(stages), *joined_by(stages))
    }
    columns["hospital_id"] = np.zeros(1, dtype=np.int32)
    with_department(columns, tables, stored["dscg_caty"])
    for text, flat, offset, system in (
        ("diag_code", "diagnosis_id", "diagnosis_offset", tables.diagnoses),
        ("oprn_oprt_code", "procedure_id", "procedure_offset", tables.procedures),
    ):
        columns[flat] = code_ids(stored[text] or "", system)
        columns[offset] = np.array([0, len(columns[flat])], dtype=np.int32)
    return columns


def differences(
    stored: Mapping[str, Any],
    result: Mapping[str, np.ndarray],
    tables: GroupTables,
    pools: Sequence[str],
    stages: Iterable[Stage] = PROCESS.stages,
) -> list[str]:
    """Columns of the case table that a recomputation does not reproduce, with both values."""
    found = []
    kept = {column.name for column in case_columns(tuple(stages))}
    for column in (column for column in written_by(stages) if column.name in kept):
        before = stored_value(column, stored[output_name(column)], tables, pools)
        now = int(result[column.name][0])
        if before != now:
            words = [str(reason(v).key) if column.unit == "reason" else str(v) for v in (before, now)]
            found.append(f"{output_name(column)}: {words[0]} → {words[1]}")
    return found
