"""Knowledge packs: the lists behind the screening rules, versioned, with a manifest.

``load_pack`` gives a :class:`Pack`: typed rows by list (``pack.rows("item_sex")``), limits by code
(``pack.limits("item_sex")``) and the hash of all it was made of (``pack.digest``). Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drgdip.tables.knowledge.forms import FORMS, Form
    from drgdip.tables.knowledge.load import load_pack
    from drgdip.tables.knowledge.pack import Pack

__all__ = ["FORMS", "Form", "Pack", "load_pack"]

_MODULES = {"FORMS": "forms", "Form": "forms", "Pack": "pack", "load_pack": "load"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'drgdip.tables.knowledge' has no attribute {name!r}")
    return getattr(import_module(f"drgdip.tables.knowledge.{_MODULES[name]}"), name)
