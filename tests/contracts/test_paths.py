"""Nothing in the tree depends on the machine it was written on."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.source import ROOT

_GENERATED = {"build", "dist", "__pycache__"}
_HIDDEN = {".ci", ".gitignore"}
_TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".csv", ".j2", ".html", ".css", ".txt", ".cfg", ""}


def text_files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in _GENERATED or (path.name.startswith(".") and path.name not in _HIDDEN):
            continue
        if path.is_dir():
            yield from text_files(path)
        elif path.suffix in _TEXT:
            yield path


def test_no_file_names_a_folder_of_this_machine() -> None:
    here = {str(ROOT), str(ROOT.parent), str(Path.home()), tempfile.gettempdir()} - {"/"}
    pattern = re.compile(r"(?<![\w.$}/-])(?:" + "|".join(map(re.escape, sorted(here))) + r")(?![\w-])")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in text_files()
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []


def test_the_package_reads_nothing_from_beside_the_tree() -> None:
    """Data come with the package; only the search for the tables looks one folder up."""
    climbing = re.compile(r"\.parents\[(\d+)\]|(?:\.parent){3,}")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in text_files(ROOT / "drgdip")
        if path.suffix == ".py" and climbing.search(path.read_text(encoding="utf-8"))
    ]

    assert found in ([], ["drgdip/tables/locate.py"])
