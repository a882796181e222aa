"""A pack of one's own that extends another: rows added, replaced and withdrawn, each for a region and for days."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.csv_file import read_text
from drgdip.tables.knowledge.forms import FORMS, file_of
from drgdip.tables.knowledge.importing import write_pack
from drgdip.tables.knowledge.load import open_pack
from drgdip.tables.knowledge.rows import Entry, list_text, parse_list
from drgdip.tables.manifest import About, Extends, ListOrigin, Manifest
from drgdip.tables.problems import TableProblem, raise_if_errors


def import_local(
    folder: Path, base: str, name: str, out: Path, about: About, *, imported_at: date, overwrite: bool = False
) -> tuple[Manifest, list[TableProblem]]:
    """Import a folder of lists in the project's own form as a pack that extends ``base``.

    A file is named after its list (``drug_sex.csv``) and has the columns of the list and, first of all, ``change``:
    ``add`` what the base has not, ``replace`` a row of the base, ``withdraw`` it. Rows without a region or days take
    those of ``about``. Nothing is written if a row is wrong: raises TablesFileError with every problem.
    """
    opened = open_pack(base)
    raise_if_errors(opened.changes)
    problems = [
        TableProblem("unknown_list", path.name, 0, "", "")
        for path in sorted(folder.glob("*.csv"))
        if path.stem not in FORMS
    ]
    read = {name: parse_list(name, read_text(path), True, problems) for name, path in _files(folder).items()}
    if not read and not problems:
        raise TablesError(
            Text(f"{folder} 没有以清单命名的 CSV 文件。", f"{folder} has no CSV file that is named after a list."),
            Text(f"可用:{'、'.join(FORMS)}。", f"Known lists: {', '.join(FORMS)}."),
        )
    raise_if_errors(problems)
    texts = {one: list_text(one, _sourced(one, entries), True) for one, entries in read.items()}
    origins = {one: _origin(entries) for one, entries in read.items()}
    extends = Extends(edition=opened.manifest.edition, sha256=opened.digest)
    return write_pack(texts, origins, name, out, about, opened, problems, imported_at, overwrite, extends=extends)


def _files(folder: Path) -> dict[str, Path]:
    return {name: folder / file_of(name) for name in FORMS if (folder / file_of(name)).is_file()}


def _sourced(name: str, entries: list[Entry]) -> list[Entry]:
    """Rows that name no source get their place in the file."""
    return [
        entry if entry.row.source else entry._replace(row=entry.row._replace(source=f"{file_of(name)}:{entry.number}"))
        for entry in entries
    ]


def _origin(entries: list[Entry]) -> ListOrigin:
    marks = Counter(mark for entry in entries if (mark := getattr(entry.row, "mark", "")))
    return ListOrigin(
        rows=len(entries),
        unread=sum(bool(getattr(entry.row, "text", "")) for entry in entries),
        dated=sum(bool(entry.row.valid_from or entry.row.valid_to) for entry in entries),
        marked=dict(sorted(marks.items())),
    )
