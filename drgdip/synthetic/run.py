"""Draws, spoils and writes chunk by chunk."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.synthetic.blueprint import Blueprint, generator_for, make_blueprint
from drgdip.synthetic.catalogue import read_statistics
from drgdip.synthetic.defects import plan_defects, spoil
from drgdip.synthetic.layout import to_table
from drgdip.synthetic.request import Request, Synthesis
from drgdip.synthetic.stays import draw_stays
from drgdip.synthetic.writing import csv_writer, parquet_writer, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from drgdip.tables import DipTables

#: Rows a chunk. A part of the result: another size gives other bytes.
CHUNK_ROWS = 100_000
_WORKERS = 2

_ManifestRow = tuple[int, str, str, str]


class Chunk(NamedTuple):
    """Rows as a table, and the manifest rows of its defects."""

    table: Any
    manifest: list[_ManifestRow]


def run(request: Request, tables: DipTables, progress: Callable[[int], None]) -> Synthesis:
    """Carry out a request; the output appears under its name only when complete."""
    statistics = read_statistics(tables)
    blueprint = make_blueprint(tables, statistics.mean_stay_days, statistics.cv, request.cases, request.seed)
    part = request.output.with_name(request.output.name + ".part")
    writer = parquet_writer if request.format == "parquet" else csv_writer
    manifest: list[_ManifestRow] = []
    rows = 0
    try:
        with writer(part) as write:
            for chunk in draw_chunks(blueprint, request):
                write(chunk.table)
                manifest += chunk.manifest
                rows += chunk.table.num_rows
                progress(rows)
        os.replace(part, request.output)
    finally:
        part.unlink(missing_ok=True)
    if request.dirty:
        write_manifest(request.manifest, manifest)
    return _summary(request, tables, blueprint, rows, manifest)


def draw_chunks(blueprint: Blueprint, request: Request) -> Iterator[Chunk]:
    """All chunks in order; each depends on its number only, so workers may draw them ahead (at most a few)."""
    starts = range(0, request.cases, CHUNK_ROWS)
    draw = partial(draw_chunk, blueprint, request)
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting = [pool.submit(draw, number) for number in range(min(_WORKERS + 1, len(starts)))]
        for number in range(len(starts)):
            done = waiting.pop(0).result()
            if number + _WORKERS + 1 < len(starts):
                waiting.append(pool.submit(draw, number + _WORKERS + 1))
            yield done


def draw_chunk(blueprint: Blueprint, request: Request, number: int) -> Chunk:
    """Chunk ``number`` of a request."""
    first = number * CHUNK_ROWS
    count = min(CHUNK_ROWS, request.cases - first)
    table = to_table(blueprint, draw_stays(blueprint, request.month, number, first, count), request.month)
    if not request.dirty:
        return Chunk(table, [])
    generator = generator_for(request.seed, 2, number)
    defects = plan_defects(request.dirty, first, count, request.format, generator)
    table = spoil(table, defects, request.format)
    ids = table["setl_id"].take([defect.row for defect in defects]).to_pylist() if defects else []
    manifest = [(first + d.row + 1, id_, d.kind, d.field) for d, id_ in zip(defects, ids, strict=True)]
    return Chunk(table, manifest)


def _summary(
    request: Request, tables: DipTables, blueprint: Blueprint, rows: int, manifest: list[_ManifestRow]
) -> Synthesis:
    cases = dict(zip(tables.group_codes, tables.groups.group_cases.tolist(), strict=True))
    return Synthesis(
        output=request.output,
        manifest=request.manifest if request.dirty else None,
        rows=rows,
        groups=int((blueprint.group_share > 0).sum()),
        left_out=blueprint.left_out,
        left_out_cases=sum(cases[code] for code in blueprint.left_out),
        defects=dict(sorted(Counter(kind for _, _, kind, _ in manifest).items())),
    )
