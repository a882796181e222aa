"""The params file of screening as plain values: YAML or JSON, read strictly; decimals keep the digits they have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.json_keys import each_key_once
from drgdip.base.problems import Problems
from drgdip.base.text import Text
from drgdip.base.yaml_source import read_yaml
from drgdip.screening.catalogue import plain


def read_params(path: Path) -> dict[str, Any]:
    """Content of a params file. Raises UsageError if it cannot be read, PolicyError if something in it is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            Text(f"无法读取 {path.name}。", f"{path.name} cannot be read."),
            Text("请检查路径与权限。", "Check path and permissions."),
        ) from error
    if path.suffix == ".json":
        try:
            values = json.loads(content, parse_float=str, object_pairs_hook=each_key_once)
        except (ValueError, RecursionError) as error:
            why = str(error) if isinstance(error, ValueError) else "too deep"
            raise _wrong(path, Text(f"不是有效的 JSON({why})", f"it is not valid JSON ({why})")) from error
    else:
        problems = Problems(path.name)
        root = read_yaml(content, problems, decimals=True)
        if problems or root is None:
            found = problems.in_order()
            raise _wrong(
                path, Text("; ".join(p.in_language("zh") for p in found), "; ".join(p.in_language("en") for p in found))
            )
        values = plain(root)
    if not isinstance(values, dict):
        raise _wrong(path, Text("顶层须为键值", "its top level must be keys with values"))
    return values


def _wrong(path: Path, what: Text) -> PolicyError:
    return PolicyError(
        Text(f"参数文件 {path.name} 有误:{what.zh}。", f"The params file {path.name} is wrong: {what.en}."),
        Text(
            "请按规则编号书写参数,如 A03: {pre_adm_days: 3}。",
            "Write parameters by rule, such as A03: {pre_adm_days: 3}.",
        ),
    )
