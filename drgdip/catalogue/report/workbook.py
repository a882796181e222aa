"""``catalogue.xlsx``: every group with its numbers, what moved, and all that the page shows, to be filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Text
from drgdip.catalogue.against import Against
from drgdip.catalogue.moves import by_hospital
from drgdip.catalogue.report.columns import EFFECT_COLUMNS, GROUP_COLUMNS, MOVE_COLUMNS
from drgdip.catalogue.report.facts import BuildReport
from drgdip.catalogue.report.level_rows import OUTCOMES
from drgdip.catalogue.report.words import CRITERIA, KINDS, MOVES, STANDINGS, TIERS, TYPES, WORDS
from drgdip.statement.columns import UNIT_NAMES, OutputColumn
from drgdip.statement.words import STATUS
from drgdip.statement.xlsx import Head, Sheet, both, open_workbook

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_WIDTHS = {"dip_name": 48, "name": 48, "misses": 32}
_TOTAL = "合计 total"


def write_catalogue_xlsx(path: Path, report: BuildReport) -> None:
    """Write the workbook of a build."""
    with open_workbook(path, f"DIP {report.manifest.edition}") as book:
        _summary(book, report)
        _groups(book, report)
        if report.against:
            _moves(book, report.against)
            _effects(book, report.against)
        _coverage(book, report)
        _missed(book, report)
        _cleaning(book, report)
        _levels(book, report)
        _group_levels(book, report)
        _subtypes(book, report)
        _settings(book, report)
        sheets = {"病种 Groups": GROUP_COLUMNS}
        if report.against:
            sheets |= {"变动 Moves": MOVE_COLUMNS, "机构影响 Hospitals": EFFECT_COLUMNS}
        definitions(book, sheets)
        _basis(book, report)


def table(
    book: Workbook,
    name: str,
    columns: Sequence[OutputColumn],
    rows: Iterable[Any],
    words: Mapping[str, Mapping[str, Text]] = {},
) -> Sheet:
    """A sheet with a row for each of ``rows``; ``words`` : by field, what its keys are called."""
    sheet = Sheet(book, name, [Head(c.label.zh, c.header, c.unit, _WIDTHS.get(c.header, 0)) for c in columns])
    sheet.add([_cell(getattr(row, c.field), words.get(c.field)) for c in columns] for row in rows)
    return sheet


def _cell(value: object, words: Mapping[str, Text] | None) -> object:
    return words[value].zh if words and isinstance(value, str) else value


def totals(sheet: Sheet, columns: Sequence[OutputColumn], rows: Sequence[Any], summed: Sequence[str]) -> None:
    """A row of sums of the columns ``summed``."""
    cells = [sum(getattr(row, c.field) for row in rows) if c.field in summed else None for c in columns]
    sheet.add_totals([[_TOTAL, *cells[1:]]])


def _summary(book: Workbook, report: BuildReport) -> None:
    spread = report.homogeneity
    numbers: list[tuple[Text, int, str]] = [
        (WORDS["cleaning_read"], report.cleaning.read, "count"),
        (WORDS["stays_kept"], report.cleaning.kept, "count"),
        (WORDS["group_count"], len(report.groups), "count"),
        (WORDS["core_count"], sum(row.kind != "comprehensive" for row in report.groups), "count"),
        (WORDS["threshold"], report.threshold, "count"),
    ]
    ratios = [
        (WORDS["coverage"], report.covered_e4),
        (WORDS["explained"], spread.explained_e4),
        (Text("核心病种变异系数(裁剪前)", "variation of core groups, before"), spread.core_variation_before_e4),
        (Text("核心病种变异系数(裁剪后)", "variation of core groups, after"), spread.core_variation_e4),
        (Text("全部病种变异系数(裁剪前)", "variation of all groups, before"), spread.mean_variation_before_e4),
        (Text("全部病种变异系数(裁剪后)", "variation of all groups, after"), spread.mean_variation_e4),
    ]
    heads = [Head("项目", "zh", "text", 34), Head("英文", "en", "text", 44)]
    sheet = Sheet(book, "概览 Summary", [*heads, *(Head(*one) for one in (("数量", "count", "count"), ("比例", "ratio", "ratio"), ("金额(元)", "yuan", "yuan")))])  # fmt: skip
    sheet.add((words.zh, words.en, value, None, None) for words, value, _ in numbers)
    sheet.add((words.zh, words.en, None, value, None) for words, value in ratios)
    sheet.add([(WORDS["region_mean"].zh, WORDS["region_mean"].en, None, None, report.region_mean_fen)])
    sheet.add((WORDS[one.key].zh, WORDS[one.key].en, one.groups, None, None) for one in report.lists)


def _groups(book: Workbook, report: BuildReport) -> None:
    sheet = table(book, "病种 Groups", GROUP_COLUMNS, report.groups, {"kind": KINDS, "treatment_type": TYPES})
    totals(sheet, GROUP_COLUMNS, report.groups, ("cases", "cost_fen", "trimmed"))


def _moves(book: Workbook, against: Against) -> None:
    sheet = table(book, "变动 Moves", MOVE_COLUMNS, against.moves, {"kind": MOVES})
    totals(sheet, MOVE_COLUMNS, against.moves, ("cases_before", "cases", "total_before_e4", "total_e4", "effect_e4"))
    sheet.note(WORDS["moves_note"].fill(year=against.year))


def _effects(book: Workbook, against: Against) -> None:
    sheet = table(book, "机构影响 Hospitals", EFFECT_COLUMNS, by_hospital(against.effects))
    summed = ("cases", "cost_fen", "before_fen", "after_fen", "difference_fen")
    totals(sheet, EFFECT_COLUMNS, against.effects, summed)
    sheet.note(WORDS["effect_note"].fill(year=against.year))
    sheet = table(book, "机构影响(分池) By pool", EFFECT_COLUMNS, against.effects)
    totals(sheet, EFFECT_COLUMNS, against.effects, summed)


def _coverage(book: Workbook, report: BuildReport) -> None:
    years = [Head(f"{year} 年", f"stays_{year}", "count") for year in report.years]
    heads = [Head("类别", "layer", "text", 20), Head("病种数", "groups", "count"), *years, Head("病例数", "stays", "count"),
             Head("病例占比", "share", "ratio"), Head("费用", "cost_yuan", "yuan"), Head("费用占比", "cost_share", "ratio")]  # fmt: skip
    sheet = Sheet(book, "覆盖 Coverage", heads)
    sheet.add((both(KINDS[row.kind]), row.groups if row.kind else None, *row.stays, row.total, row.share_e4,
               row.cost_fen, row.cost_share_e4) for row in report.coverage)  # fmt: skip
    by_year = [sum(row.stays[y] for row in report.coverage) for y in range(len(report.years))]
    cost = sum(row.cost_fen for row in report.coverage)
    groups = sum(row.groups for row in report.coverage)
    sheet.add_totals([(_TOTAL, groups, *by_year, sum(by_year), None, cost, None)])


def _missed(book: Workbook, report: BuildReport) -> None:
    rows = sorted((row for row in report.groups if row.missed), key=lambda row: (-row.cases, row.code))
    sheet = table(book, "未达标 Missed", GROUP_COLUMNS, rows, {"kind": KINDS, "treatment_type": TYPES})
    for key, groups, stays in report.missed:
        sheet.note(Text(f"{CRITERIA[key].zh}:{groups:,} 个病种,{stays:,} 例", f"{CRITERIA[key].en}: {groups:,} groups, {stays:,} stays"))  # fmt: skip


def _cleaning(book: Workbook, report: BuildReport) -> None:
    heads = [Head("规则", "rule", "text", 56), Head("英文", "in English", "text", 60), Head("病例数", "stays", "rows"),
             Head("费用", "cost_yuan", "yuan")]  # fmt: skip
    sheet, cleaning = Sheet(book, "清洗 Cleaning", heads), report.cleaning
    sheet.add((line.rule.words.zh, line.rule.words.en, line.stays, line.cost_fen) for line in cleaning.lines())
    kept = (WORDS["cleaning_kept"].zh, WORDS["cleaning_kept"].en, cleaning.kept, cleaning.kept_cost_fen)
    sheet.add_totals([kept, (WORDS["cleaning_read"].zh, WORDS["cleaning_read"].en, cleaning.read, None)])
    heads = [Head("年度", "year", "text"), Head("病例数", "stays", "count"), Head("裁剪病例", "trimmed", "count"),
             Head("占比", "share", "ratio"), Head("涉及病种", "groups", "count"), Head("裁剪费用", "cost_yuan", "yuan")]  # fmt: skip
    Sheet(book, "裁剪 Trimming", heads).add(
        (str(row.year), row.stays, row.trimmed, row.share_e4, row.groups, row.cost_fen) for row in report.trimming
    )


def _levels(book: Workbook, report: BuildReport) -> None:
    heads = [Head("机构级别", "level", "text", 22), Head("病例数", "stays", "count"), Head("次均费用", "mean_cost_yuan", "yuan"),
             Head("级别系数", "coefficient", "ratio")]  # fmt: skip
    sheet = Sheet(book, "级别系数 Levels", heads)
    sheet.add((both(TIERS[row.tier]), row.cases, row.mean_cost_fen, row.coefficient_e4) for row in report.levels)
    if report.inverted:
        sheet.note(WORDS["inverted"])
    heads = [Head("基金池", "pool", "text"), Head("病例数", "stays", "count"), Head("加权费用", "weighted_cost_yuan", "yuan"),
             Head("加权分值", "weighted_points", "points"), Head("年初点值", "opening_point_value", "yuan_per_point")]  # fmt: skip
    Sheet(book, "年初点值 Opening", heads).add(
        (pool.pool, sum(pool.cases), *(pool.value or (None,) * 3)) for pool in report.opening
    )


def _group_levels(book: Workbook, report: BuildReport) -> None:
    heads = [Head("病种编码", "dip_code", "text", 26), Head("病种名称", "dip_name", "text", 48), Head("机构级别", "level", "text", 22),
             Head("病例数", "stays", "count"), Head("次均费用", "mean_cost_yuan", "yuan"),
             Head("病种系数", "coefficient", "ratio"), Head("不设病种系数的原因", "reason", "text", 52)]  # fmt: skip
    Sheet(book, "病种级别均费 Group levels", heads).add(
        (row.code, row.name, both(TIERS[row.tier]), row.cases, row.mean_cost_fen, row.coefficient_e4,
         both(OUTCOMES[row.outcome]) if row.outcome else "")
        for row in report.group_levels
    )  # fmt: skip


def _subtypes(book: Workbook, report: BuildReport) -> None:
    heads = [Head("病种编码", "dip_code", "text", 26), Head("病种名称", "dip_name", "text", 48), Head("辅助目录", "type", "text", 20),
             Head("分型", "subtype", "text", 20), Head("病例数", "stays", "count"), Head("次均费用", "mean_cost_yuan", "yuan"),
             Head("辅助系数", "coefficient", "ratio"), Head("变异系数降幅", "cv_fall", "ratio")]  # fmt: skip
    Sheet(book, "辅助系数 Auxiliary", heads).add(report.subtypes)


def _settings(book: Workbook, report: BuildReport) -> None:
    heads = [Head("参数", "key", "text", 34), Head("取值", "value", "text", 30), Head("出处", "cite", "text", 60),
             Head("核实情况", "standing", "text", 20), Head("说明", "note", "text", 60)]  # fmt: skip
    Sheet(book, "参数 Settings", heads).add(
        (row.key, row.value, row.cite, both(STANDINGS[row.status]), row.note) for row in report.rows
    )


def definitions(book: Workbook, sheets: Mapping[str, Sequence[OutputColumn]]) -> None:
    """What the columns of the sheets mean, and where that is from."""
    heads = [Head("工作表", "sheet", "text", 24), Head("列名", "zh", "text", 20), Head("英文列名", "header", "text", 26),
             Head("单位", "unit", "text", 20), Head("含义", "meaning_zh", "text", 52),
             Head("英文含义", "meaning_en", "text", 70), Head("依据", "source", "text", 52)]  # fmt: skip
    sheet = Sheet(book, "说明 Definitions", heads)
    for name, columns in sheets.items():
        sheet.add((name, c.label.zh, c.header, both(UNIT_NAMES[c.unit]), *c.meaning, both(c.source)) for c in columns)


def basis(book: Workbook, lines: Iterable[tuple[Text, str]]) -> None:
    """What the figures rest on, so that a workbook on its own says where it comes from."""
    heads = [Head("项目", "zh", "text", 16), Head("英文", "en", "text", 24), Head("内容", "value", "text", 150)]
    Sheet(book, "依据 Basis", heads).add((words.zh, words.en, value) for words, value in lines)


def _basis(book: Workbook, report: BuildReport) -> None:
    manifest = report.manifest
    lists = (
        (WORDS["base_lists"], f"{role} · {one.name} · {one.sha256}") for role, one in manifest.code_systems.items()
    )
    files = ((WORDS["inputs"], f"{Path(f.path).name} · {f.rows:,} · {f.sha256}") for f in report.inputs)
    lines = [
        (WORDS["edition"], f"{both(manifest.title.text)} · {manifest.edition}"),
        (WORDS["status"], both(STATUS[manifest.status])),
        (WORDS["year"], both(WORDS["for_year"].fill(year=report.year, first=report.years[0], last=report.years[-1]))),
        (WORDS["engine"], f"drgdip {report.engine_version}"),
        *lists,
        *files,
    ]
    if report.against:
        earlier = report.against.earlier
        lines.append((Text("上一版目录", "Earlier edition"), f"{earlier.manifest.edition} · {earlier.sha256}"))
    basis(book, lines)
