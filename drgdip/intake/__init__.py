"""Stage 1, 清单采集: case files become batches of columns, and defects of rows become findings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from drgdip.intake.columns import TEXT_FIELDS, WRITES

if TYPE_CHECKING:
    from drgdip.intake.chunk import EncodedChunk, RawChunk
    from drgdip.intake.code_index import code_ids
    from drgdip.intake.reader import CaseReader

__all__ = ["TEXT_FIELDS", "WRITES", "CaseReader", "EncodedChunk", "RawChunk", "code_ids"]

#: Loaded on first use: they need Arrow and compiled code.
_LAZY = {
    "CaseReader": "drgdip.intake.reader",
    "EncodedChunk": "drgdip.intake.chunk",
    "RawChunk": "drgdip.intake.chunk",
    "code_ids": "drgdip.intake.code_index",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'drgdip.intake' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
