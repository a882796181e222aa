"""Groups of stays as columns of words, whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from drgdip.base.reasons import REASONS
from drgdip.pipeline.words import ReasonWords, Words
from drgdip.tables.dip_catalogue import KINDS

if TYPE_CHECKING:
    from drgdip.tables import DipTables

COLUMNS = ("setl_id", "dip_code", "dip_kind", "group_reason", "runner_up_code", "dip_name")
UNGROUPED = "ungrouped"


class DipWords:
    """The words of an edition."""

    def __init__(self, tables: DipTables) -> None:
        kinds = [KINDS[kind] for kind in tables.groups.group_kind.tolist()]
        self._code, self._name = Words([*tables.group_codes, ""]), Words([*tables.group_names, ""])
        self._kind, self._reason = Words([*kinds, UNGROUPED]), ReasonWords(REASONS)

    def table(self, setl_id: pa.Array, result: Mapping[str, np.ndarray]) -> pa.Table:
        """``COLUMNS`` of stays, all of them text."""
        group = result["group_id"]
        words = [
            self._code.of(group),
            self._kind.of(group),
            self._reason.of(result["group_reason"]),
            self._code.of(result["runner_up_group_id"]),
            self._name.of(group),
        ]
        return pa.table([column.cast(pa.string()) for column in (setl_id, *words)], COLUMNS)

    @staticmethod
    def empty() -> pa.Table:
        """The same columns without any stay."""
        return pa.table([pa.array([], pa.string()) for _ in COLUMNS], COLUMNS)
