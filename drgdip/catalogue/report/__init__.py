"""The report of a build: what an officer reads before a catalogue goes to the table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.text import Language

if TYPE_CHECKING:
    from drgdip.catalogue.report.facts import BuildReport

PAGE_FILE, WORKBOOK_FILE = "report.html", "catalogue.xlsx"


def write_report(folder: Path, report: BuildReport, language: Language = "zh") -> None:
    """Write the page, in one language, and the workbook."""
    from drgdip.catalogue.report.page import write_report_html
    from drgdip.catalogue.report.workbook import write_catalogue_xlsx

    write_report_html(folder / PAGE_FILE, report, language)
    write_catalogue_xlsx(folder / WORKBOOK_FILE, report)
