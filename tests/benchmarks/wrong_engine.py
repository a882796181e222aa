"""A pytest plugin under which the engine pays its first case one fen too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import drgdip
from drgdip.pipeline import settle_month


def one_fen_too_much(*arguments: Any, **options: Any) -> Any:
    import pyarrow as pa

    result = settle_month(*arguments, **options)
    place = result.cases.column_names.index("payable_fen")
    paid = result.cases["payable_fen"].to_pylist()
    wrong = pa.array([paid[0] + 1, *paid[1:]], pa.int64())
    return replace(result, cases=result.cases.set_column(place, result.cases.schema.field(place), wrong))


def pytest_configure() -> None:
    drgdip.settle_month = one_fen_too_much
