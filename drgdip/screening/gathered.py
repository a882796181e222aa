"""Lines that were gathered of the parts of a batch, as lines of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drgdip.screening.building import in_order
from drgdip.screening.data import NONE, Dataset, Frame, Words

#: Line numbers, whose texts a part may have for itself.
_OWN = ("line", "refunds")


def with_gathered(whole: Dataset, frames: Sequence[Frame]) -> Dataset:
    """The whole with lines that were gathered of its parts, in their order."""
    lines = in_order(_joined(frames), whole.cases)
    offsets = np.searchsorted(lines["case"], np.arange(whole.cases.rows + 1))
    return whole._replace(lines=lines, offsets=offsets)


def _joined(frames: Sequence[Frame]) -> Frame:
    """Frames with the same columns, one behind the other."""
    names, words = list(frames[0].values), dict(frames[0].words)
    values = {name: [frame[name] for frame in frames] for name in names}
    if any(frame.words.get(name) is not words.get(name) for frame in frames for name in _OWN):
        numbers, codes = _numbered(frames)
        values |= codes
        words |= dict.fromkeys(codes, numbers)
    known = {name: np.concatenate([frame.known(name) for frame in frames]) for name in names}
    rows = sum(frame.rows for frame in frames)
    return Frame(rows, {name: np.concatenate(parts) for name, parts in values.items()}, known, words)


def _numbered(frames: Sequence[Frame]) -> tuple[Words, dict[str, list[np.ndarray]]]:
    """Line numbers of all frames by one dictionary."""
    columns = {name: [] for name in _OWN if name in frames[0].words}  # type: dict[str, list[list[str]]]
    for name, texts in columns.items():
        texts += [[frame.text(name, row) for row in range(frame.rows)] for frame in frames]
    numbers = sorted({text for texts in columns.values() for part in texts for text in part} - {""})
    code = {text: place for place, text in enumerate(numbers)}
    return Words(numbers), {
        name: [np.array([code.get(text, NONE) for text in part], dtype=np.int32) for part in texts]
        for name, texts in columns.items()
    }
