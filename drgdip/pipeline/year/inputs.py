"""The policy and the year as callers give them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

if TYPE_CHECKING:
    from drgdip.policy import Policy


def loaded_policy(policy: str | Path | Policy) -> Policy:
    """The policy, loaded if it is named."""
    from drgdip.policy import load_policy

    return load_policy(policy) if isinstance(policy, str | Path) else policy


def year_text(year: str | int) -> str:
    """``YYYY``. Raises UsageError for anything else."""
    text = str(year)
    if not re.fullmatch(r"[0-9]{4}", text) or text == "0000":
        raise UsageError(
            Text(f"年度 {text} 不是 YYYY。", f"The year {text} is not YYYY."),
            Text("例如 --year 2026。", "Write it like --year 2026."),
        )
    return text
