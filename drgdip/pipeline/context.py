"""What the stages need beside the columns of a batch: tables, policy values of a day, hospitals, month values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.text import Text

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.base.findings import Finding
    from drgdip.fund_split import BedsideParameters, PaymentParameters
    from drgdip.grouping.dip import GroupingParameters
    from drgdip.interface.defects import Defects
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.pricing import PricingParameters, RoutingParameters
    from drgdip.quality_control.code_lists import CodeLists
    from drgdip.special_cases import SpecialParameters
    from drgdip.tables import DipTables, GroupTables
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.valuation import ValuationParameters
    from drgdip.valuation.auxiliary import AuxiliaryParameters


@cache
def seconds(day: date) -> int:
    """Seconds from 1970-01-01 to the beginning of a day, in the naive local time of the lists."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def month_bounds(month: str) -> tuple[date, date]:
    """First and last day of a month written ``YYYY-MM``. Raises UsageError for what is no month."""
    if not re.fullmatch(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise UsageError(
            Text(f"月份写法有误:{month}。", f"This is not a month: {month}."),
            Text("请写成 YYYY-MM,例如 2026-01。", "Write YYYY-MM, for example 2026-01."),
        )
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


class MonthValues(NamedTuple):
    """What the month as a whole settles for its cases: point value by pool, fund ratio by hospital and pool."""

    point_values_e4: list[int]
    fund_ratios_e4: list[list[int]]


@dataclass
class Context:
    """Parameters of every stage for the days on which one set of policy values holds.

    ``hospitals`` is shared and grows while cases are read; coefficients are rebuilt when it has grown.
    """

    tables: GroupTables
    values: PolicyValues
    region_admdvs: str
    first_day: date
    last_day: date
    hospitals: Sequence[str]
    month_values: MonthValues | None = None
    #: Days before the period, for stays whose lists come late. They are paid by the month's values.
    early: bool = False
    #: Last day of the period, where that is a month; None: the month of the stay itself.
    period_last: date | None = None
    _cache: dict[str, tuple[int, object]] = field(default_factory=dict, repr=False)

    @property
    def dip_tables(self) -> DipTables:
        """The tables as a DIP edition: stages that are of DIP alone see no other."""
        return cast("DipTables", self.tables)

    @property
    def drg_tables(self) -> DrgTables:
        """The tables as a CHS-DRG edition: stages that are of CHS-DRG alone see no other."""
        return cast("DrgTables", self.tables)

    def grouping(self) -> GroupingParameters:
        from drgdip.grouping.dip import grouping_parameters

        tables = self.dip_tables
        return self._once("grouping", 0, lambda: grouping_parameters(self.values.grouping, tables.groups))

    def barred(self, columns: Columns) -> Defects:
        """Stays with codes that the policy accepts no case with."""
        from drgdip.interface.defects import join_defects

        families = self.values.codes.barred
        return self._code_lists().defects(columns, families, barred=True) if families else join_defects()

    def with_codes(self, findings: list[Finding]) -> list[Finding]:
        """Findings with the codes that they are about, where the policy bars cases for their codes."""
        return [*map(self._code_lists().with_codes, findings)] if self.values.codes.barred else findings

    def _code_lists(self) -> CodeLists:
        from drgdip.quality_control.code_lists import CodeLists

        tables = self.tables
        return self._once("codes", 0, lambda: CodeLists(tables.diagnoses, tables.procedures, tables.manifest.scheme))

    def valuation(self) -> ValuationParameters:
        from drgdip.valuation import coefficients_e4, valuation_parameters, windows_of

        def build() -> ValuationParameters:
            self.tables.require_weights()
            hospitals = tuple(self.hospitals)
            groups = self._once("valuation", 0, lambda: valuation_parameters(self.tables, self.values))
            return groups._replace(
                coefficient_e4=coefficients_e4(self.values, hospitals), windows=windows_of(self.values, hospitals)
            )

        return self._once("valuation of hospitals", len(self.hospitals), build)

    def auxiliary(self) -> AuxiliaryParameters:
        from drgdip.valuation.auxiliary import auxiliary_parameters

        return self._once("auxiliary", 0, lambda: auxiliary_parameters(self.dip_tables, self.values))

    def routing(self, departments: Sequence[str]) -> RoutingParameters:
        from drgdip.pricing import routing_parameters

        return self._once("routing", 0, lambda: routing_parameters(self.values, departments, self.tables))

    def pricing(self) -> PricingParameters:
        from drgdip.pricing import pricing_parameters

        return self._once("pricing", 0, lambda: pricing_parameters(self.values))

    def special(self) -> SpecialParameters:
        from drgdip.special_cases import special_parameters

        return self._once("special", 0, lambda: special_parameters(self.values, self._mean_stays()))

    def _mean_stays(self) -> list[str]:
        """By group, where a gate asks for them: parsing the whole catalogue takes a moment."""
        special = self.values.special
        if special is None or all(gate.stay_above_e4 is None for gate in special.gates):
            return [""] * len(self.tables.group_codes)
        found = [self.tables.row(group).get("mean_stay_days", "") for group in range(len(self.tables.group_codes))]
        if not any(found):
            raise PolicyError(
                Text("特例单议的条件用到病组平均住院日,而该版目录没有。",
                     "A gate of special-case review asks for mean stays, and the edition has none."),
                Text("请改用住院天数(stay_from)等条件,或使用有平均住院日的目录。",
                     "Ask for days of stay or another condition, or use an edition that has them."),
            )  # fmt: skip
        return found

    def bedside(self) -> BedsideParameters:
        from drgdip.fund_split import bedside_parameters

        return self._once("bedside", 0, lambda: bedside_parameters(self.values))

    def payment(self) -> PaymentParameters:
        from drgdip.fund_split import payment_parameters

        if self.month_values is None:
            raise RuntimeError("cases are paid only after the month's point values are known")
        month = self.month_values
        return self._once(
            "payment", 0, lambda: payment_parameters(self.values, month.point_values_e4, month.fund_ratios_e4)
        )

    def in_month(self, month_values: MonthValues | None, hospitals: Sequence[str] | None = None) -> Context:
        """The same days with other values of the month, and other hospitals if given; the rest is shared."""
        own = {"payment"} | (set() if hospitals is None else {"valuation of hospitals"})
        if month_values is self.month_values:
            own.discard("payment")
        shared = {name: built for name, built in self._cache.items() if name not in own}
        known = self.hospitals if hospitals is None else hospitals
        return replace(self, month_values=month_values, hospitals=known, _cache=shared)

    def _once(self, name: str, version: int, build):  # type: ignore[no-untyped-def]
        known = self._cache.get(name)
        if known is None or known[0] != version:
            known = self._cache[name] = (version, build())
        return known[1]


def contexts_for(
    policy: Policy, tables: GroupTables, first: date, last: date, hospitals: Sequence[str]
) -> list[Context]:
    """One context for every stretch of days between changes of the policy's values."""
    starts = [first, *(day for day in policy.change_days(first, last) if day > first)]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), last]
    return [
        Context(tables, policy.on(start), policy.region_admdvs, start, end, hospitals)
        for start, end in zip(starts, ends, strict=True)
    ]


def period_contexts(
    policy: Policy, tables: GroupTables, first: date, last: date, hospitals: Sequence[str]
) -> list[Context]:
    """The contexts of a month or a year to date; where late lists move stays, those of earlier days of the year before them.

    A stay is worth what the values of its own day say, and is paid as the month says (settlement arithmetic 2.9).
    """
    contexts = [replace(known, period_last=last) for known in contexts_for(policy, tables, first, last, hospitals)]
    start = max(first.replace(month=1, day=1), policy.period.first)
    if contexts[-1].values.attribution is None or start >= first:
        return contexts
    month = contexts[-1].values
    of_month = {name: getattr(month, name) for name in ("pools", "payment", "month", "rounding", "quality_control")}
    earlier = contexts_for(policy, tables, start, first - timedelta(days=1), hospitals)
    early = [replace(one, values=one.values._replace(**of_month), early=True, period_last=last) for one in earlier]
    return [*early, *contexts]


def first_day_of(contexts: Sequence[Context]) -> date:
    """The first day of the period that contexts are for."""
    return next(context.first_day for context in contexts if not context.early)


def segment_of(times_s: np.ndarray, contexts: Sequence[Context]) -> np.ndarray:
    """Position of the context that holds at each time; the first for earlier times."""
    starts = np.array([seconds(context.first_day) for context in contexts], dtype=np.int64)
    return np.maximum(np.searchsorted(starts, times_s, side="right") - 1, 0)
