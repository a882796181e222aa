"""An edition on disk: its manifest, its files and the code lists it is read with, by content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.provenance import combine
from drgdip.base.text import Text
from drgdip.tables.auxiliary import AUXILIARY_FILE, LISTS_FILE, SCORES_FILE, SUBTYPES_FILE
from drgdip.tables.code_system import CODES_FILE
from drgdip.tables.csv_file import decode
from drgdip.tables.dip_catalogue import GROUPS_FILE
from drgdip.tables.locate import list_folder
from drgdip.tables.manifest import MANIFEST_FILE, Manifest, parse_model, read_yaml
from drgdip.tables.problems import TableProblem
from drgdip.tables.treatment_types import TYPES_FILE

#: Role -> (file of a list of this role, its name in an edition's own folder).
ROLES = {
    "diagnoses": (CODES_FILE, "diagnoses.csv"),
    "procedures": (CODES_FILE, "procedures.csv"),
    "treatment_types": (TYPES_FILE, "treatment_types.csv"),
}
#: The same of an edition with an auxiliary directory: the classification that its sub-types are of.
AUXILIARY_ROLES = {
    "auxiliary_subtypes": (SUBTYPES_FILE, "auxiliary_subtypes.csv"),
    "auxiliary_lists": (LISTS_FILE, "auxiliary_lists.csv"),
    "auxiliary_scores": (SCORES_FILE, "auxiliary_scores.csv"),
}

#: Optional files of an edition by role: diagnoses not allowed as principal, operations not used in grouping.
EXCLUSION_FILES = {"principals_excluded": "principals_excluded.csv", "operations_unused": "operations_unused.csv"}


def roles_of(manifest: Manifest) -> dict[str, tuple[str, str]]:
    """The roles that the lists of an edition have."""
    return {**ROLES, **AUXILIARY_ROLES} if AUXILIARY_FILE in manifest.files else ROLES


@dataclass(frozen=True)
class Edition:
    """An edition as read: bytes of all files by role, and where they differ from the manifest.

    content : ``groups`` and each role -> bytes. names : the same -> file name for messages.
    changes : problems of files that are missing or not those the manifest was made for.
    """

    folder: Path
    manifest: Manifest
    sha256: str
    content: Mapping[str, bytes]
    names: Mapping[str, str]
    changes: tuple[TableProblem, ...]

    def text(self, role: str) -> str:
        """Text of a file."""
        return decode(self.content[role], Path(self.names[role]))


def open_edition(folder: Path) -> Edition:
    """Read all files of a DIP edition. Raises TablesError if it is none, or one of its lists is not at hand."""
    manifest = parse_model(Manifest, read_yaml(folder / MANIFEST_FILE), folder / MANIFEST_FILE)
    _require_dip(folder, manifest)
    paths, expected = _files(folder, manifest)
    content: dict[str, bytes] = {}
    changes = []
    for role, path in paths.items():
        try:
            content[role] = path.read_bytes()
        except OSError:
            content[role] = b""
            changes.append(TableProblem("file_missing", path.name, 0, "", ""))
            continue
        if sha256(content[role]).hexdigest() != expected[role]:
            changes.append(TableProblem("file_changed", path.name, 0, "", ""))
    parts = [(folder / MANIFEST_FILE).read_bytes(), *content.values()]
    names = {
        role: path.name if path.parent == folder else f"{path.parent.name}/{path.name}" for role, path in paths.items()
    }
    whole = combine(sha256(part).hexdigest() for part in parts)
    return Edition(folder, manifest, whole, content, names, tuple(changes))


def _files(folder: Path, manifest: Manifest) -> tuple[dict[str, Path], dict[str, str]]:
    paths, expected = {"groups": folder / GROUPS_FILE}, {"groups": manifest.files.get(GROUPS_FILE, "")}
    if AUXILIARY_FILE in manifest.files:
        paths["auxiliary"], expected["auxiliary"] = folder / AUXILIARY_FILE, manifest.files[AUXILIARY_FILE]
    for role, file in EXCLUSION_FILES.items():
        if file in manifest.files:
            paths[role], expected[role] = folder / file, manifest.files[file]
    for role, (file, _) in roles_of(manifest).items():
        used = manifest.code_systems[role]
        paths[role] = folder / used.file if used.file else list_folder(role, used.name, folder) / file
        expected[role] = used.sha256
    return paths, expected


def _require_dip(folder: Path, manifest: Manifest) -> None:
    absent = [role for role in roles_of(manifest) if role not in manifest.code_systems]
    absent += ["point_scale"] if manifest.point_scale is None else []
    if manifest.scheme != "dip":
        fact = Text(f"{folder.name} 不是 DIP 病种目录。", f"{folder.name} is not a DIP catalogue.")
    elif absent:
        fact = Text(f"{folder.name} 的清单缺少 {absent[0]}。", f"The manifest of {folder.name} has no {absent[0]}.")
    else:
        return
    raise TablesError(
        fact, Text("请用 drgdip tables import dip 导入目录。", "Import the catalogue with drgdip tables import dip.")
    )
