"""A back-test of policies from case files, or from the runs of closed months, to a folder of results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.errors import UsageError
from drgdip.base.provenance import sha256_of_file
from drgdip.base.text import Language, Text
from drgdip.base.validity import Period
from drgdip.catalogue.policies.beside import Beside, NotApplied, beside_of
from drgdip.catalogue.policies.causes import Step, shares, steps, with_beside
from drgdip.catalogue.policies.result import PolicyBackTest, result
from drgdip.catalogue.policies.settle import Outcome, Source, settled_sums
from drgdip.pipeline.attribution.holding import read_holds
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.inputs import hash_files, input_files
from drgdip.pipeline.run_folder import RunFolder
from drgdip.policy.blend import side
from drgdip.statement.output_folder import OutputFolder

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables


def backtest_policies(
    before: str | Path | Policy | None,
    after: str | Path | Policy,
    *,
    cases: Sequence[Any] = (),
    months: Sequence[str] = (),
    runs: Sequence[str | Path] = (),
    settlements: Sequence[Any] = (),
    institutions: Sequence[Any] = (),
    mapping: str | Path | None = None,
    code_tables: str | Path | None = None,
    fees: Sequence[Any] = (),
    out: str | Path | None = None,
    threads: int = 2,
    overwrite: bool = False,
    language: Language = "zh",
    command: Sequence[str] = (),
    progress: Callable[[Text, int], None] = lambda step, rows: None,
) -> PolicyBackTest:
    """Settle closed months under two policies and say what makes the difference.

    A policy that does not cover the months lends them the values of its nearest day, and the result says so.

    Parameters
    ----------
    before : the old policy; None: that of the runs.
    after : the new policy.
    cases, months : case files and the months that are settled from them; settlements, institutions, mapping,
        code_tables and fees as for ``settle``.
    runs : in their place, folders that ``settle`` has written: their input files are read again and must be the same. Their
        decisions, denials and open findings are taken along on both sides; late lists are not, and the result says what money of these they hold.
    out : folder for the results, which appears whole or not at all.

    Raises
    ------
    UsageError : neither cases nor runs are given, a month or a file cannot be used, or an input has changed since.
    PolicyError : a policy is invalid, has unknown values, or cannot settle the months.
    """
    from drgdip.catalogue.policies.files import BACKTEST_FOLDER, write_backtest
    from drgdip.policy import load_policy

    started = datetime.now(UTC)
    if bool(cases) == bool(runs) or bool(cases) != bool(months):
        raise UsageError(
            Text("须给出病例与月份(--cases 与 --month),或已结算的各月(--run)。",
                 "Either cases and months (--cases with --month) or runs of closed months (--run) are needed."),
            Text("请二选一。", "Give one of the two."),
        )  # fmt: skip
    folders = [RunFolder(run) for run in runs]
    old = _old_policy(before, folders)
    new = load_policy(after) if isinstance(after, str | Path) else after
    given = Source(sorted(set(months)), cases, settlements, institutions, mapping, code_tables, fees)
    options = [_options_of(folder) for folder in folders]
    sources = [_source_of(*known) for known in zip(folders, options, strict=True)] if folders else [given]
    beside = beside_of(folders, options)
    names = sorted(month for source in sources for month in source.months)
    if len(set(names)) != len(names):
        raise UsageError(
            Text("同一月份给出了两次。", "A month is given twice."), Text("每月只给一次。", "Give each month once.")
        )
    period = Period(month_bounds(names[0])[0], month_bounds(names[-1])[1])
    files = input_files(*(group for source in sources for group in (*source[1:4], source.fees)))
    with ExitStack() as stack:
        if out:
            aside = OutputFolder(Path(out), overwrite=overwrite, reads=[*files, *map(Path, runs), old.source_path,
                                                                        new.source_path], kind=BACKTEST_FOLDER)  # fmt: skip
            folder = stack.enter_context(aside)
        hashed = stack.enter_context(hash_files(files))
        sides = side(old, period), side(new, period)
        tables = _Tables()
        found = steps(*sides, period, sources, tables, threads, progress)

        def settled(step: Step, some: Beside) -> Outcome:
            policy, tallies = step.policy, step.outcome.tallies
            return settled_sums(policy, tables(policy), sources, threads, progress, some, tallies)

        start, end, more = with_beside(found[0], found[-1], beside, settled)
        others = beside.others(names)
        paid = None if others or start.not_applied else _paid(folders, old, beside)
        tested = result(*sides, names, start, end, [*shares(found), *more], paid)._replace(
            left_out=tuple(sorted(folder.record.month for folder in folders if _holds_lists(folder))),
            not_applied=_not_applied(others, start, end),
            taken=sum(map(len, (*beside.decisions.values(), *beside.denials.values()))),
            held=len({one.key for own in beside.held.values() for one in own}),
        )
        if out:
            write_backtest(folder, tested, hashed(start.rows_by_file), language, command, started)
    return tested


def _not_applied(others: Sequence[NotApplied], start: Outcome, end: Outcome) -> list[NotApplied]:
    """All that has no effect, and under which of the policies: by month, kind and ID."""
    sides = (("old", start.not_applied), ("new", end.not_applied))
    found = [*others, *(one._replace(side=name) for name, some in sides for one in some)]
    return sorted(found, key=lambda one: (one.month, one.kind, one.id, one.side))


class _Tables:
    """Editions by name, each loaded once."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str], GroupTables] = {}

    def __call__(self, policy: Policy) -> GroupTables:
        from drgdip.tables import load_tables

        key = policy.tables_scheme, policy.tables_edition
        if key not in self._loaded:
            self._loaded[key] = load_tables(*key)
        return self._loaded[key]


def _old_policy(before: str | Path | Policy | None, folders: Sequence[RunFolder]) -> Policy:
    from drgdip.policy import load_policy

    if before is None and not folders:
        raise UsageError(Text("没有给出原政策。", "The old policy is not given."), Text("请用 --policy-a 指定。", "Name it with --policy-a."))  # fmt: skip
    if before is None:
        return load_policy(folders[0].record.policy_file)
    return load_policy(before) if isinstance(before, str | Path) else before


def _options_of(folder: RunFolder) -> dict[str, list[str]]:
    """What a run was given, from the command in its record; every file must still be what it was."""
    from drgdip.pipeline.settle_options import given_options

    options = given_options(folder.record.command)
    missing = Text(f"无法由 {folder.path} 还原其输入:记录的命令不是 drgdip settle。",
                   f"The inputs of {folder.path} cannot be found again: its record names no command drgdip settle.")  # fmt: skip
    if options is None or "-" in options["cases"]:
        raise UsageError(
            missing, Text("请用 --cases 与 --month 给出病例。", "Give the cases with --cases and --month.")
        )
    for file in folder.record.inputs:
        path = Path(file.path)
        if not path.is_file() or sha256_of_file(path) != file.sha256:
            raise UsageError(
                Text(f"{folder.path} 的输入 {file.path} 不在原处或已改动。",
                     f"{file.path}, which {folder.path} was settled from, is not in place or has changed."),
                Text("请在原目录下运行,或用 --cases 与 --month 给出病例。",
                     "Run this in the folder that settle ran in, or give the cases with --cases and --month."),
            )  # fmt: skip
    return options


def _source_of(folder: RunFolder, options: Mapping[str, Sequence[str]]) -> Source:
    return Source([folder.record.month], options["cases"], options["settlements"], options["institutions"],
                  next(iter(options["mapping"]), None), next(iter(options["code-tables"]), None), options["fees"])  # fmt: skip


def _paid(folders: Sequence[RunFolder], old: Policy, beside: Beside) -> int | None:
    """What the runs came to, where all of them are months of their own under the old policy, and what they decided and denied in
    a later month than that of the stay would have changed nobody else's payment in it.
    """
    monthly = all(str(one.record.parameters.get("first_day", "")) == f"{one.record.month}-01" for one in folders)
    same = all(one.record.policy.sha256 == old.sha256 for one in folders)
    if not folders or not monthly or not same:
        return None
    values = [old.on(month_bounds(one.record.month)[1]) for one in folders]
    if beside.late and not all(one.month.point_value == "fixed_opening" and one.readmission is None for one in values):
        return None
    return sum(one.record.totals_fen["payable"] for one in folders) + beside.fen


def _holds_lists(folder: RunFolder) -> bool:
    """Whether a run holds money of lists that came late."""
    return any(line.reason == "held_late_list" and line.open_fen for line in read_holds([folder]))
