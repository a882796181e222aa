"""drgdip: exact case-based hospital payment (DIP, later DRG), from settlement list to payout.

The package reads as the business process. There is one verb for each stage (``check``, ``group``, ``value``, ``price``,
``split``, ``clear``), one for the whole month (``settle_month``, or ``settle_to_folder`` with its files), an ``Engine`` for
a service that prices case by case, and ``explain``, which follows one case. All of them run the same stages.
``DrgGrouper`` groups single stays by CHS-DRG and explains their groups.

- Money is in integer fen, ratios and points in integers times ten thousand (``_e4``); no float holds money.
- What is wrong with data is a finding and comes back with the result. What is wrong with a call, a policy or tables
  is an exception of the family :class:`DrgdipError`, with a fact and an advice in Chinese and English.
- Nothing is printed; progress goes to the logger ``drgdip`` of the standard library. Nothing is written but what a call
  names, and compiled tables and code in the user's cache directory, which ``DRGDIP_CACHE=off`` switches off.
- There is no global state: results, policies, tables and engines may be used from several threads.

Names are loaded on first use, so that importing the package costs nothing before a stage runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: Public name -> module that defines it.
_PUBLIC = {
    "load_policy": "drgdip.policy",
    "load_tables": "drgdip.tables",
    "check": "drgdip.pipeline.verbs",
    "group": "drgdip.pipeline.verbs",
    "value": "drgdip.pipeline.verbs",
    "price": "drgdip.pipeline.verbs",
    "split": "drgdip.pipeline.payment_verbs",
    "clear": "drgdip.pipeline.payment_verbs",
    "settle_month": "drgdip.pipeline",
    "settle_to_folder": "drgdip.pipeline",
    "clear_year": "drgdip.pipeline.year",
    "clear_year_to_folder": "drgdip.pipeline.year",
    "explain": "drgdip.audit.explain",
    "Engine": "drgdip.engine",
    "DrgGrouper": "drgdip.drg_grouper",
    "DrgOutcome": "drgdip.pipeline.drg_outcome",
    "DrgExplanation": "drgdip.audit.drg_explanation",
    "CaseResult": "drgdip.pipeline.case_result",
    "StageResult": "drgdip.pipeline.stage_result",
    "Statement": "drgdip.pipeline.payment_verbs",
    "MonthResult": "drgdip.pipeline.month_result",
    "YearResult": "drgdip.pipeline.year.result",
    "Explanation": "drgdip.audit.steps",
    "PROCESS": "drgdip.pipeline.process",
    "Process": "drgdip.pipeline.process",
    "Stage": "drgdip.pipeline.process",
    "Column": "drgdip.base.columns",
    "Text": "drgdip.base.text",
    "Deduction": "drgdip.interface.deduction",
    "Finding": "drgdip.base.findings",
    "DrgdipError": "drgdip.base.errors",
    "UsageError": "drgdip.base.errors",
    "PolicyError": "drgdip.base.errors",
    "TablesError": "drgdip.base.errors",
}

__all__ = [
    "PROCESS",
    "CaseResult",
    "Column",
    "Deduction",
    "DrgExplanation",
    "DrgGrouper",
    "DrgOutcome",
    "DrgdipError",
    "Engine",
    "Explanation",
    "Finding",
    "MonthResult",
    "PolicyError",
    "Process",
    "Stage",
    "StageResult",
    "Statement",
    "TablesError",
    "Text",
    "UsageError",
    "YearResult",
    "__version__",
    "check",
    "clear",
    "clear_year",
    "clear_year_to_folder",
    "explain",
    "group",
    "load_policy",
    "load_tables",
    "price",
    "settle_month",
    "settle_to_folder",
    "split",
    "value",
]

if TYPE_CHECKING:
    from drgdip.audit.drg_explanation import DrgExplanation
    from drgdip.audit.explain import explain
    from drgdip.audit.steps import Explanation
    from drgdip.base.columns import Column
    from drgdip.base.errors import DrgdipError, PolicyError, TablesError, UsageError
    from drgdip.base.findings import Finding
    from drgdip.base.text import Text
    from drgdip.drg_grouper import DrgGrouper
    from drgdip.engine import Engine
    from drgdip.interface.deduction import Deduction
    from drgdip.pipeline import settle_month, settle_to_folder
    from drgdip.pipeline.case_result import CaseResult
    from drgdip.pipeline.drg_outcome import DrgOutcome
    from drgdip.pipeline.month_result import MonthResult
    from drgdip.pipeline.payment_verbs import Statement, clear, split
    from drgdip.pipeline.process import PROCESS, Process, Stage
    from drgdip.pipeline.stage_result import StageResult
    from drgdip.pipeline.verbs import check, group, price, value
    from drgdip.pipeline.year import clear_year, clear_year_to_folder
    from drgdip.pipeline.year.result import YearResult
    from drgdip.policy import load_policy
    from drgdip.tables import load_tables


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'drgdip' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
