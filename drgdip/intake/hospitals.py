"""The dictionary of hospitals of one run: code as written -> id, in the order in which the input names them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from drgdip.intake.buffers import as_text, gather, written


class Hospitals:
    """Grows while cases are read. ``codes[id]`` is the code of a hospital."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self._ids: dict[str, int] = {}

    def ids(self, codes: pa.Array) -> np.ndarray:
        """Ids (int32) of a column of hospital codes without blanks around them; -1 where it is empty."""
        text = as_text(codes)
        coded = text if pa.types.is_dictionary(text.type) else pc.dictionary_encode(text)
        known = [self._id(code.strip()) for code in written(coded.dictionary)]
        return gather(np.array(known, dtype=np.int32), coded.indices, -1)

    def _id(self, code: str) -> int:
        if not code:
            return -1
        if code not in self._ids:
            self._ids[code] = len(self.codes)
            self.codes.append(code)
        return self._ids[code]
