"""ID columns as codes: each distinct text is read once, whatever the number of rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.intake.buffers import as_text, checked_text

_NONE = np.array([-1], dtype=np.int32)
_EMPTY, _NULL = pa.scalar("", pa.string()), pa.scalar(None, pa.string())


class Encoded(NamedTuple):
    """A column of texts. values : the texts without blanks around them, null for an empty one or one that is no text.

    places : of each row's text, int32, -1 for none. bad : rows whose bytes are no text.
    """

    values: pa.Array
    places: np.ndarray
    bad: np.ndarray

    def texts(self, rows: np.ndarray | None = None) -> pa.Array:
        """The texts of some rows, or of all."""
        places = self.places if rows is None else self.places[rows]
        return self.values.take(pa.array(places, mask=places < 0))

    def is_there(self) -> np.ndarray:
        """Which rows have a text; bool, (n,)."""
        return np.append(self.values.is_valid().to_numpy(zero_copy_only=False), False)[self.places]


def encoded(array: pa.Array) -> Encoded:
    """Read a column of any type as texts."""
    array = as_text(array)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    places = array.indices.cast(pa.int32())
    places = (places.fill_null(-1) if places.null_count else places).to_numpy()
    texts, wrong = checked_text(array.dictionary)
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.if_else(pc.equal(texts, _EMPTY), _NULL, texts)
    bad = np.flatnonzero(np.isin(places, wrong)) if len(wrong) else wrong
    return Encoded(texts, places, bad)


class Texts:
    """The distinct texts of a column that comes in pieces; a code is the place at which a text was first seen."""

    def __init__(self, known: pa.Array | None = None) -> None:
        self.known: pa.Array = pa.array([], pa.string()) if known is None else known

    def __len__(self) -> int:
        return len(self.known)

    def codes(self, column: Encoded) -> np.ndarray:
        """Codes of a column's rows; int32, -1 for none."""
        return self.by_place(column)[column.places]

    def by_place(self, column: Encoded) -> np.ndarray:
        """Codes of a column's texts by their places, and -1 behind the last; int32."""
        if not len(self.known) and not column.values.null_count:
            self.known = pc.unique(column.values)
            if len(self.known) == len(column.values):
                return _in_turn(len(self.known))
        # A piece has few texts, and most of them have been seen: the known ones are looked up among them, not they among
        # the known ones, which would have to be hashed for every piece.
        places = pc.index_in(self.known, value_set=column.values)
        seen = np.flatnonzero(places.is_valid().to_numpy(zero_copy_only=False))
        codes = np.full(len(column.values) + 1, -1, dtype=np.int32)
        codes[places.take(pa.array(seen)).to_numpy()] = seen
        absent = np.flatnonzero((codes[:-1] < 0) & column.values.is_valid().to_numpy(zero_copy_only=False))
        if len(absent):
            texts = column.values.take(pa.array(absent))
            found = pc.index_in(texts, value_set=self.known)
            self.known = pa.concat_arrays([self.known, pc.unique(texts.filter(pc.is_null(found)))])
            codes[absent] = pc.index_in(texts, value_set=self.known).to_numpy()
        return codes


def _in_turn(count: int) -> np.ndarray:
    """Codes of texts that all were first seen at their places, and -1 behind the last."""
    codes = np.arange(count + 1, dtype=np.int32)
    codes[-1] = -1
    return codes


def mapped(codes: pa.Array, places: np.ndarray) -> np.ndarray:
    """Codes by place; int32, -1 where there is none."""
    dense = codes.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return np.concatenate([dense, _NONE])[places]
