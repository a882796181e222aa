"""What the process says about one case, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from drgdip.base.columns import Column
from drgdip.base.findings import Finding
from drgdip.base.plain import MoneyForm, plain_findings, plain_reasons, plain_values
from drgdip.base.reasons import reason
from drgdip.intake.columns import TEXT_FIELDS
from drgdip.pipeline.outputs import KINDS, case_columns, names_of, output_name

if TYPE_CHECKING:
    import numpy as np

    from drgdip.pipeline.process import Process
    from drgdip.tables import DipTables, GroupTables

Status = Literal["priced", "excluded", "set_aside"]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case priced, or why it is not. Plain values only: it can be pickled, copied and written as JSON.

    Attributes
    ----------
    setl_id : str
        Settlement ID without blanks around it; empty if there is none.
    status : {"priced", "excluded", "set_aside"}
        ``excluded``: in order, but no case of this policy's payment; ``set_aside``: has defects to be mended.
    reasons : tuple of str
        Keys of the reasons why it is not priced; empty if it is.
    findings : tuple of Finding
        What is wrong with the case, and notices such as keys that are no field. ``row`` counts from 1.
    columns : dict
        Every column of ``cases.parquet`` by name, if the case is priced: money in integer fen, ratios and points as
        integers times ten thousand, times as ``YYYY-MM-DD HH:MM:SS``, reasons as keys.
    dip_name : str
        Name of the group, of either scheme; empty if there is none.
    provisional : bool
        The month's point value or fund ratio is not known yet, and the opening one was used.
    """

    setl_id: str
    status: Status
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]
    columns: dict[str, Any]
    dip_name: str = ""
    provisional: bool = False

    @property
    def priced(self) -> bool:
        """Whether the case has a price."""
        return self.status == "priced"

    @property
    def dip_code(self) -> str | None:
        """Code of the group; None for an ungrouped case and one that is not priced."""
        return self.columns.get("dip_code")

    @property
    def drg_code(self) -> str | None:
        """Code of the CHS-DRG group; an ambiguous case has its adjacent group's, an ungrouped one ``0000``."""
        return self.columns.get("drg_code")

    @property
    def payable_fen(self) -> int | None:
        """What the funds owe for the case; None if it is not priced."""
        return self.columns.get("payable_fen")

    def to_dict(self, money: MoneyForm = "fen") -> dict[str, Any]:
        """The result as plain values that JSON can hold.

        Parameters
        ----------
        money : {"fen", "yuan"}
            ``fen``: integers under the names of the columns (``payable_fen`` 750000, ``points_e4`` 11000000).
            ``yuan``: decimal text (``payable_yuan`` "7500.00", ``points`` "1100.0000"). Never floats.

        Returns
        -------
        dict
            The attributes by name; reasons and findings with their words in Chinese and English.
        """
        return {
            "setl_id": self.setl_id,
            "status": self.status,
            "reasons": plain_reasons(self.reasons),
            "findings": plain_findings(self.findings),
            "dip_name": self.dip_name,
            "provisional": self.provisional,
            "columns": plain_values(self.columns, money),
        }


class _Plan(NamedTuple):
    """Values of the case table in its order: their names there, the columns they are of, and what is not the number.

    words : places of values that are made of their column's number, each with what makes them.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    words: list[tuple[int, Callable[[int], Any]]]


class CaseNaming:
    """Names the columns of a case as the case table does; see :class:`drgdip.pipeline.outputs.CaseTable`."""

    def __init__(self, tables: GroupTables, process: Process) -> None:
        self._columns = case_columns(process.stages)
        self._names = tables.group_names
        self._ids = tables.id_names
        is_dip = tables.manifest.scheme == "dip"
        self._kinds = cast("DipTables", tables).groups.group_kind.tolist() if is_dip else []
        self._subtypes = {
            column.name: names_of(column.name, tables, ())
            for column in self._columns
            if output_name(column).endswith("_subtype")
        }
        self._plan = cache(self._named)

    def values(
        self, text: Mapping[str, str | None], columns: Mapping[str, np.ndarray], pools: Sequence[str]
    ) -> dict[str, Any]:
        """All columns of a priced case, in the order of the case table."""
        plan = self._plan(tuple(pools))
        values = [columns[name].item() for name in plan.columns]
        for place, word_of in plan.words:
            values[place] = word_of(values[place])
        return {**{name: text[name] for name in TEXT_FIELDS}, **dict(zip(plan.names, values, strict=True))}

    def group_name(self, columns: Mapping[str, np.ndarray]) -> str:
        """Name of the group that a case is in."""
        group = int(columns["group_id"][0])
        return self._names[group] if group >= 0 else ""

    def _named(self, pools: tuple[str, ...]) -> _Plan:
        plan = []
        for column in self._columns:
            plan.append((output_name(column), column.name, self._word_of(column, pools)))
            if column.name == "group_id":
                plan.append(("dip_kind", column.name, lambda group: KINDS[-1 if group < 0 else self._kinds[group]]))
        names, columns, words = zip(*plan, strict=True)
        return _Plan(names, columns, [(place, word_of) for place, word_of in enumerate(words) if word_of])

    def _word_of(self, column: Column, pools: Sequence[str]) -> Callable[[int], Any] | None:
        """What makes a value of a column's number; None where the number is the value."""
        if column.unit == "reason":
            return lambda number: reason(number).key
        if column.unit == "s":
            return lambda number: datetime.fromtimestamp(number, UTC).replace(tzinfo=None).isoformat(" ")
        if column.unit == "flag":
            return bool
        if column.name == "pool_index":
            return pools.__getitem__
        names = self._ids.get(column.name) or self._subtypes.get(column.name)
        return (lambda number: names[number] if number >= 0 else None) if names is not None else None
