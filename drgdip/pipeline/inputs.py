"""Hashes of the input files, taken while the cases are being settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from drgdip.base.provenance import InputFile, sha256_of_file


@contextmanager
def hash_files(paths: Sequence[Path]) -> Iterator[Callable[[Mapping[str, int]], list[InputFile]]]:
    """Start hashing; the value is called with the rows of each file (by path) when the month is settled."""
    with ThreadPoolExecutor(1) as pool:
        hashes = [(path, pool.submit(sha256_of_file, path)) for path in paths if path.is_file()]
        yield lambda rows: [
            InputFile(path=str(path), sha256=digest.result(), rows=rows.get(str(path), 0)) for path, digest in hashes
        ]
