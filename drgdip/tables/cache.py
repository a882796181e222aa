"""Compiled tables on disk, named by the hash of what they were compiled from.

One ``.npz`` file an edition: the arrays, and texts as UTF-8 bytes; nothing in it is ever executed. A file that is
damaged, cut short or of another layout is built anew. Processes may race: each writes a file of its own and renames
it, and all of them write the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_cache_path

from drgdip.base.caching import caching
from drgdip.base.money import round_yuan
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.dip_compile import DipArrays
from drgdip.tables.dip_tables import DipTables

if TYPE_CHECKING:
    from drgdip.tables.manifest import Manifest

#: Goes up whenever compiling gives other arrays for the same tables.
LAYOUT = 4

_TEXTS = (
    "catalogue",
    "group_codes",
    "group_names",
    "diagnosis_codes",
    "diagnosis_names",
    "procedure_codes",
    "procedure_names",
)
_INT8 = {
    "alternative_wildcard", "group_kind", "group_treatment_type", "group_primary_care", "procedure_treatment_type",
    "procedure_opens", "diagnosis_opens", "operation_place", "has_bounds", "principal_excluded", "procedure_unused",
}  # fmt: skip
_INT64 = {"relative_weight_e4", "mean_cost_fen", "group_cases"}


def cache_file(sha256: str) -> Path:
    """Where the compiled tables of an edition lie."""
    return user_cache_path("drgdip") / "tables" / f"{sha256}-{LAYOUT}.npz"


def read_parts(sha256: str, names: Iterable[str]) -> dict[str, np.ndarray] | None:
    """The named arrays that are kept for an edition, or None if they cannot be had whole."""
    if not caching():
        return None
    try:
        with cache_file(sha256).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except Exception:  # A damaged file can make its reader raise nearly anything; none of it matters.
        return None


def text_of(part: np.ndarray) -> str:
    """Text that is kept as bytes; what is no UTF-8 shows as such and fails the checks of lengths."""
    return part.tobytes().decode("utf-8", "replace")


def part_of(text: str) -> np.ndarray:
    """Text as bytes to keep."""
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def read_cache(manifest: Manifest, sha256: str) -> DipTables | None:
    """Compiled tables, or None if there are none that can be trusted."""
    if manifest.point_scale is None:
        return None
    stored = read_parts(sha256, (*DipArrays._fields, *_TEXTS))
    if stored is None:
        return None
    content, texts = stored, {name: text_of(stored[name]) for name in _TEXTS}
    arrays = DipArrays(**{name: content[name] for name in DipArrays._fields})
    lines = {name: tuple(texts[name].split("\n")) for name in _TEXTS[1:]}
    if not _is_sound(arrays, lines):
        return None
    return DipTables(
        manifest=manifest,
        sha256=sha256,
        groups=arrays,
        group_codes=lines["group_codes"],
        group_names=lines["group_names"],
        diagnoses=CodeSystem(lines["diagnosis_codes"], lines["diagnosis_names"]),
        procedures=CodeSystem(lines["procedure_codes"], lines["procedure_names"]),
        point_scale=manifest.point_scale,
        region_mean_cost_fen=round_yuan(manifest.region_mean_cost_yuan or "0"),
        catalogue=texts["catalogue"],
    )


def write_cache(tables: DipTables) -> None:
    """Keep compiled tables."""
    texts = {name: part_of(text) for name, text in _texts(tables).items()}
    write_parts(tables.sha256, {**tables.groups._asdict(), **texts})


def write_parts(sha256: str, parts: Mapping[str, np.ndarray]) -> None:
    """Keep the arrays of an edition. A cache that cannot be written costs time, never a run."""
    if not caching():
        return
    target = cache_file(sha256)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=target.parent, suffix=".part")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **dict(parts))  # type: ignore[arg-type]
        os.replace(aside, target)
    except OSError:
        Path(aside).unlink(missing_ok=True)


def _texts(tables: DipTables) -> dict[str, str]:
    lists = (tables.group_codes, tables.group_names, tables.diagnoses.codes, tables.diagnoses.names,
             tables.procedures.codes, tables.procedures.names)  # fmt: skip
    return dict(zip(_TEXTS, (tables.catalogue, *map("\n".join, lists)), strict=True))


def _is_sound(arrays: DipArrays, lines: dict[str, tuple[str, ...]]) -> bool:
    """Whether types and lengths are those that compiling gives; checksums of the file's parts guard the rest."""
    kinds = {name: "int8" if name in _INT8 else "int64" if name in _INT64 else "int32" for name in DipArrays._fields}
    groups = len(lines["group_codes"])
    return (
        all(array.dtype.name == kinds[name] for name, array in arrays._asdict().items())
        and len(lines["group_names"]) == groups == len(arrays.relative_weight_e4) == len(arrays.term_offset) - 1
        and len(lines["diagnosis_codes"]) == len(lines["diagnosis_names"]) == len(arrays.diagnosis_core_category)
        and len(lines["procedure_codes"]) == len(lines["procedure_names"]) == len(arrays.procedure_treatment_type)
    )
