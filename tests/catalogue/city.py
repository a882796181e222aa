"""A synthetic city over several years, as the files that a city keeps: one a year, in different forms."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from drgdip.synthetic import synthesize
from drgdip.tables import DipTables

YEARS = (2023, 2024, 2025)


def write_city(folder: Path, tables: DipTables, stays: int, dirty: str = "0") -> None:
    """Write a file for each year: CSV, then Parquet. Settlement IDs of the years differ."""
    folder.mkdir(parents=True)
    for place, year in enumerate(YEARS):
        drawn = folder / "drawn.parquet"
        synthesize(drawn, tables=tables, cases=stays, month=f"{year}-06", seed=year, dirty=dirty)
        table = with_ids(pq.read_table(drawn), str(year))
        if place == 0:
            pa_csv.write_csv(table, folder / f"{year}.csv")
        else:
            pq.write_table(table, folder / f"{year}.parquet")
        for drawn_file in folder.glob("drawn*"):
            drawn_file.unlink()


def with_ids(table: pa.Table, prefix: str) -> pa.Table:
    """The table with settlement IDs of its own."""
    place = table.schema.get_field_index("setl_id")
    ids = [one and f"{prefix}-{one}" for one in table["setl_id"].to_pylist()]
    return table.set_column(place, "setl_id", pa.array(ids, pa.string()))
