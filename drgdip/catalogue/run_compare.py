"""A comparison from case files to a folder of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Language, Text
from drgdip.catalogue.backtest import TotalPoints
from drgdip.catalogue.compare import Comparison, compare_settled, compare_weights
from drgdip.intake.combine import Beside
from drgdip.pipeline.inputs import beside_cases, hash_files, input_files, with_standard_input
from drgdip.statement.output_folder import OutputFolder

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.tables import DipTables


def run_compare(
    cases: Sequence[Any],
    before: DipTables,
    after: DipTables,
    *,
    policy: str | None = None,
    year: int | None = None,
    total_points: TotalPoints | None = None,
    out: Path | None = None,
    mapping: str | None = None,
    threads: int = 2,
    overwrite: bool = False,
    language: Language = "zh",
    command: Sequence[str] = (),
    progress: Callable[[Text, int], None] = lambda step, rows: None,
) -> Comparison:
    """Compare two editions, and write the result if ``out`` is given; the folder appears whole or not at all.

    Raises
    ------
    UsageError : a source or the folder cannot be used, no year is given, or no stay is left.
    PolicyError : the policy does not fit the year.
    """
    from drgdip.catalogue.report.compare_files import COMPARE_FOLDER, write_comparison
    from drgdip.policy import load_policy

    started = datetime.now(UTC)
    loaded = load_policy(policy) if policy else None
    chosen = _year(year, loaded)
    sources, streams = with_standard_input(cases)
    paths = input_files(sources)
    with ExitStack() as stack:
        if out:
            aside = OutputFolder(out, overwrite=overwrite, reads=paths, kind=COMPARE_FOLDER)
            folder = stack.enter_context(aside)
        hashed = stack.enter_context(hash_files(paths, streams))
        if loaded:
            beside = beside_cases(loaded, f"{chosen}-12", (), (), mapping, None)
            found = compare_settled(sources, loaded, before, after, chosen, beside, total_points, threads, progress)
        else:
            found = compare_weights(sources, before, after, chosen, Beside(mapping=mapping), threads, progress)
        if out:
            write_comparison(folder, found, hashed(found.rows_by_file), language, command, started)
    return found


def _year(year: int | None, policy: Policy | None) -> int:
    if year is None and policy is None:
        raise UsageError(
            Text("没有指定年度。", "No year is given."),
            Text("请用 --year 指定病例的出院年度。", "Name the year of the cases with --year."),
        )
    return year if year is not None or policy is None else policy.period.first.year  # type: ignore[return-value]
