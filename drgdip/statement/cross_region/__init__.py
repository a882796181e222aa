"""Statements between regions: CSV for programs, a workbook for people, a statement for every home region."""

from __future__ import annotations

from drgdip.statement.cross_region.columns import CrossRegionReport
from drgdip.statement.cross_region.files import CROSS_REGION_FOLDER, write_cross_region
from drgdip.statement.cross_region.proof import cross_region_proof

__all__ = ["CROSS_REGION_FOLDER", "CrossRegionReport", "cross_region_proof", "write_cross_region"]
