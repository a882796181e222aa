"""The back-test: a closed year through the process of payment under two editions, stay by stay.

Both editions see the same policy and the same rows, in step. Where point values float, the year's funds are shared out
by the year's points, as in annual clearing; where they are fixed, the later edition's weights may be scaled so that
total points stay those of the earlier one (Interim Measures, art. 15; settlement arithmetic 1.2, vector V08).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.text import Text
from drgdip.catalogue.moves import rule_of
from drgdip.catalogue.pairs import GroupPair, PairSums, add_pairs
from drgdip.catalogue.rebased import with_factor
from drgdip.clearing import MonthTotals
from drgdip.intake import CaseReader
from drgdip.pipeline.chunk import PricedChunk, pay_chunk, price_chunk
from drgdip.pipeline.context import Context, contexts_for
from drgdip.pipeline.given import given_for
from drgdip.pipeline.month_terms import month_values, prove, whole_month_values
from drgdip.pipeline.month_values import point_values_known
from drgdip.pipeline.parallel import ordered_map
from drgdip.pipeline.process import Process, process_for
from drgdip.pipeline.spill import Spill
from drgdip.tables.relative_weight import rebase_factor

if TYPE_CHECKING:
    from drgdip.intake.combine import Beside
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import DipTables

#: How total points are held: all weights are scaled, only those that did not change, or none.
TotalPoints = Literal["all", "unchanged", "free"]

STEPS = (
    Text("试算总分值", "Total points"),
    Text("两版目录同步结算", "Settling under both editions"),
)
Paid = dict[str, np.ndarray]


class Side(NamedTuple):
    """One edition's year: its sums by hospital, pool and group, and the point value of each pool."""

    tables: DipTables
    totals: MonthTotals
    point_values_e4: list[int]


class BackTest(NamedTuple):
    """A year under two editions.

    hospitals : by id, the same on both sides. factor : on the later edition's weights. pairs : of stays that both
    settle. only_before, only_after : stays that one side alone settles. rows_by_file : rows read of each file.
    """

    year: int
    values: PolicyValues
    before: Side
    after: Side
    hospitals: list[str]
    total_points: TotalPoints
    factor: Fraction
    pairs: dict[GroupPair, PairSums]
    rows_read: int
    only_before: int
    only_after: int
    rows_by_file: dict[str, int]


def back_test(
    cases: Sequence[Any],
    policy: Policy,
    before: DipTables,
    after: DipTables,
    year: int,
    beside: Beside,
    total_points: TotalPoints | None = None,
    threads: int = 2,
    progress: Callable[[Text, int], None] = lambda step, rows: None,
) -> BackTest:
    """Settle a year under both editions.

    Parameters
    ----------
    policy : whose coefficients, deviations, routes, pools and payment hold; the edition that it names is not used.
    total_points : None: what the policy asks for – scaled where point values are fixed; where they float, the fund holds
        the total itself.

    Raises
    ------
    PolicyError : the policy does not cover the year, changes a value that holds for all of it, or cannot pay a pool.
    UsageError : a source cannot be read, no stay is settled, or no weight is left to be scaled.
    """
    period = date(year, 1, 1), date(year, 12, 31)
    values = _values(policy, period)
    held = total_points or ("all" if values.month.point_value == "fixed_opening" else "free")
    work = _Work(cases, policy, period, beside, threads, progress)
    factor, scaled = Fraction(1), after
    if held != "free":
        factor, scaled = work.scaled(before, after, held)
    return work.settled(before, scaled, values, held, factor, year)


def _values(policy: Policy, period: tuple[date, date]) -> PolicyValues:
    """The values that hold for the year as a whole."""
    first, last = period
    values = policy.on(first)
    policy.on(last)
    for day in policy.change_days(first, last):
        if whole_month_values(policy.on(day)) != whole_month_values(values):
            raise PolicyError(
                Text(f"政策在年内({day})改变了全年统一的取值。",
                     f"The policy changes a value that holds for the whole year within it (on {day})."),
                Text("回测请用全年基金池、支付方式、点值方式与舍入规则不变的政策。",
                     "For a back-test, use a policy whose pools, payment, point values and rounding last all year."),
            )  # fmt: skip
    return values


class _Edition:
    """An edition on its way through the process."""

    def __init__(self, reader: CaseReader, policy: Policy, tables: DipTables, period: tuple[date, date]) -> None:
        prove(policy, tables)
        self.reader, self.tables = reader, tables
        self.process: Process = process_for(None, policy, tables)
        self.given = given_for(policy.distinct_values())
        self.contexts: list[Context] = contexts_for(policy, tables, *period, reader.hospitals)
        self.totals = MonthTotals(len(self.contexts[-1].values.pools), len(tables.group_codes))

    def price(self, raw: Any) -> PricedChunk:
        return price_chunk(raw, self.reader, self.contexts, self.process.case, self.given)

    def pay(self, columns: Any) -> Paid:
        return pay_chunk(columns, self.contexts, self.process.payment)

    def know(self, policy: Policy, period: tuple[date, date], rows: int) -> None:
        """The year's sums are complete: point values and ratios follow."""
        found = month_values(self.totals, policy, *period)
        prove(policy, self.tables, max(found.point_values_e4), max(rows, 1))
        for context in self.contexts:
            context.month_values = found

    def side(self) -> Side:
        known = self.contexts[-1].month_values
        return Side(self.tables, self.totals, known.point_values_e4 if known else [])


class _Work(NamedTuple):
    """What every pass over the cases needs."""

    cases: Sequence[Any]
    policy: Policy
    period: tuple[date, date]
    beside: Beside
    threads: int
    progress: Callable[[Text, int], None]

    def scaled(self, before: DipTables, after: DipTables, held: TotalPoints) -> tuple[Fraction, DipTables]:
        """The factor that keeps total points, and the later edition with it."""
        points = [np.zeros(len(tables.group_codes) + 1, dtype=np.int64) for tables in (before, after)]
        with ExitStack() as stack:
            editions = self._editions(stack, before, after)
            for chunks in self._priced(editions, STEPS[0]):
                for own, chunk in zip(points, chunks, strict=True):
                    np.add.at(own, chunk.columns["group_id"], chunk.columns["points_e4"])  # −1: the last, ungrouped
        known = {rule_of(group): group.points for group in before.rows}
        kept = np.array([known.get(rule_of(group)) == group.points for group in after.rows] + [False])
        scale = np.ones(len(kept), dtype=np.bool_) if held == "all" else kept
        try:
            factor = rebase_factor(int(points[1][~scale].sum()), int(points[1][scale].sum()), int(points[0].sum()))
        except ValueError:
            factor = Fraction(0)
        if factor <= 0:
            raise UsageError(
                Text("没有可用于保持总分值不变的病种。", "No weight is left that could be scaled to keep total points."),
                Text("请核对病例与年度,或用 --total-points all 或 free。",
                     "Check cases and year, or use --total-points all or free."),
            )  # fmt: skip
        return factor, with_factor(after, factor, scale[:-1], whole=held == "all")

    def settled(
        self, before: DipTables, after: DipTables, values: PolicyValues, held: TotalPoints, factor: Fraction, year: int
    ) -> BackTest:
        """Price and pay every stay under both."""
        pairs: dict[GroupPair, PairSums] = {}
        only, rows = [0, 0], 0
        with ExitStack() as stack:
            editions = self._editions(stack, before, after)
            for step in self._paid(stack, editions, values):
                rows += step.rows
                add_pairs(pairs, only, step.setl_id, step.paid)
            if not any(edition.totals.tiers for edition in editions):
                raise UsageError(
                    Text(f"{year} 年没有可结算的病例。", f"No stay of {year} can be settled."),
                    Text("请核对病例文件、年度与政策。", "Check the case files, the year and the policy."),
                )
            reader = editions[0].reader
            return BackTest(
                year, values, editions[0].side(), editions[1].side(), list(reader.hospitals), held, factor, pairs, rows,
                only[0], only[1], dict(reader.rows_by_file),
            )  # fmt: skip

    def _editions(self, stack: ExitStack, *tables: DipTables) -> list[_Edition]:
        readers = [
            stack.enter_context(
                CaseReader(self.cases, one.diagnoses, one.procedures, threads=self.threads, beside=self.beside)
            )
            for one in tables
        ]
        return [_Edition(reader, self.policy, one, self.period) for reader, one in zip(readers, tables, strict=True)]

    def _priced(self, editions: Sequence[_Edition], step: Text) -> Iterator[list[PricedChunk]]:
        """Every chunk priced by both editions; both readers cut the same rows."""
        rows = 0

        def work(raws: Sequence[Any]) -> list[PricedChunk]:
            return [edition.price(raw) for edition, raw in zip(editions, raws, strict=True)]

        for chunks in ordered_map(work, zip(*(edition.reader for edition in editions), strict=True), self.threads):
            rows += chunks[0].rows_read
            self.progress(step, rows)
            yield chunks

    def _paid(self, stack: ExitStack, editions: Sequence[_Edition], values: PolicyValues) -> Iterator[_Step]:
        """Every chunk paid by both editions; at once if point values are known, else after the year is."""
        if point_values_known(values):
            for edition in editions:
                edition.know(self.policy, self.period, 1)
            for chunks in self._priced(editions, STEPS[1]):
                yield _pay(editions, [(chunk.text, chunk.columns) for chunk in chunks], chunks[0].rows_read)
            return
        spills, rows = [stack.enter_context(Spill()) for _ in editions], 0
        for chunks in self._priced(editions, STEPS[1]):
            rows += chunks[0].rows_read
            for edition, chunk, spill in zip(editions, chunks, spills, strict=True):
                edition.totals.add_priced(chunk.columns, len(edition.reader.hospitals))
                spill.append(chunk.text, chunk.columns)
        for edition in editions:
            edition.know(self.policy, self.period, rows)
        for number, kept in enumerate(zip(*spills, strict=True)):
            yield _pay(editions, list(kept), 0 if number else rows)


class _Step(NamedTuple):
    """One chunk under both editions: rows read, settlement IDs and paid columns of either."""

    rows: int
    setl_id: list[pa.Array]
    paid: list[Paid]


def _pay(editions: Sequence[_Edition], chunks: Sequence[tuple[Any, Any]], rows: int) -> _Step:
    paid = [edition.pay(columns) for edition, (_, columns) in zip(editions, chunks, strict=True)]
    for edition, columns in zip(editions, paid, strict=True):
        edition.totals.add_paid(columns, len(edition.reader.hospitals))
    return _Step(rows, [text["setl_id"] for text, _ in chunks], paid)
