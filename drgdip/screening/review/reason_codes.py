"""Reason codes of reviewers (review workflow 4): a shipped list, which the params file extends (``review_reasons``).

Decisions of the agency carry one; what a hospital answers is in its own words. A code that is none is told and the decision
stands: it says what was decided, but counts under no reason (of them ``RULE_ERROR`` sends a rule to be reviewed again).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.interface.review_decision import ReviewDecision

#: Decisions of reviewers and the panel, by their beginnings; the others are the hospital's, or steps of the office.
_REVIEWED = ("R1_PASS", "R1_UPHELD", "R2_PASS", "R2_UPHELD", "FINAL_", "TRANSFERRED")
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")


@cache
def shipped_codes() -> dict[str, Text]:
    """Code -> what it means, as shipped."""
    with Path(__file__).with_name("reason_codes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Text(row["zh"], row["en"]) for row in csv.DictReader(file)}


def reason_codes(given: Mapping[str, Any]) -> Mapping[str, Text]:
    """The shipped codes with those of a params file (``LOCAL_COURT: {zh: 法院判决, en: a court has decided}``).

    Raises PolicyError for a code that is not of capitals, digits and ``_``, and for one without words in both languages.
    """
    own = {}
    for code, words in given.items():
        if not _CODE.fullmatch(str(code)) or not isinstance(words, Mapping) or set(words) != {"zh", "en"}:
            raise PolicyError(
                Text(f"参数文件 review_reasons 中的 {code} 不能为 {words!r}。", f"{code} in review_reasons of the params file cannot be {words!r}."),
                Text("代码用大写字母、数字与下划线,并给出 zh 与 en。", "A code is of capitals, digits and _, with words in zh and en."),
            )  # fmt: skip
        own[str(code)] = Text(str(words["zh"]), str(words["en"]))
    return {**shipped_codes(), **own} if own else shipped_codes()


def without_code(decisions: Sequence[ReviewDecision], codes: Mapping[str, Text]) -> Iterator[ReviewDecision]:
    """Decisions of the agency whose reason is no code."""
    return (one for one in decisions if one.decision.startswith(_REVIEWED) and one.reason not in codes)
