"""The edition follows from region and days of discharge."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.base.errors import TablesError, UsageError
from drgdip.pipeline.edition_of_cases import discharge_days, edition_of_cases


def cases(tmp_path: Path, *days: str) -> list[Path]:
    path = tmp_path / "cases.csv"
    path.write_text(
        "setl_id,diag_code,dscg_time\n" + "".join(f"S{n},B01,{day}\n" for n, day in enumerate(days)), "utf-8"
    )
    return [path]


def test_days_are_read_in_any_spelling_and_bad_ones_left_out(tmp_path: Path) -> None:
    found = discharge_days(cases(tmp_path, "2026-01-03 23:59:59", "2026/1/3", "2026-02-30", "", "20260102"))
    assert [str(day) for day in found] == ["2026-01-02", "2026-01-03"]


def test_cases_of_2025_and_later_are_grouped_by_two_point_zero(tmp_path: Path) -> None:
    assert edition_of_cases("chs-drg", "410400", cases(tmp_path, "2025-01-01", "2026-12-31")).name == "2.0"


@pytest.mark.parametrize(("day", "named"), [("2020-12-31", "2020-12-31"), ("2024-12-31", r"1\.1、1\.1p")])
def test_days_without_one_edition_are_refused_by_name(tmp_path: Path, day: str, named: str) -> None:
    with pytest.raises(TablesError, match=named):
        edition_of_cases("chs-drg", "410400", cases(tmp_path, "2026-01-01", day))


def test_without_any_day_nothing_is_chosen(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        edition_of_cases("chs-drg", "410400", cases(tmp_path, "soon"))
