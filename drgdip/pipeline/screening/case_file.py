"""One case as a JSON file, to be checked before it is submitted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.json_keys import each_key_once
from drgdip.base.text import Text


def read_case(path: Path) -> dict[str, Iterable[Mapping[str, Any]]]:
    """Tables of a case: ``{"cases": [...], "fee_lines": [...]}``, or the same under ``tables``. Numbers stay exact.

    Raises UsageError if the file cannot be read or has another shape.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str, object_pairs_hook=each_key_once)
        json.dumps(content, ensure_ascii=False).encode("utf-8")  # an escaped half of a character is no text
    except (OSError, ValueError, RecursionError) as error:
        raise _unusable(path, str(error) if isinstance(error, ValueError) else "") from error
    tables = content.get("tables", content) if isinstance(content, dict) else None
    if not isinstance(tables, dict) or not tables:
        raise _unusable(path)
    return {name: [rows] if isinstance(rows, dict) else rows for name, rows in tables.items()}


def _unusable(path: Path, why: str = "") -> UsageError:
    told = f" ({why})" if why else ""
    return UsageError(
        Text(f"无法将 {path.name} 作为病例读取{told}。", f"{path.name} cannot be read as a case{told}."),
        Text("请给出 JSON:表名对应行的列表,如 cases、fee_lines。",
             "Give JSON: names of tables, each with a list of rows, such as cases and fee_lines."),
    )  # fmt: skip
