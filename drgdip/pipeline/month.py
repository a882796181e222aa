"""A month from case files to the payout of every hospital and pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.clearing import MonthTotals, statement_rows
from drgdip.clearing.totals import PAID_MEASURES
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DeductionLine, StatementRow
from drgdip.pipeline.beside import BesideMonth
from drgdip.pipeline.chunk import PricedChunk, pay_chunk, price_chunk
from drgdip.pipeline.context import Context, MonthValues, first_day_of, period_contexts
from drgdip.pipeline.denials.inputs import NO_DENIALS, DenialInputs
from drgdip.pipeline.given import Given, given_for
from drgdip.pipeline.month_terms import month_values, prove, window
from drgdip.pipeline.month_values import point_values_known
from drgdip.pipeline.outputs import CaseTable
from drgdip.pipeline.parallel import ordered_map
from drgdip.pipeline.prior import Prior, strangers, without_stay
from drgdip.pipeline.process import PROCESS, Process
from drgdip.pipeline.quota import HighQuota
from drgdip.pipeline.sanctioning import Sanctioning
from drgdip.pipeline.sinks import Sink
from drgdip.pipeline.special.inputs import NOTHING_GIVEN, SpecialInputs, missing_months, review_of
from drgdip.statement.columns import FindingsSummary, ReasonTotal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from drgdip.intake import CaseReader, RawChunk
    from drgdip.pipeline.attribution.inputs import ListInputs
    from drgdip.pipeline.attribution.month import AttributionOutcome
    from drgdip.pipeline.denials.month import DenialOutcome
    from drgdip.pipeline.mixed import MixedOutcome
    from drgdip.pipeline.special.review import Outcome, Review
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables

#: What happens to a month once its cases are priced, in order. The words are shown as progress.
PERIOD_PROCESS = (
    Text("读入、质控、入组、计分", "Reading, checking, grouping, pricing"),
    Text("确定点值与支付比例", "Point values and fund ratios"),
    Text("基金分担", "Fund split"),
    Text("预留、扣款、实付", "Retention, deductions, payout"),
)

Progress = Callable[[Text, int], None]


@dataclass(frozen=True)
class SettledMonth:
    """A settled month: rows of the statement, ledger of deductions, sums, and what was not settled."""

    month: str
    first_day: date
    values: PolicyValues
    rows: list[StatementRow]
    ledger: list[DeductionLine]
    totals: MonthTotals
    hospitals: list[str]
    month_values: MonthValues
    rows_read: int
    rows_settled: int
    case_sums: dict[str, int]
    pool_payable_fen: list[int]
    findings: FindingsSummary
    not_settled: tuple[ReasonTotal, ...]
    special: Outcome | None = None
    denials: DenialOutcome | None = None
    attribution: AttributionOutcome | None = None
    mixed: MixedOutcome | None = None


def settle(
    reader: CaseReader,
    policy: Policy,
    tables: GroupTables,
    month: str,
    sink: Sink,
    deductions: Sequence[Deduction] = (),
    prior: Prior | None = None,
    threads: int = 2,
    progress: Progress = lambda step, rows: None,
    process: Process = PROCESS,
    facts: Mapping[str, np.ndarray] | None = None,
    special: SpecialInputs = NOTHING_GIVEN,
    denials: DenialInputs = NO_DENIALS,
    lists: ListInputs | None = None,
) -> SettledMonth:
    """Settle one month of cases and hand every result to ``sink`` in the order of the input.

    ``facts``: sums of fee lines by row of the cases, where the policy asks for them.
    Raises PolicyError where ``special`` or ``denials`` hold what the policy has no section for.
    """
    prove(policy, tables)
    first, last = window(policy, month)
    earlier = prior or Prior({})
    items, findings = earlier.unseen(deductions)
    if policy.on(last).month.point_value == "cumulative":
        findings += earlier.missing_before(month)
    sink.findings(findings + missing_months(special, month, policy.on(last).special))
    contexts = period_contexts(policy, tables, first, last, reader.hospitals)
    totals = MonthTotals(len(contexts[-1].values.pools), len(tables.group_codes))
    given = given_for(policy.distinct_values(), facts, lists)
    given.require_facts()
    review = review_of(month, policy, tables, process, contexts, special, sink.findings, denials.earlier)
    holds = lists.holds if lists else ()
    sanctions = Sanctioning(month, policy, tables, process, contexts, denials, sink.findings, holds)
    run = _Run(reader, contexts, sink, totals, progress, process, given, review, sanctions)
    run.beside = BesideMonth(month, policy, (first, last), contexts, lists, earlier.item_ids, sanctions.reserves)
    waits = given.quota or (review is not None and review.waits) or sanctions.waits
    if point_values_known(contexts[-1].values) and not waits:
        run.know(month_values(run.totals, policy, first, last))
        _as_they_come(run, threads)
    else:
        _after_the_month_is_known(run, policy, tables, (first, last), threads)
    progress(PERIOD_PROCESS[3], run.rows_read)
    return run.finish(month, items, earlier)


def _as_they_come(run: _Run, threads: int) -> None:
    """Price and pay every chunk in one go."""

    def work(raw: RawChunk) -> PricedChunk:
        chunk = price_chunk(raw, run.reader, run.contexts, run.process.case, run.given)
        chunk.columns = pay_chunk(chunk.columns, run.contexts, run.process.payment)
        return chunk

    for chunk in ordered_map(work, run.reader, threads):
        run.take(chunk)
        if run.review:
            run.review.see(chunk.text, chunk.columns, run.reader.hospitals)
        run.sanctions.look(chunk.text, chunk.columns)
        run.add(chunk.text, chunk.columns)
    run.sanctions.find(run.reader.hospitals, {})


def _after_the_month_is_known(
    run: _Run, policy: Policy, tables: GroupTables, period: tuple[date, date], threads: int
) -> None:
    """Price all chunks, settle what the month's cases come to together, then pay them."""
    case, payment = run.process
    quota = HighQuota(run.contexts, case)

    def work(raw: RawChunk) -> PricedChunk:
        return price_chunk(raw, run.reader, run.contexts, case, run.given)

    with run.sink.keep_aside() as kept:
        for chunk in ordered_map(work, run.reader, threads):
            run.take(chunk)
            kept.append(chunk.text, chunk.columns)
            run.sanctions.look(chunk.text, chunk.columns)
            if run.given.quota:
                run.sanctions.see(chunk.text, chunk.columns, run.reader.hospitals)
                quota.add(chunk.text["setl_id"], chunk.columns)
            else:
                run.see(chunk.text, chunk.columns)
        if run.given.quota:
            for kept_text, decided in quota.decided(kept):
                run.see(kept_text, decided)
        run.decide()
        run.progress(PERIOD_PROCESS[1], run.rows_read)
        values = run.sanctions.values(
            run.totals,
            run.reader.hospitals,
            quota.decided(kept),
            run.review.replaced if run.review else {},
            run.review.pooled if run.review else {},
            run.review.later() if run.review else {},
            lambda: month_values(run.totals, policy, *period),
        )
        prove(policy, tables, max(values.point_values_e4), run.rows_read)
        run.know(values)
        run.sanctions.work_out(run.review.denied_changes() if run.review else {})

        def pay(
            one: tuple[Mapping[str, pa.Array], Mapping[str, np.ndarray]],
        ) -> tuple[Mapping[str, pa.Array], dict[str, np.ndarray]]:
            columns = run.review.apply(*one) if run.review else one[1]
            return one[0], pay_chunk(run.sanctions.apply(one[0], columns), run.contexts, payment)

        for text, paid in ordered_map(pay, quota.decided(kept), threads):
            run.add(text, paid)


class _Run:
    """Running state of a month."""

    def __init__(
        self,
        reader: CaseReader,
        contexts: list[Context],
        sink: Sink,
        totals: MonthTotals,
        progress: Progress,
        process: Process,
        given: Given,
        review: Review | None,
        sanctions: Sanctioning,
    ) -> None:
        self.reader, self.contexts, self.sink, self.totals, self.progress = reader, contexts, sink, totals, progress
        self.process, self.given, self.review, self.sanctions = process, given, review, sanctions
        self.values = contexts[-1].values
        self.table = CaseTable(contexts[-1].tables, list(self.values.pools), process.stages)
        self.beside: BesideMonth
        self.rows_read = 0
        self.rows_settled = 0
        # Sums of the proof, taken from the cases themselves and not from the statement's sums.
        self.case_sums = dict.fromkeys(PAID_MEASURES, 0)
        self.pool_payable_fen = [0] * len(self.values.pools)

    def take(self, chunk: PricedChunk) -> None:
        """Count a priced chunk and hand on what is not settled."""
        self.rows_read += chunk.rows_read
        self.sink.findings(chunk.findings)
        self.sink.set_aside(chunk.set_aside)
        if chunk.other_period:
            self.sink.count("other_period", chunk.other_period, chunk.other_period_cost_fen)
        self.progress(PERIOD_PROCESS[0], self.rows_read)

    def see(self, text: Mapping[str, pa.Array], columns: Mapping[str, np.ndarray]) -> None:
        """Add priced stays to the sums, once a quota has decided them, and show them to special-case review."""
        self.totals.add_priced(columns, len(self.reader.hospitals))
        if self.review:
            self.review.see(text, columns, self.reader.hospitals)
        self.sanctions.see(text, columns, self.reader.hospitals)

    def decide(self) -> None:
        """Settle special cases; those that count as decided in the point value change the sums of priced stays."""
        out, back = self.review.decide() if self.review else ([], [])
        self.totals.move_priced(out, back, len(self.reader.hospitals))

    def know(self, values: MonthValues) -> None:
        """Point values and ratios are settled: cases can be paid."""
        self.month_values = values
        for context in self.contexts:
            context.month_values = values

    def add(self, text: Mapping[str, pa.Array], paid: Mapping[str, np.ndarray]) -> None:
        """Add paid stays to the sums and hand them on."""
        self.totals.add_paid(paid, len(self.reader.hospitals))
        self.rows_settled += len(paid["payable_fen"])
        self.sanctions.count(paid)
        self.beside.add(text, paid, self.reader.hospitals)
        for name in PAID_MEASURES:
            self.case_sums[name] += int(paid[name].sum())
        for pool in range(len(self.pool_payable_fen)):
            self.pool_payable_fen[pool] += int(paid["payable_fen"][paid["pool_index"] == pool].sum())
        self.sink.cases(self.table.values(text, paid))

    def finish(self, month: str, deductions: Iterable[Deduction], prior: Prior) -> SettledMonth:
        cumulative, hospitals = self.values.month.point_value == "cumulative", list(self.reader.hospitals)
        special = self.review.outcome() if self.review else None
        denied = self.sanctions.outcome()
        attributed = self.beside.attribution(denied.lines if denied else ())
        mixed = self.beside.mixed()
        posted = [item for part in (denied, attributed) if part for item in part.deductions]
        rows, ledger = statement_rows(
            month,
            self.values,
            self.totals,
            hospitals,
            self.month_values.point_values_e4,
            [*prior.carried, *deductions, *posted],
            prior.paid_before_fen if cumulative else None,
            special.sums if special else None,
            denied.sums if denied else None,
            attributed.sums if attributed else None,
            mixed.over_fen() if mixed else None,
        )
        named = strangers(self.contexts, month, self.reader, prior)
        self.sink.findings([*self.reader.closing_findings(), *without_stay(deductions, rows), *named])
        findings, not_settled = self.sink.close()
        return SettledMonth(
            month,
            first_day_of(self.contexts),
            self.values,
            rows,
            ledger,
            self.totals,
            hospitals,
            self.month_values,
            self.rows_read,
            self.rows_settled,
            self.case_sums,
            self.pool_payable_fen,
            findings,
            not_settled,
            special,
            denied,
            attributed,
            mixed,
        )
