"""Months settled under one policy, for their sums alone: nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
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
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables


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
    """Of a hospital in a pool, of a pool or a group."""

    cases: int = 0
    points_e4: int = 0
    payable_fen: int = 0
    due_fen: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


class Outcome(NamedTuple):
    """What the months come to under one policy. groups : by code, their sums and names; ungrouped under an empty code."""

    hospitals: Mapping[tuple[str, str], Sums]
    groups: Mapping[str, Sums]
    group_names: Mapping[str, str]
    pool_names: Mapping[str, Text]
    rows_by_file: Mapping[str, int]

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
) -> Outcome:
    """Settle months under a policy. Under the cumulative mode the last month of a year stands for all before it.

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
    for source, months in _to_settle(policy, sources):
        for month in months:
            beside = beside_cases(
                policy, month, source.settlements, source.institutions, source.mapping, source.code_tables
            )
            with CaseReader(
                list(source.cases), tables.diagnoses, tables.procedures, threads=threads, beside=beside
            ) as reader:
                fees = list(source.fees) if facts else []
                sums = check_fees(reader, fees, source.mapping, CHUNK_ROWS, _Nowhere(), facts)
                done = settle(reader, policy, tables, month, _Nowhere(), (), None, threads, progress, process, sums)
                rows.update(reader.rows_by_file)
            pools.update({name: pool.name for name, pool in done.values.pools.items()})
            for row in done.rows:
                key = row.hospital_code, row.pool
                own = Sums(row.cases, row.points_e4, row.payable_fen, row.due_fen)
                hospitals[key] = hospitals.get(key, Sums()).plus(own)
            for group in group_totals(done, tables):
                groups[group.code] = groups.get(group.code, Sums()).plus(
                    Sums(group.cases, group.points_e4, group.payable_fen)
                )
                names[group.code] = group.name
    return Outcome(hospitals, groups, names, pools, rows)


def _to_settle(policy: Policy, sources: Sequence[Source]) -> list[tuple[Source, Sequence[str]]]:
    from drgdip.pipeline.context import month_bounds

    months = sorted(month for source in sources for month in source.months)
    if policy.on(month_bounds(months[-1])[1]).month.point_value != "cumulative":
        return [(source, source.months) for source in sources]
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
    """A sink that keeps nothing but what waits for the month's point values."""

    def cases(self, values: Mapping[str, Any]) -> None:
        """Cases are summed by the month itself."""

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
