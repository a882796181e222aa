"""What the months paid, held back and deducted, by hospital and pool (settlement arithmetic 4.3–4.5, 5.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.money import format_yuan
from drgdip.base.text import Text
from drgdip.clearing.year import Key, Payments
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DeductionLine
from drgdip.pipeline.year.months import Month, sources

_AUDIT, _OFFSET, _HOLD, _OTHER = (10, 20), 30, 40, 99


class _Item(NamedTuple):
    """A deduction over the months: what was taken in all, and what is open at the end."""

    line: DeductionLine
    taken_fen: int
    open_fen: int


def payments(
    months: Sequence[Month],
    decided: Iterable[Deduction] = (),
    granted: Mapping[Key, int] | None = None,
    cancelled: Mapping[str, int] | None = None,
) -> dict[Key, Payments]:
    """Sum the months' statements and deductions. ``decided`` : items after the months. ``granted`` : prepayments.
    ``cancelled`` : by item, what of it the year itself has paid, and so is no deduction of it.

    A negative month is carried by an item of its own; both cancel within the year, so neither is a deduction of it.
    Raises UsageError for an item handed in again, one that a year cannot take, or an advance below its offsets.
    """
    total: dict[Key, Payments] = {}
    for month in months:
        for row in month.run.rows:
            key = (row.hospital_code, row.pool)
            _add(total, key, paid_fen=row.paid_fen)
    for month in sources(months):
        for row in month.run.rows:
            _add(total, (row.hospital_code, row.pool), withheld_fen=row.retained_fen)
    items = _items(months)
    for item in items.values():
        left = _without(item, (cancelled or {}).get(item.line.item_id, 0))
        _add(total, (item.line.hospital_code, item.line.pool), **_of_item(left))
    for new in decided:
        if new.id in items:
            raise _repeated(new)
        _add(total, (new.hospital_code, new.pool), **_of_decided(new))
    return _with_advances(total, granted)


def _items(months: Sequence[Month]) -> dict[str, _Item]:
    """Every item of the year but those that carry a negative month of it."""
    names = {month.name for month in months}
    items: dict[str, _Item] = {}
    for month in months:
        for line in month.run.deductions:
            if _carries_a_month(line, names):
                continue
            before = items[line.item_id].taken_fen if line.item_id in items else 0
            items[line.item_id] = _Item(line, before + line.taken_fen, line.carried_fen)
    return items


def _without(item: _Item, fen: int) -> _Item:
    taken = min(fen, item.taken_fen)
    return item._replace(taken_fen=item.taken_fen - taken, open_fen=item.open_fen - (fen - taken))


def _carries_a_month(line: DeductionLine, names: Iterable[str]) -> bool:
    own = f"{line.hospital_code}-{line.pool}"
    return line.deduction_type == _OTHER and line.item_id in {f"NEG-{name}-{own}" for name in names}


def _of_item(item: _Item) -> dict[str, int]:
    kind = item.line.deduction_type
    if kind in _AUDIT:
        return {"deductions_fen": item.taken_fen + item.open_fen}
    if kind == _OFFSET:
        return {"offset_fen": item.taken_fen, "prepayment_fen": item.open_fen}
    if kind == _HOLD:
        return {"withheld_fen": item.taken_fen}
    return {"other_fen": item.taken_fen, "open_fen": item.open_fen}


def _of_decided(new: Deduction) -> dict[str, int]:
    if new.type == _HOLD:
        raise UsageError(
            Text(f"扣款 {new.id} 的类型为 40(预留金暂扣),年终清算不再暂扣。",
                 f"The deduction {new.id} is of type 40 (retention hold), which a cleared year no longer holds."),
            Text("请删除该项;预留金按考核分兑现。", "Remove it; the retention is released by the score."),
        )  # fmt: skip
    name = "deductions_fen" if new.type in _AUDIT else "prepayment_fen" if new.type == _OFFSET else "open_fen"
    return {name: new.amount_fen}


def _with_advances(total: dict[Key, Payments], granted: Mapping[Key, int] | None) -> dict[Key, Payments]:
    """Outstanding is what was advanced less what the months offset; open offsets are part of it, not more."""
    for key, amount in (granted or {}).items():
        own = total.get(key, Payments())
        if amount < own.offset_fen:
            raise UsageError(
                Text(f"{key[0]} / {key[1]} 的预付金 {format_yuan(amount)} 元少于各月已抵扣的 {format_yuan(own.offset_fen)} 元。",
                     f"The prepayment of {key[0]} / {key[1]}, {format_yuan(amount)} yuan, is less than the"
                     f" {format_yuan(own.offset_fen)} that the months offset."),
                Text("请核对预付金清单。", "Check the list of prepayments."),
            )  # fmt: skip
        total[key] = own._replace(prepayment_fen=amount - own.offset_fen)
    return total


def _add(total: dict[Key, Payments], key: Key, **amounts: int) -> None:
    own = total.get(key, Payments())
    total[key] = own._replace(**{name: getattr(own, name) + fen for name, fen in amounts.items()})


def _repeated(new: Deduction) -> UsageError:
    return UsageError(
        Text(f"扣款 {new.id} 已在月度结算中处理。", f"The deduction {new.id} was already taken up by a month."),
        Text("请只给出各月未处理过的扣款。", "Give only deductions that no month has seen."),
    )
