"""A rule's parameters, lists and state somewhere, sometime, and which of them holds where and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Sized
from functools import cached_property
from typing import Any

from drgdip.screening.blocks import NEVER, STATE, Block, Held, held
from drgdip.screening.dated import Scope, states_of
from drgdip.screening.findings import digests
from drgdip.screening.lists import Pack, row_text, with_lists
from drgdip.screening.params import Params
from drgdip.screening.rule import Life, Rule
from drgdip.screening.settings import Settings


class Listed:
    """Parameters of a rule with lists as they are somewhere, sometime. lists : of the pack, as far as they are used.

    life : the rule's state. said : which values of the params file apply, where that depends on place or day.
    """

    def __init__(
        self, rule: Rule, params: Params, used: Mapping[str, Sequence[Any]], pack_digest: str, life: Life, said: str = ""
    ) -> None:  # fmt: skip
        self.params, self.lists, self.life, self.said = params, tuple(used), life, said
        self._rows = used
        self._rule, self._pack_digest = rule, pack_digest

    @property
    def runs(self) -> bool:
        """Whether the rule runs."""
        return self.life in ("active", "shadow")

    @cached_property
    def digests(self) -> tuple[str, str]:
        """Of the rule with its parameters, and of its lists."""
        return digests(self._rule, self.params.values, self._pack_digest)

    def cited(self, item: str, beside: Collection[str]) -> tuple[str, ...]:
        """The rows of lists that name an item; of pairs those whose main item is one of those beside it."""
        return tuple([
            f"{name} {row_text(row)}"
            for name, rows in self._by_code.items()
            for row in rows.get(item, ())
            if not beside or getattr(row, "main_code", None) in (None, *beside)
        ])  # fmt: skip

    @cached_property
    def _by_code(self) -> dict[str, dict[str, list[Any]]]:
        found: dict[str, dict[str, list[Any]]] = {}
        for name, rows in self._rows.items():
            by_code: dict[str, list[Any]] = {}
            for row in rows:
                by_code.setdefault(str(getattr(row, "code", None) or getattr(row, "sub_code", "")), []).append(row)
            found[name] = by_code
        return found


def listed_by_place(rule: Rule, settings: Settings, pack: Pack | None) -> tuple[list[Listed], Scope]:
    """What there is of a rule, and where and when each holds; places and days with the same are one."""
    return _Reader(rule, settings, pack).read()


class _Reader:
    """Reads one rule's lists and values, those of equal places and days once."""

    def __init__(self, rule: Rule, settings: Settings, pack: Pack | None) -> None:
        self._rule, self._life = rule, settings.life(rule)
        self._given, self._blocks = settings.params.get(rule.id, {}), settings.blocks_of(rule.id)
        self._names = sorted({name for block in self._blocks for name in block.of(rule.id)})
        self._pack, self._digest = pack, pack.digest if pack else ""
        self._numbers: dict[tuple[int, ...], int] = {}
        self._found: list[Listed] = []

    def read(self) -> tuple[list[Listed], Scope]:
        lists = {one for name, needed in self._rule.lists.items() if name not in self._given for one in needed.packs}
        packs: dict[str, list[tuple[int, Pack | None]]] = {}
        for region, first, own in states_of(self._pack, sorted(lists)):
            packs.setdefault(region, []).append((first, own))
        regions = [*packs, *sorted({block.region for block in self._blocks} - set(packs))]
        return self._found, Scope({region: [*self._of(region, packs.get(region, packs[""]))] for region in regions})

    def _of(self, region: str, packs: Sequence[tuple[int, Pack | None]]) -> list[tuple[int, int]]:
        """The days from which on each state holds in a place."""
        here = [block for block in self._blocks if region.startswith(block.region)]
        days = {first for first, _ in packs}.union(
            *({block.first, block.last + 1} for block in here if block.last < NEVER),
            (block.first for block in here),
        )
        days_in_order, found = sorted(days), list[tuple[int, int]]()
        for day in days_in_order:
            pack = [own for first, own in packs if first <= day][-1]
            found.append((day, self._number(pack, held(here, self._rule.id, region, day))))
        return found

    def _number(self, pack: Pack | None, own: Held) -> int:
        key = id(pack), *(id(own.applied.get(name)) for name in self._names)
        if key not in self._numbers:
            self._numbers[key] = self._listed(pack, own)
        return self._numbers[key]

    def _listed(self, pack: Pack | None, own: Held) -> int:
        """The number of what holds; one that there is already, if it is the same."""
        values, used = with_lists(self._rule, {**self._given, **own.params}, pack)
        life, said = own.life or self._life, self._said(values, own)
        same = next((one.params for one in self._found if one.params.values == values), None)
        for number, one in enumerate(self._found):
            if one.params is same and (one.life, one.said) == (life, said):
                return number
        params = same or Params(self._rule.id, values)
        self._found.append(Listed(self._rule, params, used, self._digest, life, said))
        return len(self._found) - 1

    def _said(self, values: Mapping[str, Any], own: Held) -> str:
        """``min_overlap_hours = 24 (4104 2026-03-01–2026-06-30)`` for all that depends on place or day."""
        given = {**values, STATE: own.life or self._life}
        return "; ".join(
            f"{name} = {_shown(given.get(name))} ({_where(own.applied.get(name))})" for name in self._names
        )


def _shown(value: Any) -> str:
    return f"[{len(value)}]" if isinstance(value, Sized) and not isinstance(value, str) else str(value)


def _where(block: Block | None) -> str:
    return str(block) if block else "default"
