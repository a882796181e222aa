"""A CHS-DRG edition on disk: manifest and sheets by content, and how they come to be one edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.provenance import combine
from drgdip.base.text import Text
from drgdip.tables.chs_drg.content import read_content
from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.sheets import SHEETS, Rows, rows_in
from drgdip.tables.chs_drg.weights import parse_weights
from drgdip.tables.code_system import CODES_FILE, CodeSystem, parse_code_system
from drgdip.tables.csv_file import decode
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import MANIFEST_FILE, Manifest, parse_model, read_yaml
from drgdip.tables.problems import TableProblem

SCHEME = "chs-drg"
#: Weights of groups, and names of codes that no code list has; both optional.
WEIGHTS_FILE, NAMES_FILE = "weights.csv", "code_names.csv"
_CODE_LISTS = ("diagnoses", "procedures")


@dataclass(frozen=True)
class DrgEdition:
    """An edition as read: bytes of its files by name, of its code lists by role, and what differs from the manifest."""

    folder: Path
    manifest: Manifest
    sha256: str
    files: Mapping[str, bytes]
    lists: Mapping[str, bytes]
    changes: tuple[TableProblem, ...]

    def sheets(self, problems: list[TableProblem]) -> dict[str, Rows]:
        """The six sheets as rows of text."""
        return {key: rows_in(self.text(sheet.file), sheet, sheet.file, problems) for key, sheet in SHEETS.items()}

    def content(self, problems: list[TableProblem]) -> DrgContent:
        """The rows of the edition; what is wrong with single rows goes to ``problems``."""
        names = {key: sheet.file for key, sheet in SHEETS.items()}
        return read_content(self.sheets(problems), names, problems, self.weights(), self._names())

    def code_list(self, role: str) -> CodeSystem:
        """The code list of diagnoses or of procedures that the edition is read with."""
        return parse_code_system(
            decode(self.lists[role], Path(CODES_FILE)), f"{self.manifest.code_systems[role].name}/{CODES_FILE}"
        )

    def text(self, name: str) -> str:
        """One of its files as text."""
        return decode(self.files[name], Path(name))

    def weights(self) -> dict[str, str]:
        """Weights of groups as published; none where the edition has no such file."""
        return parse_weights(self.text(WEIGHTS_FILE), WEIGHTS_FILE) if WEIGHTS_FILE in self.files else {}

    def _names(self) -> dict[str, str]:
        if NAMES_FILE not in self.files:
            return {}
        system = parse_code_system(self.text(NAMES_FILE), NAMES_FILE)
        return dict(zip(system.codes, system.names, strict=True))


def open_drg_edition(folder: Path) -> DrgEdition:
    """Read all files of an edition. Raises TablesError if it is none, or one of its code lists is not at hand."""
    manifest = parse_model(Manifest, read_yaml(folder / MANIFEST_FILE), folder / MANIFEST_FILE)
    absent = [role for role in _CODE_LISTS if role not in manifest.code_systems]
    absent += [sheet.file for sheet in SHEETS.values() if sheet.file not in manifest.files]
    if manifest.scheme != SCHEME or absent:
        raise TablesError(
            Text(f"{folder.name} 不是完整的 CHS-DRG 版本{'(缺少 ' + absent[0] + ')' if absent else ''}。",
                 f"{folder.name} is no whole CHS-DRG edition{' (' + absent[0] + ' is absent)' if absent else ''}."),
            Text("请用 drgdip tables import chs-drg 导入。", "Import it with drgdip tables import chs-drg."),
        )  # fmt: skip
    changes: list[TableProblem] = []
    files = {name: _bytes(folder / name, expected, name, changes) for name, expected in manifest.files.items()}
    lists = {
        role: _bytes(_list_path(folder, manifest, role), manifest.code_systems[role].sha256,
                     f"{manifest.code_systems[role].name}/{CODES_FILE}", changes)
        for role in _CODE_LISTS
    }  # fmt: skip
    parts = [(folder / MANIFEST_FILE).read_bytes(), *files.values(), *lists.values()]
    return DrgEdition(
        folder, manifest, combine(sha256(part).hexdigest() for part in parts), files, lists, tuple(changes)
    )


def _list_path(folder: Path, manifest: Manifest, role: str) -> Path:
    used = manifest.code_systems[role]
    return folder / used.file if used.file else list_folder(role, used.name, folder) / CODES_FILE


def _bytes(path: Path, expected: str, name: str, changes: list[TableProblem]) -> bytes:
    try:
        content = path.read_bytes()
    except OSError:
        changes.append(TableProblem("file_missing", name, 0, "", ""))
        return b""
    if sha256(content).hexdigest() != expected:
        changes.append(TableProblem("file_changed", name, 0, "", ""))
    return content
