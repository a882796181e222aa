"""The files of a back-test of policies: CSV for programs, a workbook and a page for people, the record last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drgdip import __version__
from drgdip.base.provenance import Identity, InputFile, PolicyBackTestRecord, sha256_of_file
from drgdip.base.text import Language, Text
from drgdip.catalogue.policies import columns as c
from drgdip.catalogue.policies.page import notes, write_backtest_html
from drgdip.catalogue.policies.result import PolicyBackTest
from drgdip.catalogue.policies.words import WORDS
from drgdip.catalogue.report.workbook import basis, definitions, table, totals
from drgdip.statement.columns import OutputColumn
from drgdip.statement.csv_tables import write_proof_csv
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.words import STATUS
from drgdip.statement.xlsx import both, open_workbook
from drgdip.statement.year.files import write_table

BACKTEST_FILES = frozenset({
    "backtest.html", "backtest.xlsx", "causes.csv", "findings.csv", "hospitals.csv", "pools.csv", "groups.csv", "proof.csv", "run.json",
})  # fmt: skip
BACKTEST_FOLDER = FolderKind(BACKTEST_FILES.__contains__, "backtest.xlsx", Text("政策回测结果", "a back-test"))
#: Columns that sums are formed of.
_SUMMED = ("cases_before", "cases", "points_before_e4", "points_e4", "before_fen", "after_fen", "difference_fen",
           "due_before_fen", "due_fen", "due_difference_fen")  # fmt: skip


def write_backtest(
    folder: Path,
    found: PolicyBackTest,
    inputs: Sequence[InputFile],
    language: Language,
    command: Sequence[str],
    started: datetime,
) -> None:
    """Write a back-test. Every file but ``run.json`` has the same bytes for the same back-test."""
    write_table(folder / "causes.csv", c.CAUSE_COLUMNS, found.causes)
    write_table(folder / "hospitals.csv", c.HOSPITAL_POOL_COLUMNS, found.hospital_pools)
    write_table(folder / "pools.csv", c.POOL_COLUMNS, found.pools)
    write_table(folder / "groups.csv", c.GROUP_COLUMNS, found.groups)
    write_table(folder / "findings.csv", c.NOT_APPLIED_COLUMNS, found.not_applied)
    write_proof_csv(folder / "proof.csv", found.proof)
    _workbook(folder / "backtest.xlsx", found, inputs)
    write_backtest_html(folder / "backtest.html", found, inputs, language)
    one, other = found.before.policy, found.after.policy
    record = PolicyBackTestRecord(
        engine_version=__version__,
        command=list(command),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        months=list(found.months),
        before=Identity(name=f"{one.name} {one.version}", sha256=one.sha256),
        after=Identity(name=f"{other.name} {other.version}", sha256=other.sha256),
        values_of=[None if side.day is None else side.day.isoformat() for side in (found.before, found.after)],
        inputs=list(inputs),
        totals_fen={"before": found.total.before_fen, "after": found.total.after_fen},
        causes_fen={cause.cause: cause.difference_fen for cause in found.by_cause},
        outputs={path.name: sha256_of_file(path) for path in sorted(folder.iterdir())},
    )
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")


def _workbook(path: Path, found: PolicyBackTest, inputs: Sequence[InputFile]) -> None:
    sheets: dict[str, Sequence[OutputColumn]] = {}
    tables: tuple[tuple[str, Sequence[OutputColumn], Sequence[Any]], ...] = (
        ("成因 Causes", c.BY_CAUSE_COLUMNS, found.by_cause),
        ("基金池 Pools", c.POOL_COLUMNS, found.pools),
        ("机构 Hospitals", c.HOSPITAL_COLUMNS, found.hospitals),
        ("机构分池 By pool", c.HOSPITAL_POOL_COLUMNS, found.hospital_pools),
        ("病种 Groups", c.GROUP_COLUMNS, found.groups),
        ("成因分机构 By hospital", c.CAUSE_COLUMNS, found.causes),
        *([("未起作用 Not applied", c.NOT_APPLIED_COLUMNS, found.not_applied)] if found.not_applied else []),
    )
    with open_workbook(path, f"DIP {found.before.policy.name} → {found.after.policy.name}") as book:
        for name, columns, rows in tables:
            totals(table(book, name, columns, rows), columns, rows, _SUMMED)
            sheets[name] = columns
        definitions(book, sheets)
        basis(book, _basis(found, inputs))


def _basis(found: PolicyBackTest, inputs: Sequence[InputFile]) -> list[tuple[Text, str]]:
    lines = []
    for words, side in ((WORDS["policy_before"], found.before), (WORDS["policy_after"], found.after)):
        one = side.policy
        lines.append(
            (words, f"{both(one.title)} · {one.name} {one.version} · {one.sha256} · {both(STATUS[one.status])}")
        )
        lines.append((WORDS["tables"], f"{one.tables_scheme}/{one.tables_edition}"))
    lines += [(WORDS["month"], ", ".join(found.months)), (WORDS["engine"], f"drgdip {__version__}")]
    lines += [(WORDS["policy"], both(words)) for words in notes(found)]
    lines.append((WORDS["policies_causes"], both(WORDS["policies_causes_note"])))
    return lines + [(WORDS["inputs"], f"{Path(one.path).name} · {one.rows:,} · {one.sha256}") for one in inputs]
