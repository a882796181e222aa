"""A period's analysis for people and programs: indicators, quarters, budget execution, flows, warnings."""

from __future__ import annotations

from drgdip.statement.analysis.columns import Analysis
from drgdip.statement.analysis.files import ANALYSIS_FOLDER, write_analysis

__all__ = ["ANALYSIS_FOLDER", "Analysis", "write_analysis"]
