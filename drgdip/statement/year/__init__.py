"""Stage 11, the year: the annual statement as files for programs and people."""

from __future__ import annotations

from drgdip.statement.year.columns import YearReport
from drgdip.statement.year.files import YEAR_FILES, YEAR_FOLDER, write_year
from drgdip.statement.year.proof import DeniedOfYear, YearProof, year_proof

__all__ = ["YEAR_FILES", "YEAR_FOLDER", "DeniedOfYear", "YearProof", "YearReport", "write_year", "year_proof"]
