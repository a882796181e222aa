"""Logging through the standard library: one logger, ``drgdip``, that says nothing unless a program asks it to.

What is logged is what runs and how much of it, never a case, a person or an amount.
"""

from __future__ import annotations

import logging

_ROOT = logging.getLogger("drgdip")
_ROOT.addHandler(logging.NullHandler())


def logger(module: str) -> logging.Logger:
    """The logger of a module; give ``__name__``."""
    return logging.getLogger(module)
