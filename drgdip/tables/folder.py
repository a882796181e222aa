"""Writing a folder of tables: its files, then its manifest, so that a manifest always means a whole folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from drgdip.base.errors import TablesError, UsageError
from drgdip.base.text import Text
from drgdip.tables.manifest import MANIFEST_FILE, Manifest, manifest_text


def write_folder(folder: Path, files: Mapping[str, str], manifest: Manifest, overwrite: bool) -> None:
    """Write tables. Raises UsageError if the folder holds some already, unless told to overwrite."""
    if (folder / MANIFEST_FILE).exists() and not overwrite:
        raise UsageError(
            Text(
                f"{folder} 已有目录,发布后的版本不再更改。",
                f"{folder} already holds tables; released editions never change.",
            ),
            Text("请换一个文件夹与版本名,或加 --overwrite。", "Choose another folder and edition, or add --overwrite."),
        )
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
