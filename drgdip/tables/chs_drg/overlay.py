"""Changes to an edition by name: amendments of a published edition, and local editions that extend one.

An overlay is a small YAML file. It names its base, and for each sheet the rows that are added, replaced or removed; sets,
complications and exclusion tables gain or lose codes; groups get weights. What it removes or replaces must be there, and
what it adds must not, so that an overlay never fits an edition it was not made for. The result is an edition of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from drgdip.tables.chs_drg.sheets import SHEETS, Rows
from drgdip.tables.manifest import About, parse_model, read_yaml
from drgdip.tables.problems import TableProblem


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MdcChange(_Part):
    """A row of MDC."""

    code: str
    name: str = ""
    rule: str = ""
    order: int


class AdrgChange(MdcChange):
    """A row of ADRG; it is known by code, category and order."""

    mdc: str


class DrgChange(AdrgChange):
    """A row of DRG; it is known by its code and adjacent group."""

    adrg: str


class MdcChanges(_Part):
    """Changes of the sheet MDC. Removed rows are named by code."""

    add: list[MdcChange] = []
    replace: list[MdcChange] = []
    remove: list[str] = []


class AdrgChanges(_Part):
    """Changes of the sheet ADRG. Removed rows are named by code."""

    add: list[AdrgChange] = []
    replace: list[AdrgChange] = []
    remove: list[str] = []


class DrgChanges(_Part):
    """Changes of the sheet DRG. Removed rows are named by code."""

    add: list[DrgChange] = []
    replace: list[DrgChange] = []
    remove: list[str] = []


class CodeChanges(_Part):
    """Codes that lists gain and lose, by the list's name; ``drop`` names lists that go as a whole."""

    add: dict[str, list[str]] = {}
    remove: dict[str, list[str]] = {}
    drop: list[str] = []


class ComplicationChange(_Part):
    """What an other diagnosis counts as, and the exclusion table that can take it away."""

    severity: Literal["MCC", "CC"]
    exclusions: str = ""


class ComplicationChanges(_Part):
    """Complications that are set anew, and those that are none any more."""

    set: dict[str, ComplicationChange] = {}
    remove: list[str] = []


class Base(_Part):
    """The edition that is extended; with a hash, exactly that one."""

    edition: str
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class Overlay(About):
    """An overlay file: what people should know of the new edition, its base, and the changes."""

    base: Base
    mdc: MdcChanges = MdcChanges()
    adrg: AdrgChanges = AdrgChanges()
    drg: DrgChanges = DrgChanges()
    sets: CodeChanges = CodeChanges()
    complications: ComplicationChanges = ComplicationChanges()
    exclusions: CodeChanges = CodeChanges()
    weights: dict[str, str] = Field(default={})


def read_overlay(path: Path) -> Overlay:
    """Read an overlay. Raises TablesError naming the first key that is wrong."""
    return parse_model(Overlay, read_yaml(path), path)


def apply_overlay(
    sheets: Mapping[str, Rows], overlay: Overlay, file: str, problems: list[TableProblem]
) -> dict[str, Rows]:
    """The sheets of a base edition after an overlay; rows keep their order, new ones come last and are numbered anew.

    What does not fit the base goes to ``problems`` under the name of the overlay's ``file``.
    """
    work = _Work(file, problems)
    changed = {
        "mdc": work.rows("mdc", sheets["mdc"], overlay.mdc),
        "adrg": work.rows("adrg", sheets["adrg"], overlay.adrg),
        "drg": work.rows("drg", sheets["drg"], overlay.drg),
        "sets": work.codes("sets", sheets["sets"], overlay.sets, "集合编号"),
        "cc": work.complications(sheets["cc"], overlay.complications),
        "exclusions": work.codes("exclusions", sheets["exclusions"], overlay.exclusions, "排除表编号"),
    }
    return {key: [(row, cells) for row, (_, cells) in enumerate(rows, 1)] for key, rows in changed.items()}


def _cells(sheet: str, change: MdcChange) -> dict[str, str]:
    values = [change.code, change.name, change.rule]
    if isinstance(change, DrgChange):
        values += [change.adrg, change.mdc]
    elif isinstance(change, AdrgChange):
        values += [change.mdc]
    return dict(zip(SHEETS[sheet].columns, [*values, str(change.order)], strict=True))


#: What a row is known by when it is replaced; more than one may share an adjacent group's code.
_KEYS: dict[str, Callable[[Mapping[str, str]], tuple[str, ...]]] = {
    "mdc": lambda cells: (cells["编码"],),
    "adrg": lambda cells: (cells["编码"], cells["所属MDC"], cells["MDC内排序"]),
    "drg": lambda cells: (cells["编码"], cells["所属ADRG"]),
}


class _Work:
    def __init__(self, file: str, problems: list[TableProblem]) -> None:
        self._file, self._problems = file, problems

    def _tell(self, key: str, place: str, value: str) -> None:
        self._problems.append(TableProblem(key, self._file, 0, place, value))

    def rows(self, sheet: str, rows: Rows, changes: MdcChanges | AdrgChanges | DrgChanges) -> Rows:
        key_of = _KEYS[sheet]
        known = {key_of(cells) for _, cells in rows}
        codes = {cells["编码"] for _, cells in rows}
        replaced = {key_of(cells): cells for cells in (_cells(sheet, row) for row in changes.replace)}
        for key in replaced.keys() - known:
            self._tell("overlay_absent", f"{sheet}.replace", " ".join(key))
        for code in changes.remove:
            if code not in codes:
                self._tell("overlay_absent", f"{sheet}.remove", code)
        kept = [(row, replaced.get(key_of(cells), cells)) for row, cells in rows if cells["编码"] not in changes.remove]
        added = [_cells(sheet, row) for row in changes.add]
        standing = {key_of(cells) for _, cells in kept}
        for cells in added:
            if key_of(cells) in standing:
                self._tell("overlay_present", f"{sheet}.add", " ".join(key_of(cells)))
        return [*kept, *((0, cells) for cells in added)]

    def codes(self, sheet: str, rows: Rows, changes: CodeChanges, column: str) -> Rows:
        known = {(cells[column], cells["ICD编码"]) for _, cells in rows}
        names = {name for name, _ in known}
        gone = {(name, code) for name, codes in changes.remove.items() for code in codes}
        for name, code in sorted(gone - known):
            self._tell("overlay_absent", f"{sheet}.remove", f"{name} {code}")
        for name in changes.drop:
            if name not in names:
                self._tell("overlay_absent", f"{sheet}.drop", name)
        new = [(name, code) for name, codes in changes.add.items() for code in codes]
        for name, code in new:
            if (name, code) in known:
                self._tell("overlay_present", f"{sheet}.add", f"{name} {code}")
        kept = [
            (row, cells) for row, cells in rows
            if (cells[column], cells["ICD编码"]) not in gone and cells[column] not in changes.drop
        ]  # fmt: skip
        return [*kept, *((0, {column: name, "ICD编码": code}) for name, code in new)]

    def complications(self, rows: Rows, changes: ComplicationChanges) -> Rows:
        known = {cells["编码"] for _, cells in rows}
        for code in changes.remove:
            if code not in known:
                self._tell("overlay_absent", "complications.remove", code)
        gone = {*changes.remove, *changes.set}
        kept = [(row, cells) for row, cells in rows if cells["编码"] not in gone]
        new = [{"编码": code, "排除表": one.exclusions, "类型": one.severity} for code, one in changes.set.items()]
        return [*kept, *((0, cells) for cells in new)]
