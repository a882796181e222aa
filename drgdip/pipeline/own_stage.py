"""What a stage that a caller adds to the process must keep to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.columns import Column
from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.intake.columns import TEXT_FIELDS, WRITES
from drgdip.quality_control.columns import ELIGIBILITY_WRITES

if TYPE_CHECKING:
    from drgdip.pipeline.process import Process, Stage

#: Names of the case table that are not those of a column.
_TABLE_NAMES = frozenset((*TEXT_FIELDS, "dip_code", "dip_kind", "runner_up_code", "pool"))


def check_stage(process: Process, stage: Stage, after: str) -> None:
    """Raise UsageError unless the stage can follow the one with the key ``after``."""
    keys = [known.key for known in process.stages]
    if after not in keys:
        raise _fault(f"流程中没有阶段 {after}。", f"The process has no stage {after}.",
                     f"可用的阶段:{', '.join(keys)}。", f"Its stages are {', '.join(keys)}.")  # fmt: skip
    if stage.key in keys:
        raise _fault(f"阶段名 {stage.key} 已被使用。", f"The key {stage.key} is taken.",
                     "请为自定义阶段另取名称。", "Give the stage a key of its own.")  # fmt: skip
    before = process.stages[: keys.index(after) + 1]
    known = {c.name: c for c in (*WRITES, *ELIGIBILITY_WRITES, *(c for s in before for c in s.writes))}
    in_payment = after in [entry.key for entry in process.payment]
    for column in stage.reads:
        _check_read(stage, column, known, in_payment)
    taken = _TABLE_NAMES | known.keys() | {c.name for s in process.stages for c in s.writes}
    for column in stage.writes:
        _check_written(stage, column, taken)


def _check_read(stage: Stage, column: Column, known: dict[str, Column], in_payment: bool) -> None:
    held = known.get(column.name)
    if held is None:
        raise _fault(f"阶段 {stage.key} 读取的列 {column.name} 在该处尚不存在。",
                     f"The stage {stage.key} reads the column {column.name}, which is not there yet.",
                     "请调整阶段位置或列名。", "Move the stage, or correct the name of the column.")  # fmt: skip
    if (held.dtype, held.dims) != (column.dtype, column.dims):
        raise _fault(f"列 {column.name} 的类型是 {held.dtype},不是 {column.dtype}。",
                     f"The column {column.name} holds {held.dtype} ({held.dims}), not {column.dtype} ({column.dims}).",
                     "请按原样声明该列。", "Declare it as it is.")  # fmt: skip
    if in_payment and column.dims != "case":
        raise _fault(f"支付之后不再保留列 {column.name}。", f"The column {column.name} is not kept until payment.",
                     "请将阶段放在 pricing 或更早的阶段之后。", "Put the stage after pricing, or earlier.")  # fmt: skip


def _check_written(stage: Stage, column: Column, taken: frozenset[str]) -> None:
    if column.name in taken:
        raise _fault(f"列 {column.name} 已由其他阶段写出。", f"The column {column.name} is written already.",
                     "请为自定义列另取名称。", "Give the column a name of its own.")  # fmt: skip
    if column.dims != "case" or not _is_integer(column.dtype) or column.unit == "reason":
        raise _fault(f"阶段 {stage.key} 的列 {column.name} 不是每例一个整数。",
                     f"The column {column.name} of {stage.key} is not one integer a case.",
                     "请使用整数:金额以分计,比率乘一万。",
                     "Write integers: money in fen, ratios times ten thousand.")  # fmt: skip


def check_written(stage: Stage, written: object, rows: int) -> None:
    """Raise UsageError where the verb of a caller's own stage did not return the columns that it declares."""
    declared = {column.name: column.dtype for column in stage.writes}
    if not isinstance(written, Mapping) or set(written) != set(declared):
        names = sorted(map(str, written)) if isinstance(written, Mapping) else [type(written).__name__]
        raise _fault(f"阶段 {stage.key} 返回的列是 {names},与声明不符。",
                     f"The stage {stage.key} returned {names}, not the columns that it declares.",
                     f"应返回:{sorted(declared)}。", f"Return {sorted(declared)}.")  # fmt: skip
    for name, dtype in declared.items():
        array = written[name]
        if not isinstance(array, np.ndarray) or array.dtype.name != dtype or array.shape != (rows,):
            raise _fault(f"阶段 {stage.key} 返回的列 {name} 不是 {rows} 个 {dtype} 值。",
                         f"The stage {stage.key} returned {name} other than as {rows} values of {dtype}.",
                         "请返回每例一个值的 numpy 数组。",
                         "Return a numpy array with one value a case.")  # fmt: skip


def _is_integer(dtype: str) -> bool:
    try:
        return np.issubdtype(np.dtype(dtype), np.signedinteger)
    except TypeError:
        return False


def _fault(fact_zh: str, fact_en: str, advice_zh: str, advice_en: str) -> UsageError:
    return UsageError(Text(fact_zh, fact_en), Text(advice_zh, advice_en))
