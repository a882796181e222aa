"""Feeds the reader files that a coverage-guided fuzzer makes up: ``python -m tests.fuzz.coverage_guided SECONDS FOLDER``.

The first byte says what the rest is packed in, so that the fuzzer need not find compression or a workbook by itself.
FOLDER keeps what it has found interesting. Any exception but a refusal stops it, and leaves the input beside.
"""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path

import atheris

# Only what is imported within is instrumented; sources that the reader imports when it meets them are named here.
with atheris.instrument_imports(include=["drgdip"], enable_loader_override=False):
    import drgdip.intake.list_source
    import drgdip.intake.xlsx_source  # noqa: F401
    from tests.fuzz.inputs import read_bytes, samples

_SHEET = "xl/worksheets/sheet1.xml"
_PLAIN, _PACKED, _SHEETS = range(3)
#: Inputs that are longer add nothing but time.
_LONGEST = 16_384


def content_of(data: bytes) -> bytes:
    """The file that an input stands for."""
    kind, rest = data[0] % 3, data[1:]
    if kind == _PACKED:
        return gzip.compress(rest, 1)
    return _workbook(rest) if kind == _SHEETS else rest


def _workbook(sheet: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples()["xlsx"])) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            new.writestr(part, sheet if part == _SHEET else old.read(part))
    return buffer.getvalue()


def seeds() -> list[bytes]:
    """Inputs to begin with: one of each kind."""
    with zipfile.ZipFile(io.BytesIO(samples()["xlsx"])) as parts:
        sheet = parts.read(_SHEET)
    plain = [bytes([_PLAIN]) + content for kind, content in samples().items() if kind not in ("gzip", "xlsx")]
    return [*plain, bytes([_PACKED]) + samples()["csv"], bytes([_SHEETS]) + sheet]


def one(data: bytes) -> None:
    """One input."""
    if data:
        read_bytes(content_of(data))


def main() -> None:
    """Fuzz for some seconds."""
    seconds, folder = int(sys.argv[1]), Path(sys.argv[2])
    for number, seed in enumerate(seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    arguments = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST}",
        f"-artifact_prefix={folder}/found-",
        "-rss_limit_mb=2048",
        "-timeout=60",
        "-seed=1",
        str(folder),
    ]
    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
