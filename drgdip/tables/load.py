"""Loading an edition: found, verified against its manifest, and compiled or taken from the cache."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.tables.cache import read_cache, write_cache
from drgdip.tables.check import read_checked
from drgdip.tables.dip_tables import DipTables, assemble
from drgdip.tables.edition import Edition, open_edition
from drgdip.tables.locate import edition_folder
from drgdip.tables.problems import raise_if_errors


def load_tables(
    scheme: str = "dip", edition: str | None = None, *, path: str | PathLike[str] | None = None
) -> DipTables:
    """Load an edition by scheme and name, or from its folder.

    Raises TablesError if it is not found, was changed since its import, or is wrong: TablesFileError with
    ``problems``, each with file, row, field and value. Compiled tables are kept in the user's cache folder.
    """
    if (edition is None) == (path is None):
        raise UsageError(
            Text("请在目录版本与文件夹中指定一个。", "Name either an edition or a folder of tables."),
            Text("例如 --edition 2.0-pingdingshan-2025 或 --tables DIR。", "Such as --edition demo, or --tables DIR."),
        )
    opened = open_edition(Path(path) if path is not None else edition_folder(scheme, str(edition)))
    raise_if_errors(opened.changes)
    return read_cache(opened.manifest, opened.sha256) or _compile(opened)


def _compile(opened: Edition) -> DipTables:
    content, problems = read_checked(opened)
    raise_if_errors(problems)
    tables = assemble(opened.manifest, opened.sha256, *content)
    write_cache(tables)
    return tables
