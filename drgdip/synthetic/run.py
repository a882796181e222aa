"""Carries out a request: one file, or a folder of tables or lists, that appears under its name only when complete."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from drgdip.synthetic.blueprint import Blueprint, blueprint_of
from drgdip.synthetic.chunks import Planted, draw_chunks
from drgdip.synthetic.request import Request, Synthesis
from drgdip.synthetic.source import Source, source_of
from drgdip.synthetic.writing import csv_writer, folder_writer, parquet_writer, write_folder_key, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from drgdip.synthetic.violations.coding import Codes
    from drgdip.tables import GroupTables

    Progress = Callable[[int], None]


def run(request: Request, tables: GroupTables, progress: Progress) -> Synthesis:
    """Carry out a request."""
    source = source_of(tables, request.mean_cost_fen)
    blueprint = blueprint_of(tables, source, request.seed)
    work = {"flat": _flat, "tables": _tables, "lists": _lists}[request.layout]
    with _aside(request.output) as part:
        rows, manifest = work(blueprint, request, tables, part, progress)
    if request.dirty and request.layout == "flat":
        write_manifest(request.manifest, manifest)
    return _summary(request, source, blueprint, rows, manifest)


@contextmanager
def _aside(output: Path) -> Iterator[Path]:
    """A name beside the output; what was written there takes the output's name if nothing went wrong."""
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        yield part
        if part.is_dir() and output.is_dir():
            output.rmdir()
        os.replace(part, output)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if part.is_file():
            part.unlink()


def _flat(
    blueprint: Blueprint, request: Request, tables: GroupTables, part: Path, progress: Progress
) -> tuple[int, list[Planted]]:
    rows, manifest = 0, []
    with (parquet_writer if request.format == "parquet" else csv_writer)(part) as write:
        for chunk in draw_chunks(blueprint, request):
            write(chunk.table, chunk.defects)
            manifest += chunk.manifest
            rows += chunk.table.num_rows
            progress(rows)
    return rows, manifest


def _tables(
    blueprint: Blueprint, request: Request, tables: GroupTables, part: Path, progress: Progress
) -> tuple[int, list[Planted]]:
    from drgdip.synthetic import violations
    from drgdip.synthetic.city import FEES, SCHEMAS, draw_city
    from drgdip.synthetic.folder_key import FolderKey
    from drgdip.synthetic.registers import institutions_table

    rows = 0
    key = FolderKey(f"cases.{request.format}", f"fee_lines.{request.format}", request.fees)
    schemas = {name: schema for name, schema in SCHEMAS.items() if request.fees or name not in FEES}
    book = violations.casebook(request.month, _codes(tables, blueprint)) if request.violations else None
    if book:
        schemas = violations.schemas_with(book, schemas)
    hospitals, lines = set[str](), len(book.tables["fee_lines"]) if book else 0
    with folder_writer(part, schemas, request.format) as write:
        write("institutions", institutions_table(blueprint))
        for chunk in draw_chunks(blueprint, request):
            key.add_chunk(chunk)
            for name, table in draw_city(blueprint, request, tables, chunk, key):
                if book:
                    table = violations.widened(table, schemas[name])
                if book and name == "cases":
                    hospitals |= violations.see(book, table)
                lines += table.num_rows if name == "fee_lines" else 0
                write(name, table, chunk.defects if name == "cases" else ())
            rows += chunk.table.num_rows
            progress(rows)
        for name, table in violations.planted_tables(book, schemas) if book else ():
            write(name, table)
    if book:
        book.see_lines(lines)
        book.see_hospitals(hospitals | {row["fixmedins_code"] for row in book.tables["cases"]})
        violations.write_key(part, book)
    if request.dirty:
        write_folder_key(part, key)
    return rows, key.planted()


def _codes(tables: GroupTables, blueprint: Blueprint) -> Codes | None:
    """Codes for planted stays that are grouped again: of a DIP catalogue."""
    from drgdip.synthetic.violations import codes_of
    from drgdip.tables import DipTables

    return codes_of(tables, blueprint) if isinstance(tables, DipTables) else None


def _lists(
    blueprint: Blueprint, request: Request, tables: GroupTables, part: Path, progress: Progress
) -> tuple[int, list[Planted]]:
    from drgdip.synthetic.lists import write_lists

    return write_lists(blueprint, request, part, progress)


def _summary(request: Request, source: Source, blueprint: Blueprint, rows: int, manifest: list[Planted]) -> Synthesis:
    cases = dict(zip(source.group_codes, source.cases.tolist(), strict=True))
    return Synthesis(
        output=request.output,
        manifest=request.manifest if request.dirty else None,
        rows=rows,
        groups=int((blueprint.group_share > 0).sum()),
        left_out=blueprint.left_out,
        left_out_cases=int(sum(cases[code] for code in blueprint.left_out)),
        defects=dict(sorted(Counter(planted.kind for planted in manifest).items())),
    )
