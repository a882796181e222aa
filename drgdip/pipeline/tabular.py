"""Tables in the form in which callers hold theirs: what came in as pandas goes out as pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from drgdip.base.findings import Finding

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    Table = pa.Table | pd.DataFrame

Kind = Literal["pandas", "arrow"]


def as_sources(cases: Any) -> list[Any]:
    """One case source or several, as a list."""
    single = isinstance(cases, str | Path) or not isinstance(cases, Sequence)
    return [cases] if single else list(cases)


def kind_of(cases: Any) -> Kind:
    """``pandas`` if any of the cases came as a DataFrame; Arrow tables and files give Arrow."""
    return "pandas" if any(hasattr(source, "iloc") for source in as_sources(cases)) else "arrow"


def as_kind(table: pa.Table, kind: Kind) -> Any:
    """An Arrow table in the caller's form. Integers stay integers in both."""
    return table.to_pandas() if kind == "pandas" else table


def findings_table(findings: Iterable[Finding], kind: Kind = "pandas") -> Any:
    """Findings as a table: file, row, setl_id, field, value, key, and the words and remedy in Chinese and English."""
    import pyarrow as pa

    rows = [(*finding, *finding.reason.words, *finding.reason.remedy) for finding in findings]
    names = (*Finding._fields, "words_zh", "words_en", "remedy_zh", "remedy_en")
    types = [pa.int64() if name == "row" else pa.string() for name in names]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    arrays = [pa.array(values, kind_) for values, kind_ in zip(columns, types, strict=True)]
    return as_kind(pa.table(arrays, names=list(names)), kind)
