"""The only place with numba options. Importing it costs the numba import; only stages that run do so.

``rule``   a scalar rule: integers in, one integer out, inlined into kernels.
``kernel`` a driver that loops rows; compiled once and kept in the user's cache directory.

Both release the GIL and keep integer semantics; there is no fast-math and no parallel variant (numba's
cache key ignores ``parallel``), threads work on separate chunks instead. Setting ``NUMBA_DISABLE_JIT=1``
runs the same functions as plain Python.

Numba notices a change of the file that holds a kernel, but not of the rules it calls: after an upgrade an
old compiled rule could still price cases. Nor does it notice that the fields of a named tuple have changed
places, which compiled code knows by place alone. The cache therefore lives in a folder named by the content
of every module that compiled code can come from, or that can define what it takes apart.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from drgdip.base.absent import absent
from drgdip.base.caching import caching

with absent("coverage"):  # Where it is installed numba loads it, a tenth of a second, for a switch that is off.
    import numba

_PACKAGE = Path(__file__).resolve().parent.parent
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "python", "boundscheck": False}


def source_stamp() -> str:
    """Hash of ``base/``, of every module that uses this one, and of every module with named tuples."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        content = path.read_bytes()
        if path.parent.name == "base" or b"base.accelerate" in content or b"NamedTuple" in content:
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:20]


def _cache_folder() -> str | None:
    """A writable folder for compiled code, or None: then code is compiled anew in each process."""
    if not caching():
        return None
    folder = user_cache_path("drgdip") / "compiled" / source_stamp()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return str(folder) if os.access(folder, os.W_OK) else None


_FOLDER = _cache_folder()


def _compile(function: Callable[..., Any]) -> Any:
    # numba reads the folder when a function is decorated; it is set back so that code of
    # others in the same process keeps its own.
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = _FOLDER or before
    try:
        return numba.njit(cache=_FOLDER is not None, **_OPTIONS)(function)
    finally:
        numba.config.CACHE_DIR = before


rule = _compile
kernel = _compile
