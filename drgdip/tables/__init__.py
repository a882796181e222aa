"""Grouper tables: editions as data; found, imported, checked, compiled to arrays.

Names load on first use, so that reading a policy or printing help does not compile tables.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drgdip.tables.code_system import CodeSystem
    from drgdip.tables.dip_catalogue import Group
    from drgdip.tables.dip_compile import DipArrays
    from drgdip.tables.dip_tables import DipTables, compile_dip
    from drgdip.tables.group_tables import GroupTables, GroupValues
    from drgdip.tables.load import load_tables
    from drgdip.tables.problems import TablesFileError

__all__ = [
    "CodeSystem",
    "DipArrays",
    "DipTables",
    "Group",
    "GroupTables",
    "GroupValues",
    "TablesFileError",
    "compile_dip",
    "load_tables",
]

_MODULES = {
    "CodeSystem": "code_system",
    "DipArrays": "dip_compile",
    "DipTables": "dip_tables",
    "Group": "dip_catalogue",
    "GroupTables": "group_tables",
    "GroupValues": "group_tables",
    "TablesFileError": "problems",
    "compile_dip": "dip_tables",
    "load_tables": "load",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'drgdip.tables' has no attribute {name!r}")
    return getattr(import_module(f"drgdip.tables.{_MODULES[name]}"), name)
