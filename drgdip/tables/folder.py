"""Writing a folder of tables: its files, then its manifest, so that a manifest always means a whole folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from drgdip.base.errors import TablesError, UsageError
from drgdip.base.text import Text
from drgdip.tables.manifest import MANIFEST_FILE, Manifest, manifest_text


def write_folder(folder: Path, files: Mapping[str, str], manifest: Manifest, overwrite: bool) -> None:
    """Write tables. Raises UsageError if the folder holds any of the files already, unless told to overwrite.

    They may be a released edition, which never changes, or the very file that is being imported.
    """
    present = [name for name in (MANIFEST_FILE, *files) if (folder / name).exists()]
    if present and not overwrite:
        raise UsageError(
            Text(f"{folder} 已有 {present[0]},发布后的版本不再更改。",
                 f"{folder} already holds {present[0]}; released editions never change."),
            Text("请换一个文件夹与版本名,或加 --overwrite。", "Choose another folder and edition, or add --overwrite."),
        )  # fmt: skip
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST_FILE).unlink(missing_ok=True)
        for name, text in {**files, MANIFEST_FILE: manifest_text(manifest)}.items():
            aside = folder / f".{name}.part"
            aside.write_bytes(text.encode("utf-8"))
            os.replace(aside, folder / name)
    except OSError as error:
        raise TablesError(
            Text(f"无法写入 {folder}。", f"{folder} cannot be written ({error.strerror})."),
            Text("请检查路径与权限。", "Check the path and its permissions."),
        ) from error
