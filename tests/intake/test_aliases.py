"""Columns under other names in use: taken where they are unmistakable, and always reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from tests.intake.sample import STAY, as_table, columns_of, reader, seen, stay, write_csv


def file_findings(path: Path) -> list[tuple[str, str, str]]:
    with reader(path) as read:
        return [(found.field, found.value, found.key) for found in read.file_findings]


def renamed(folder: Path, extra: dict[str, str] | None = None, **names: str) -> Path:
    columns = [names.get(name, name) for name in STAY]
    row = {names.get(name, name): cell for name, cell in stay(1, gend="3").items()}
    return write_csv(folder / "cases.csv", [{**row, **(extra or {})}], [*columns, *(extra or {})])


def test_an_alias_is_used_and_reported(tmp_path: Path) -> None:
    path = renamed(tmp_path, adm_time="begntime", psn_cash_pay="psn_cashpay")

    assert file_findings(path) == [
        ("adm_time", "begntime", "column_alias_used"),
        ("psn_cash_pay", "psn_cashpay", "column_alias_used"),
    ]
    assert columns_of(path)[0]["cash_paid_fen"].tolist() == [24000]
    assert seen(path) == [(1, "gend", "3", "unknown_code")]


def test_findings_name_the_field_not_the_alias(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "cases.csv",
        [{("begntime" if name == "adm_time" else name): cell for name, cell in stay(1, adm_time="x").items()}],
        [("begntime" if name == "adm_time" else name) for name in STAY],
    )

    assert seen(path) == [(1, "adm_time", "x", "wrong_type")]


def test_the_own_name_wins(tmp_path: Path) -> None:
    path = renamed(tmp_path, {"begntime": "1999-01-01"})

    assert ("adm_time", "begntime", "alias_ignored") in file_findings(path)
    assert columns_of(path)[0]["admission_time_s"].tolist() == [1_767_342_600]


def test_two_aliases_are_not_chosen_between(tmp_path: Path) -> None:
    path = renamed(tmp_path, {"begndate": "2026-01-02"}, adm_time="begntime")

    with pytest.raises(UsageError) as caught:
        seen(path)
    assert caught.value.fact.zh.endswith("缺少必填列:adm_time。")


def test_aliases_in_tables_and_parquet() -> None:
    table = as_table([stay(1), stay(2, medfee_sumamt="1.00")])
    table = table.rename_columns(["insuplc" if name == "insu_admdvs" else name for name in table.column_names])

    assert columns_of(table)[0]["insured_region"].tolist() == [410402, 410402]
    assert [row for row, *_ in seen(table)] == [2, 2]
