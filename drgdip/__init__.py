"""drgdip: exact case-based hospital payment (DIP, later DRG), from settlement list to payout.

The package reads as the business process. Names below are loaded on first use, so that importing
the package costs nothing before a stage runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: Public name -> module that defines it.
_PUBLIC = {
    "load_tables": "drgdip.tables",
    "load_policy": "drgdip.policy",
    "settle_month": "drgdip.pipeline",
    "explain": "drgdip.audit.explain",
    "DrgdipError": "drgdip.base.errors",
}

__all__ = ["__version__", *_PUBLIC]

if TYPE_CHECKING:
    from drgdip.audit.explain import explain
    from drgdip.base.errors import DrgdipError
    from drgdip.pipeline import settle_month
    from drgdip.policy import load_policy
    from drgdip.tables import load_tables


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'drgdip' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
