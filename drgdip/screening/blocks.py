"""Values of the params file by place of care and day: which one holds where and when, the narrower place before the wider."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.screening.day import read_day
from drgdip.screening.rule import Life

EPOCH = date(1970, 1, 1)
#: Before and after all days.
ALWAYS, NEVER = -(10**9), 10**9
#: What a block may have.
KEYS = ("mdtrt_admdvs", "from", "to", "rules", "states")
#: The name of a rule's state among its values.
STATE = "state"
_REGION = re.compile(r"\d{2}(\d{2}){0,2}")


class Block(NamedTuple):
    """Values that hold in a place (``""``: everywhere) from a day to a day, both included, as numbers since 1970-01-01."""

    region: str
    first: int
    last: int
    params: Mapping[str, Mapping[str, Any]]
    states: Mapping[str, Life]

    def of(self, rule: str) -> Mapping[str, Any]:
        """The rule's values here, its state among them."""
        own = dict(self.params.get(rule, {}))
        return {**own, STATE: self.states[rule]} if rule in self.states else own

    def __str__(self) -> str:
        days = "–".join("" if abs(day) == NEVER else _said(day) for day in (self.first, self.last))
        return " ".join(part for part in (self.region, days if days != "–" else "") if part)


class Held(NamedTuple):
    """What holds of one rule in one place on one day. params : beside the default's. applied : name -> the block that gives it."""

    params: Mapping[str, Any]
    life: Life | None
    applied: Mapping[str, Block]


def held(blocks: Sequence[Block], rule: str, region: str, day: int) -> Held:
    """The values of blocks for a rule: of several the narrower place's."""
    values: dict[str, Any] = {}
    applied: dict[str, Block] = {}
    here = (block for block in blocks if region.startswith(block.region) and block.first <= day <= block.last)
    for block in sorted(here, key=lambda block: len(block.region)):
        own = block.of(rule)
        values |= own
        applied |= dict.fromkeys(own, block)
    life = values.pop(STATE, None)
    return Held(values, life, applied)


def read_blocks(given: Any) -> list[Block]:
    """Blocks of a params file, their rules not looked at. Raises PolicyError for one that is not complete."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise _wrong(str(given))
    return [block for item in given for block in _read(item)]


def _read(item: Any) -> Iterator[Block]:
    if not isinstance(item, Mapping) or set(item) - set(KEYS) or not (item.get("rules") or item.get("states")):
        raise _wrong(str(item))
    named = item.get("mdtrt_admdvs")
    regions = [str(one) for one in named] if isinstance(named, list) else [] if named is None else [str(named)]
    first, last = _day(item, "from", ALWAYS), _day(item, "to", NEVER)
    if not regions and first == ALWAYS and last == NEVER:
        raise _wrong(str(item))
    for region in regions:
        if not _REGION.fullmatch(region):
            raise _wrong(f"mdtrt_admdvs: {region}")
    if last < first:
        raise _wrong(f"{_said(first)} – {_said(last)}")
    params = {str(rule): values or {} for rule, values in (item.get("rules") or {}).items()}
    for region in regions or [""]:
        yield Block(_significant(region), first, last, params, item.get("states") or {})


def _significant(region: str) -> str:
    """A division code without the pairs of zeros that stand for all that lies within."""
    from drgdip.tables.knowledge.pack import significant

    return significant(region) if region else ""


def _day(item: Mapping[str, Any], name: str, missing: int) -> int:
    value = item.get(name)
    if value is None:
        return missing
    try:
        return (read_day(value) - EPOCH).days
    except ValueError:
        raise _wrong(f"{name}: {value}") from None


def check_blocks(blocks: Sequence[Block]) -> None:
    """Raises PolicyError where a value is given twice for one place and day, or for days with others left out between them."""
    spans: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for block in blocks:
        for rule in {*block.params, *block.states}:
            for name in block.of(rule):
                spans.setdefault((rule, name, block.region), []).append((block.first, block.last))
    for (rule, name, region), own in sorted(spans.items()):
        in_order = sorted(own)
        for (_, last), (first, _) in pairwise(in_order):
            if first != last + 1:
                raise _not_in_turn(f"{rule}.{name}", region, last, first)


def _not_in_turn(name: str, region: str, last: int, first: int) -> PolicyError:
    zh, en = (f"在 {region} ", f" for {region}") if region else ("", "")
    if first <= last:
        day = "" if first == ALWAYS else _said(first)
        return PolicyError(
            Text(f"{name} {zh}于 {day or '同一天'} 有两个值。", f"{name} has two values{en} on {day or 'the same days'}."),
            Text("请令其一在另一个开始的前一日结束(to)。", "Let one end (`to`) on the day before the other begins (`from`)."),
        )  # fmt: skip
    gap = f"{_said(last + 1)}", f"{_said(first - 1)}"
    return PolicyError(
        Text(f"{name} {zh}在 {gap[0]} 至 {gap[1]} 没有值,而其前后均有。",
             f"{name} has no value{en} from {gap[0]} to {gap[1]}, though it has one before and after."),
        Text("请补足该期间,或写明期间内适用的值。", "Close the gap, or write the value that holds in these days."),
    )  # fmt: skip


def _said(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()


def _wrong(what: str) -> PolicyError:
    return PolicyError(
        Text(f"参数文件 by_place_and_day 中的 {what} 无法使用。", f"{what} under by_place_and_day of the params file cannot be used."),
        Text(f"每段须有地区(区划代码 2、4 或 6 位)或起止日期(起不晚于止),并有 rules 或 states;可用:{', '.join(KEYS)}。",
             f"A block needs a place (2, 4 or 6 digits of the division code) or days in order, and rules or states; there are {', '.join(KEYS)}."),
    )  # fmt: skip
