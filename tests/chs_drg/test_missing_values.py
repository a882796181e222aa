"""A number that the list does not have meets no comparison, whether its cell is empty or its column absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.pipeline.group_drg import group_drg_cases
from tests.chs_drg.sample import TINY, edition

#: Rule, column of the case file, and a value that meets the rule.
ASKED = [
    ("NL <= 5", "age", "5"), ("XSRTL <= 5", "nwb_age", "5"), ("XSRTZ <= 900", "nwb_bir_wt", "900"),
    ("XB < 2", "gend", "1"), ("ZYTS <= 5", "act_ipt_days", "5"), ("LYFS <= 5", "dscg_way", "5"),
    ("ICUXS <= 5", "icu_hours", "5"), ("KB != '儿科'", "dscg_caty", "A01"),
]  # fmt: skip


def groups(path: Path, rule: str) -> list[str]:
    adrg = [[*row[:2], rule, *row[3:]] if row[0] == "BR1" else row for row in TINY["adrg"]]
    return [case.adrg_code for found, _ in group_drg_cases([path], edition({**TINY, "adrg": adrg})) for case in found]


@pytest.mark.parametrize(("rule", "column", "value"), ASKED)
def test_missing_meets_nothing(tmp_path: Path, rule: str, column: str, value: str) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(f"setl_id,diag_code,{column}\nS1,B02,{value}\nS2,B02,\nS3,B02, \n", encoding="utf-8")
    assert groups(path, rule) == ["BR1", "BS1", "BS1"]

    path.write_text("setl_id,diag_code\nS1,B02\n", encoding="utf-8")
    assert groups(path, rule) == ["BS1"]
