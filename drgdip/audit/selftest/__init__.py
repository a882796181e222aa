"""Prove the engine: run worked examples through the code that pays cases and compare to the last digit."""

from __future__ import annotations

from pathlib import Path

from drgdip.audit.selftest.report import Failure, Refusal, Report

__all__ = ["OWN_EXAMPLES", "Failure", "Refusal", "Report", "run_selftest"]

#: The worked examples that come with the package (settlement arithmetic, vectors); those of review rules stand beside them.
OWN_EXAMPLES = Path(__file__).with_name("settlement_examples.json")


def run_selftest(file: str | Path | None = None) -> Report:
    """Run every worked example of a file; without one, those that come with the package.

    An example that names a calculation or an input that the engine does not have is counted as unsupported, never as
    passed; so is one of a review rule that is prose, unless the package has structured ones of that rule.

    Raises UsageError if the file cannot be read or has another shape.
    """
    from drgdip.audit.selftest.examples import OWN_REVIEW_EXAMPLES, read_examples
    from drgdip.audit.selftest.run import run_example

    files = [Path(file)] if file else [OWN_EXAMPLES, OWN_REVIEW_EXAMPLES]
    return Report.of([run_example(example) for path in files for example in read_examples(path)])
