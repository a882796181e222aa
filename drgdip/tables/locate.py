"""Where tables are: the user's folders, then those that come with the package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.manifest import MANIFEST_FILE, Manifest, read_manifest

#: Folders of one's own tables, separated like PATH; looked through before the package's.
FOLDERS_VARIABLE = "DRGDIP_TABLES"

_MODULE = Path(__file__).resolve()
_INSTALLED = _MODULE.parents[1] / "_grouper_tables"
_CHECKOUT = _MODULE.parents[2] / "grouper_tables"

#: Folder that holds the lists of a role.
_LIST_FOLDERS = {
    "diagnoses": "code_systems",
    "procedures": "code_systems",
    "items": "code_systems",
    "treatment_types": "treatment_types",
    "auxiliary_subtypes": "auxiliary",
    "auxiliary_lists": "auxiliary",
    "auxiliary_scores": "auxiliary",
}


def roots() -> list[Path]:
    """Folders that are searched, first match wins."""
    own = [Path(folder) for folder in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if folder]
    return [*own, _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT]


def folders() -> Iterator[tuple[Path, Manifest]]:
    """Every folder of tables with its manifest, the user's first, each in the order of names."""
    for root in roots():
        for path in sorted({*root.glob(f"*/{MANIFEST_FILE}"), *root.glob(f"*/*/{MANIFEST_FILE}")}):
            yield path.parent, read_manifest(path.parent)


def edition_folder(scheme: str, edition: str) -> Path:
    """The folder of an edition. Raises TablesError, naming the editions at hand, if there is none."""
    for root in roots():
        for folder in (root / scheme / edition, root / edition):
            if (folder / MANIFEST_FILE).is_file():
                manifest = read_manifest(folder)
                if (manifest.scheme, manifest.edition) == (scheme, edition):
                    return folder
    known = ", ".join(sorted({manifest.edition for _, manifest in folders() if manifest.scheme == scheme})) or "—"
    raise TablesError(
        Text(f"没有 {scheme} 目录版本 {edition}。", f"There is no edition {edition} of {scheme} tables."),
        Text(f"可用版本:{known};也可用 --tables 指定文件夹,或设置 {FOLDERS_VARIABLE}。",
             f"Editions at hand: {known}; or name a folder with --tables, or set {FOLDERS_VARIABLE}."),
    )  # fmt: skip


def pack_folder(name: str) -> Path:
    """The folder of a knowledge pack. Raises TablesError, naming the packs at hand, if there is none."""
    for root in roots():
        for folder in (root / "knowledge" / name, root / name):
            if (folder / MANIFEST_FILE).is_file() and read_manifest(folder).scheme == "knowledge":
                return folder
    known = ", ".join(sorted({manifest.edition for _, manifest in folders() if manifest.scheme == "knowledge"})) or "—"
    raise TablesError(
        Text(f"没有知识包 {name}。", f"There is no knowledge pack {name}."),
        Text(f"可用:{known};也可给出文件夹,或设置 {FOLDERS_VARIABLE}。",
             f"At hand: {known}; or name a folder, or set {FOLDERS_VARIABLE}."),
    )  # fmt: skip


def list_folder(role: str, name: str, edition: Path | None = None) -> Path:
    """The folder of a named code list; ``edition`` is a folder whose neighbours are looked through first."""
    near = [edition.parent, edition.parent.parent] if edition else []
    for root in [*near, *roots()]:
        folder = root / _LIST_FOLDERS[role] / name
        if (folder / MANIFEST_FILE).is_file():
            return folder
    raise TablesError(
        Text(f"找不到编码表 {name}。", f"The code list {name} is not found."),
        Text(f"请先导入该编码表,或设置 {FOLDERS_VARIABLE}。", f"Import the list first, or set {FOLDERS_VARIABLE}."),
    )
