"""``drgdip explain`` for CHS-DRG: typed codes, or a stay of a case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from drgdip.base.errors import EXIT_BLOCKED
from drgdip.base.text import Language, Text
from drgdip.cli.options import print_json

if TYPE_CHECKING:
    from drgdip.audit.drg_explanation import DrgExplanation
    from drgdip.base.findings import Finding


class Shown(NamedTuple):
    """How an explanation is printed. ``everything`` : rejected rows one by one, rules in full."""

    language: Language
    as_json: bool
    everything: bool


def explain_typed(
    tables: Any, dx: Sequence[str], proc: Sequence[str], numbers: Mapping[str, Any], shown: Shown
) -> None:
    """Explain typed codes."""
    from drgdip.drg_grouper import DrgGrouper

    _print(DrgGrouper(tables=tables).explain(dx, proc, **numbers), shown)


def explain_of_file(tables: Any, cases: Path, setl_id: str, shown: Shown) -> None:
    """Explain a stay of a case file; what is wrong with it comes first."""
    from drgdip.drg_grouper import DrgGrouper
    from drgdip.pipeline.drg_case_file import find_case

    case, findings = find_case([cases], setl_id, tables)
    if case is None and shown.as_json:
        print_json({"setl_id": setl_id, "findings": [finding._asdict() for finding in findings]})
    elif not shown.as_json:
        _tell(findings, shown.language, case is not None)
    if case is not None:
        _print(DrgGrouper(tables=tables).explain_case(case), shown)


def _tell(findings: Sequence[Finding], language: Language, grouped: bool) -> None:
    if not grouped:
        click.echo(Text("该行不能入组:", "This row cannot be grouped:").in_language(language))
    for finding in findings:
        words = finding.reason.words.in_language(language)
        click.echo(f"  {finding.file}:{finding.row} {finding.field} {finding.value}: {words} ({finding.key})")


def _print(explanation: DrgExplanation, shown: Shown) -> None:
    if shown.as_json:
        print_json(explanation.to_dict(shown.everything))
    else:
        click.echo(explanation.to_text(shown.language, shown.everything))
    if explanation.differences:
        raise SystemExit(EXIT_BLOCKED)
