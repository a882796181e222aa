"""A file of JSON as a stream of values: one object, a list, objects in a row, or one object a line.

Memory holds one value at a time. A value that cannot be read costs itself, and in a file of lines never another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from drgdip.base.json_keys import each_key_once
from drgdip.intake.json_kernels import IN_LIST, value_ends

_BLOCK = 1 << 20
#: A settlement list has a few kilobytes; fee details of the longest stays a few megabytes.
MAX_VALUE_BYTES = 16 << 20
_EXTRACT = 200
_BLANK, _COMMA = b" \t\r\n", ord(",")
_BOM = b"\xef\xbb\xbf"
#: What an object has that is a list, a result or a row of its own.
_NODES = {"input", "output", "setlinfo", "setl_id", "mdtrt_id"}
_LINES_TRIED = 20


class JsonValue(NamedTuple):
    """One value, or why it is none: ``fault`` is empty where ``value`` can be used. ``extract`` is its beginning."""

    value: Any
    fault: str
    extract: str


def json_values(path: Path) -> Iterator[JsonValue]:
    """All values of a file, in order. OSError if it cannot be read."""
    with path.open("rb") as file:
        pieces = _lines(file) if _is_lines(path) else _cut(file)
        for piece in pieces:
            yield parse(piece)


def parse(piece: bytes) -> JsonValue:
    """Parse one value strictly: numbers stay as written, no key twice, nothing that is no JSON."""
    extract = piece[:_EXTRACT].decode("utf-8", "replace").strip()
    if len(piece) > MAX_VALUE_BYTES:
        return JsonValue(None, f"> {MAX_VALUE_BYTES >> 20} MB", extract)
    try:
        return JsonValue(_DECODER.decode(piece.decode("utf-8")), "", extract)
    except UnicodeDecodeError:
        return JsonValue(None, "UTF-8", extract)
    except RecursionError:
        return JsonValue(None, "nesting", extract)
    except ValueError as error:
        return JsonValue(None, str(error), extract)


def _constant(text: str) -> None:
    raise ValueError(text)


#: Numbers as text: exact, and as long as they are written.
_DECODER = json.JSONDecoder(object_pairs_hook=each_key_once, parse_float=str, parse_int=str, parse_constant=_constant)


def _is_lines(path: Path) -> bool:
    """Whether a file has one object a line: some line near its beginning is a list by itself."""
    with path.open("rb") as file:
        start = file.read(len(_BOM))
        file.seek(len(_BOM) if start == _BOM else 0)
        for _ in range(_LINES_TRIED):
            line = file.readline(MAX_VALUE_BYTES)
            if not line or line.lstrip(_BLANK).startswith(b"["):
                return False
            if line.startswith(b"{") and line.rstrip(_BLANK).endswith(b"}"):
                found = parse(line)
                if not found.fault and isinstance(found.value, dict) and _NODES & found.value.keys():
                    return True
    return False


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    first = True
    while line := file.readline(MAX_VALUE_BYTES + 1):
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(_BLOCK)):
            pass
        line = line.removeprefix(_BOM) if first else line
        first = False
        if line.strip(_BLANK):
            yield line


def _cut(file: IO[bytes]) -> Iterator[bytes]:
    """Values of a list, or objects in a row. What is left at the end is a value that was not finished."""
    state = np.zeros(5, dtype=np.int64)
    held, begun = bytearray(), False
    while block := file.read(_BLOCK):
        if not begun:
            block = block.removeprefix(_BOM).lstrip(_BLANK)
            begun = bool(block)
            if block.startswith(b"["):
                state[IN_LIST], block = 1, block[1:]
        start = 0
        for end in value_ends(np.frombuffer(block, dtype=np.uint8), state).tolist():
            held += block[start : end - state[IN_LIST]]
            if held.strip(_BLANK) or block[end - 1] == _COMMA:
                yield bytes(held)
            held, start = bytearray(), end
        held += block[start : start + MAX_VALUE_BYTES + 1 - len(held)]
    if held.strip(_BLANK):
        yield bytes(held)
