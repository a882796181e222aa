"""Conditions and formulas of rules as text of the catalogue, over the columns of a table; exact, and honest about what is not known.

Names are national fields of the table (with a table before them: of the row that belongs to it), values that the rule itself
names (``let``), and parameters. Money is yuan, a time its seconds, a list its codes. ``and``, ``or`` and ``not`` are
three-valued: what is not known leaves a condition open only where it would decide, and then says which field that is.
"""

from __future__ import annotations

from drgdip.screening.conditions.parsing import Expression, parsed
from drgdip.screening.conditions.scope import Scope
from drgdip.screening.conditions.values import Column

__all__ = ["Column", "Expression", "Scope", "parsed"]
