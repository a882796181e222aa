"""From case files to a history: read in chunks, cleaned, and put in a working folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.catalogue.cleaning import KEPT, CleaningCount, StayLimits, decide
from drgdip.catalogue.history import COLUMNS, History, HistoryWriter
from drgdip.intake import CaseReader
from drgdip.intake.combine import NOTHING, Beside
from drgdip.interface.defects import Defects, join_defects
from drgdip.interface.fields import Use
from drgdip.pipeline.batch import keep
from drgdip.pipeline.parallel import ordered_map
from drgdip.quality_control import check_codes

if TYPE_CHECKING:
    from drgdip.intake import RawChunk
    from drgdip.tables import CodeSystem

#: What of a case file counts; what may not be missing is what a stay is grouped and costed by.
CATALOGUE_USE = Use(
    ("setl_id", "fixmedins_code", "hosp_lv", "insutype", "gend", "age", "nwb_age", "nwb_bir_wt", "dscg_time",
     "act_ipt_days", "dscg_way", "icu_hours", "refd_setl_flag", "diag_code", "oprn_oprt_code", "medfee_sumamt",
     "fund_pay_sumamt"),
    frozenset(("setl_id", "fixmedins_code", "dscg_time", "diag_code", "medfee_sumamt")),
)  # fmt: skip

_SHOWN = 1000


class ReadHistory(NamedTuple):
    """A history with what cleaning did; ``findings`` are notices about files and the first defects of rows."""

    history: History
    cleaning: CleaningCount
    findings: list[Finding]
    rows_by_file: Mapping[str, int]


def read_history(
    cases: Sequence[Any],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    years: Sequence[int],
    folder: Path,
    *,
    limits: StayLimits = StayLimits(),  # noqa: B008 - a tuple
    beside: Beside = NOTHING,
    threads: int = 2,
    chunk_rows: int = 100_000,
    progress: Callable[[int], None] = lambda rows: None,
) -> ReadHistory:
    """Read case files into ``folder``, which is to be kept as long as the history is in use.

    Parameters
    ----------
    cases : files, folders of them, Arrow tables or DataFrames; they may exceed memory.
    years : years of discharge that count.
    limits : shortest and longest stay.
    progress : called with the rows of each chunk.

    Raises
    ------
    UsageError : a source cannot be read, or no stay is left.
    """
    cleaning, findings = CleaningCount(), list[Finding]()
    with (
        CaseReader(cases, diagnoses, procedures, chunk_rows, threads, use=CATALOGUE_USE, beside=beside) as reader,
        HistoryWriter(folder) as writer,
    ):
        findings += reader.file_findings

        def work(raw: RawChunk) -> tuple[Mapping[str, np.ndarray], np.ndarray, np.ndarray, Defects, RawChunk]:
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check_codes(encoded.columns, encoded.defects))
            columns = {**encoded.columns, **_derived(encoded.columns)}
            defective = np.zeros(raw.rows, dtype=np.bool_)
            defective[defects.row] = True
            decided = decide(columns, defective, years, limits)
            return keep(columns, decided == KEPT), decided, columns["total_cost_fen"], defects, raw

        for columns, decided, cost_fen, defects, raw in ordered_map(work, reader, threads):
            writer.append(columns)
            cleaning.add(decided, cost_fen)
            if len(findings) < _SHOWN:
                findings += reader.findings(raw, defects)[: _SHOWN - len(findings)]
            progress(raw.rows)
        findings += reader.closing_findings()
        if not cleaning.kept:
            raise _nothing_left(years)
        history = writer.finish(tuple(reader.hospitals))
    return ReadHistory(history, cleaning, findings, dict(reader.rows_by_file))


def _derived(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns of COLUMNS that intake has under another name, or that follow from others."""
    days = columns["discharge_time_s"].astype("datetime64[s]")
    return {
        "year": (days.astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int16),
        "recorded_fund_fen": columns["fund_total_fen"],
        "hospital_tier": np.maximum(columns["hospital_tier"], 0).astype(COLUMNS["hospital_tier"]),
    }


def _nothing_left(years: Sequence[int]) -> UsageError:
    named = f"{min(years)}–{max(years)}" if years else ""
    return UsageError(
        Text(f"没有可用于测算的病例({named} 年出院)。", f"No stay is left to build on (discharged in {named})."),
        Text("请核对病例文件与 --year。", "Check the case files, and --year."),
    )
