"""The files of a comparison: CSV for programs, a workbook and a page for people, the record last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from drgdip import __version__
from drgdip.base.provenance import ComparisonRecord, Identity, InputFile, sha256_of_file
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text
from drgdip.catalogue.compare import Comparison, Settled
from drgdip.catalogue.moves import by_hospital
from drgdip.catalogue.report.columns import EFFECT_COLUMNS, MOVE_COLUMNS
from drgdip.catalogue.report.compare_columns import GROUP_COLUMNS, HOSPITAL_COLUMNS, PAIR_COLUMNS, POOL_COLUMNS
from drgdip.catalogue.report.compare_page import factor_words, write_compare_html
from drgdip.catalogue.report.words import MOVES, WORDS
from drgdip.catalogue.report.workbook import basis, definitions, table, totals
from drgdip.statement.columns import OutputColumn
from drgdip.statement.output_folder import FolderKind
from drgdip.statement.words import STATUS
from drgdip.statement.xlsx import both, open_workbook
from drgdip.statement.year.files import write_table

COMPARE_FILES = frozenset({
    "compare.html", "compare.xlsx", "moves.csv", "hospitals.csv", "pools.csv", "groups.csv", "regrouped.csv", "run.json",
})  # fmt: skip
COMPARE_FOLDER = FolderKind(COMPARE_FILES.__contains__, "compare.xlsx", Text("目录比较结果", "a comparison"))

_PAID = ("cases", "points_before_e4", "points_after_e4", "before_fen", "after_fen", "difference_fen")
#: Pairs of groups that the workbook lists; all of them stand in ``regrouped.csv``.
PAIR_ROWS = 5_000


def write_comparison(
    folder: Path,
    found: Comparison,
    inputs: Sequence[InputFile],
    language: Language,
    command: Sequence[str],
    started: datetime,
) -> None:
    """Write a comparison. Every file but ``run.json`` has the same bytes for the same comparison."""
    write_table(folder / "moves.csv", MOVE_COLUMNS, found.moves)
    if found.settled:
        write_table(folder / "pools.csv", POOL_COLUMNS, found.settled.pools)
        write_table(folder / "hospitals.csv", HOSPITAL_COLUMNS, found.settled.hospital_pools)
        write_table(folder / "groups.csv", GROUP_COLUMNS, found.settled.groups)
        write_table(folder / "regrouped.csv", PAIR_COLUMNS, found.settled.pairs)
    else:
        write_table(folder / "hospitals.csv", EFFECT_COLUMNS, found.effects)
    write_compare_xlsx(folder / "compare.xlsx", found, inputs)
    write_compare_html(folder / "compare.html", found, list(inputs), language)
    record = _record(folder, found, inputs, command, started)
    (folder / "run.json").write_text(record.to_json(), encoding="utf-8", newline="\n")


def write_compare_xlsx(path: Path, found: Comparison, inputs: Sequence[InputFile]) -> None:
    """Write the workbook of a comparison."""
    sheets: dict[str, Sequence[OutputColumn]] = {}
    with open_workbook(path, f"DIP {found.before.manifest.edition} → {found.after.manifest.edition}") as book:
        if found.settled:
            settled = found.settled
            for name, columns, rows in (
                ("基金池 Pools", POOL_COLUMNS, settled.pools),
                ("机构 Hospitals", HOSPITAL_COLUMNS, settled.hospitals),
                ("机构分池 By pool", HOSPITAL_COLUMNS, settled.hospital_pools),
                ("病种 Groups", GROUP_COLUMNS, settled.groups),
            ):
                sheet = table(book, name, columns, rows)
                totals(sheet, columns, rows, _PAID)
                sheet.note(factor_words(settled))
                sheets[name] = columns
            sheet = table(book, "换组 Regrouped", PAIR_COLUMNS, settled.pairs[:PAIR_ROWS])
            totals(sheet, PAIR_COLUMNS, settled.pairs, (*_PAID, "cost_fen"))
            if len(settled.pairs) > PAIR_ROWS:
                words = Text("此处列出差额最大的 {shown} 行,共 {all} 行;全部见 regrouped.csv。",
                             "The {shown} rows with the largest difference out of {all}; all of them are in regrouped.csv.")  # fmt: skip
                sheet.note(words.fill(shown=f"{PAIR_ROWS:,}", all=f"{len(settled.pairs):,}"))
            sheets["换组 Regrouped"] = PAIR_COLUMNS
        else:
            effects = by_hospital(found.effects)
            sheet = table(book, "机构 Hospitals", EFFECT_COLUMNS, effects)
            totals(sheet, EFFECT_COLUMNS, effects, ("cases", "cost_fen", "before_fen", "after_fen", "difference_fen"))
            sheets["机构 Hospitals"] = EFFECT_COLUMNS
        sheet = table(book, "目录变动 Moves", MOVE_COLUMNS, found.moves, {"kind": MOVES})
        totals(sheet, MOVE_COLUMNS, found.moves, ("cases_before", "cases", "total_before_e4", "total_e4", "effect_e4"))
        sheets["目录变动 Moves"] = MOVE_COLUMNS
        definitions(book, sheets)
        basis(book, _basis(found, inputs))


def _basis(found: Comparison, inputs: Sequence[InputFile]) -> list[tuple[Text, str]]:
    lines = []
    for words, one in ((WORDS["edition_before"], found.before), (WORDS["edition_after"], found.after)):
        status = both(STATUS[one.manifest.status])
        lines.append((words, f"{both(one.manifest.title.text)} · {one.manifest.edition} · {one.sha256} · {status}"))
    lines += [(WORDS["year"], str(found.year)), (WORDS["engine"], f"drgdip {__version__}")]
    if found.settled:
        policy = found.settled.policy
        lines.append((WORDS["policy"], f"{both(policy.title)} · {policy.name} {policy.version} · {policy.sha256}"))
        lines.append((WORDS["compare_factor"], both(factor_words(found.settled))))
    return lines + [(WORDS["inputs"], f"{Path(one.path).name} · {one.rows:,} · {one.sha256}") for one in inputs]


def _record(
    folder: Path, found: Comparison, inputs: Sequence[InputFile], command: Sequence[str], started: datetime
) -> ComparisonRecord:
    settled = found.settled
    return ComparisonRecord(
        engine_version=__version__,
        command=list(command),
        started_at=started.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        year=f"{found.year:04d}",
        before=Identity(name=f"dip/{found.before.manifest.edition}", sha256=found.before.sha256),
        after=Identity(name=f"dip/{found.after.manifest.edition}", sha256=found.after.sha256),
        policy=Identity(name=f"{settled.policy.name} {settled.policy.version}", sha256=settled.policy.sha256)
        if settled
        else None,
        inputs=list(inputs),
        total_points=settled.test.total_points if settled else None,
        factor=str(settled.test.factor) if settled else None,
        point_values=_point_values(settled) if settled else {},
        totals_fen={"before": settled.total.before_fen, "after": settled.total.after_fen} if settled else {},
        outputs={path.name: sha256_of_file(path) for path in sorted(folder.iterdir())},
    )


def _point_values(settled: Settled) -> dict[str, list[str]]:
    return {pool: [format_scaled(value, 4) for value in both_] for pool, both_ in settled.point_values_e4.items()}
