"""Loading an edition: found, verified against its manifest, and compiled or taken from the cache."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.tables.auxiliary_edition import read_auxiliary
from drgdip.tables.cache import read_cache, write_cache
from drgdip.tables.check import read_checked
from drgdip.tables.dip_tables import DipTables, assemble
from drgdip.tables.edition import Edition, open_edition
from drgdip.tables.locate import edition_folder
from drgdip.tables.manifest import read_manifest
from drgdip.tables.problems import TableProblem, raise_if_errors

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables


@overload
def load_tables(scheme: Literal["chs-drg"], edition: str | None = None, *, path: None = None) -> DrgTables: ...


@overload
def load_tables(scheme: Literal["dip"] = "dip", edition: str | None = None, *, path: None = None) -> DipTables: ...


@overload
def load_tables(scheme: str = "dip", edition: str | None = None, *, path: str | PathLike[str] | None = None) -> Any: ...


def load_tables(
    scheme: str = "dip", edition: str | None = None, *, path: str | PathLike[str] | None = None
) -> DipTables | DrgTables:
    """Load an edition by scheme (``dip``, ``chs-drg``) and name, or from its folder.

    Compiled tables are kept in the user's cache directory, unless ``DRGDIP_CACHE=off``.

    Parameters
    ----------
    scheme : str
        ``dip`` or ``chs-drg``.
    edition : str, optional
        Name of an edition, such as ``demo``.
    path : str or PathLike, optional
        Folder of an edition, in place of its name.

    Returns
    -------
    DipTables or DrgTables
        Groups, code systems, and what they were made from.

    Raises
    ------
    TablesError
        The edition is not found, was changed since its import, or is wrong: then ``problems`` names file, row, field
        and value of each.
    UsageError
        Neither or both of ``edition`` and ``path`` are given.

    Examples
    --------
    >>> import drgdip
    >>> tables = drgdip.load_tables("dip", "demo")
    >>> tables.point_scale, "I10.X" in tables.group_ids
    (1000, True)
    """
    if (edition is None) == (path is None):
        raise UsageError(
            Text("请在目录版本与文件夹中指定一个。", "Name either an edition or a folder of tables."),
            Text("例如 --edition 2.0-pingdingshan-2025 或 --tables DIR。", "Such as --edition demo, or --tables DIR."),
        )
    folder = Path(path) if path is not None else edition_folder(scheme, str(edition))
    if read_manifest(folder).scheme == "chs-drg":
        from drgdip.tables.chs_drg.drg_tables import load_drg

        return load_drg(folder)
    opened = open_edition(folder)
    raise_if_errors(opened.changes)
    return _with_auxiliary(read_cache(opened.manifest, opened.sha256) or _compile(opened), opened)


def _compile(opened: Edition) -> DipTables:
    content, problems = read_checked(opened)
    raise_if_errors(problems)
    tables = assemble(opened.manifest, opened.sha256, *content)
    write_cache(tables)
    return tables


def _with_auxiliary(tables: DipTables, opened: Edition) -> DipTables:
    problems: list[TableProblem] = []
    auxiliary = read_auxiliary(opened, tables.group_ids, tables.diagnoses, tables.procedures, problems)
    raise_if_errors(problems)
    return replace(tables, auxiliary=auxiliary) if auxiliary else tables
