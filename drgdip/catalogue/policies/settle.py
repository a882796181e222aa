"""Months settled under one policy, for their sums alone: nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.catalogue.policies.beside import NOTHING_BESIDE, Beside, NotApplied, Taking
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.fee_facts import facts_of
from drgdip.pipeline.inputs import beside_cases, check_fees
from drgdip.pipeline.month import settle
from drgdip.pipeline.process import process_for
from drgdip.pipeline.report import group_totals
from drgdip.pipeline.spill import Spill
from drgdip.statement.columns import FindingsSummary

if TYPE_CHECKING:
    from drgdip.base.findings import Finding
    from drgdip.interface.set_aside import SetAsideRow
    from drgdip.pipeline.special.tally import Tally
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables

#: Columns of the case table that name the group.
_GROUP, _DRG_GROUP = "dip_code", "drg_code"


class Source(NamedTuple):
    """Where the cases of some months come from, as ``settle`` is given it."""

    months: Sequence[str]
    cases: Sequence[Any]
    settlements: Sequence[Any] = ()
    institutions: Sequence[Any] = ()
    mapping: Any = None
    code_tables: Any = None
    fees: Sequence[Any] = ()


class Sums(NamedTuple):
    """Of a hospital in a pool, of a pool or a group. payable, due : less what is denied; due also less what is held."""

    cases: int = 0
    points_e4: int = 0
    payable_fen: int = 0
    due_fen: int = 0

    def plus(self, other: Sums, sign: int = 1) -> Sums:
        return Sums(*(a + sign * b for a, b in zip(self, other, strict=True)))


class Outcome(NamedTuple):
    """What the months come to under one policy. groups : by code, their sums and names; ungrouped under an empty code.

    tallies : by month, what a quota of special cases is counted from. not_applied : decisions and denials without effect.
    """

    hospitals: Mapping[tuple[str, str], Sums]
    groups: Mapping[str, Sums]
    group_names: Mapping[str, str]
    pool_names: Mapping[str, Text]
    rows_by_file: Mapping[str, int]
    tallies: Mapping[str, Tally] = {}
    not_applied: Sequence[NotApplied] = ()

    @property
    def total(self) -> Sums:
        total = Sums()
        for sums in self.hospitals.values():
            total = total.plus(sums)
        return total


def settled_sums(
    policy: Policy,
    tables: GroupTables,
    sources: Sequence[Source],
    threads: int = 2,
    progress: Callable[[Text, int], None] = lambda step, rows: None,
    beside: Beside = NOTHING_BESIDE,
    tallies: Mapping[str, Tally] | None = None,
) -> Outcome:
    """Settle months under a policy. Under the cumulative mode the last month of a year stands for all before it.

    beside : decisions, denials and open findings that are taken along. tallies : of the months without them, which their quota is counted from.
    Raises PolicyError, TablesError and UsageError as ``settle`` does; UsageError also where a cumulative policy is given
    months that do not begin in January.
    """
    from drgdip.intake import CaseReader
    from drgdip.intake.reader import CHUNK_ROWS

    tables.require_weights()
    process = process_for(None, policy, tables)
    facts = facts_of(policy.distinct_values())
    hospitals: dict[tuple[str, str], Sums] = {}
    groups: dict[str, Sums] = {}
    names: dict[str, str] = {}
    pools: dict[str, Text] = {}
    rows: dict[str, int] = {}
    counted: dict[str, Tally] = {}
    taking = Taking(beside, tallies or {})
    for source, months in _to_settle(policy, sources):
        for month in months:
            values = _values(policy, month)
            special, denials = taking.inputs(month, _settled_in(policy, month, sources), values)
            joined = beside_cases(
                policy, month, source.settlements, source.institutions, source.mapping, source.code_tables
            )
            with CaseReader(
                list(source.cases), tables.diagnoses, tables.procedures, threads=threads, beside=joined
            ) as reader:
                fees, sink = list(source.fees) if facts else [], _Nowhere()
                sums = check_fees(reader, fees, source.mapping, CHUNK_ROWS, sink, facts)
                done = settle(reader, policy, tables, month, sink, (), None, threads, progress, process, sums,
                              special, denials, taking.lists(values))  # fmt: skip
                rows.update(reader.rows_by_file)
            taking.done(done)
            counted |= {month: done.special.tally} if done.special else {}
            pools.update({name: pool.name for name, pool in done.values.pools.items()})
            for row in done.rows:
                key = row.hospital_code, row.pool
                own = Sums(row.cases, row.points_e4, row.payable_fen - row.denied_fen, row.due_fen - row.denied_fen)
                hospitals[key] = hospitals.get(key, Sums()).plus(own)
            for group in group_totals(done, tables):
                net = group.payable_fen - sink.denied_fen[group.code]
                groups[group.code] = groups.get(group.code, Sums()).plus(Sums(group.cases, group.points_e4, net))
                names[group.code] = group.name
    return Outcome(hospitals, groups, names, pools, rows, counted, taking.not_applied)


def _values(policy: Policy, month: str) -> PolicyValues:
    return policy.on(month_bounds(month)[1])


def _settled_in(policy: Policy, month: str, sources: Sequence[Source]) -> list[str]:
    """Months whose stays a month settles: its own, or all of a year to date."""
    if _values(policy, month).month.point_value != "cumulative":
        return [month]
    return [name for source in sources for name in source.months if name[:4] == month[:4]]


def _to_settle(policy: Policy, sources: Sequence[Source]) -> list[tuple[Source, Sequence[str]]]:
    months = sorted(month for source in sources for month in source.months)
    if _values(policy, months[-1]).month.point_value != "cumulative":
        # What a month holds is released by a later one.
        return [(source, source.months) for source in sorted(sources, key=lambda one: one.months[0])]
    if months != [f"{months[0][:4]}-{number:02d}" for number in range(1, len(months) + 1)]:
        raise UsageError(
            Text("累计结算方式下,回测须自一月起连续各月。", "Under the cumulative mode a back-test begins in January, month by month."),
            Text("请给出自一月起的各月。", "Give the months from January on."),
        )  # fmt: skip
    whole = sources[0]._replace(
        cases=[case for source in sources for case in source.cases],
        fees=[lines for source in sources for lines in source.fees],
    )
    return [(whole, months[-1:])]


class _Nowhere:
    """A sink that keeps nothing but what waits for the month's point values.

    denied_fen : what is denied, by code of the group; ungrouped under an empty code.
    """

    def __init__(self) -> None:
        self.denied_fen = Counter[str]()

    def cases(self, values: Mapping[str, Any]) -> None:
        """Cases are summed by the month itself, but for what is denied of a group."""
        import pyarrow.compute as pc

        if "denied_fen" not in values:
            return
        denied = pc.greater(values["denied_fen"], 0)
        codes = values[_GROUP if _GROUP in values else _DRG_GROUP].filter(denied).to_pylist()
        for code, fen in zip(codes, values["denied_fen"].filter(denied).to_pylist(), strict=True):
            self.denied_fen[code or ""] += fen

    def findings(self, findings: Sequence[Finding]) -> None:
        """What is wrong with the data was told when the month was settled."""

    def set_aside(self, rows: Sequence[SetAsideRow]) -> None:
        """As findings."""

    def count(self, key: str, rows: int, amount_fen: int) -> None:
        """As findings."""

    def keep_aside(self) -> Spill:
        return Spill()

    def close(self) -> tuple[FindingsSummary, tuple[()]]:
        return FindingsSummary({}, ()), ()
