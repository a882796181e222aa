"""The page of published texts: its blocks load on a whole policy, its months and advances come out as worked out by hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from drgdip import load_policy, settle_to_folder
from drgdip.pipeline.cross_region import clear_between_regions
from drgdip.pipeline.year.prepay import prepay_to_folder
from drgdip.policy import Policy
from drgdip.policy.key_words import KEY_WORDS
from drgdip.statement import MonthReport
from tests.cli.conftest import HEADER
from tests.contracts.source import ROOT
from tests.policy.samples import TINY, parse

PAGES = [ROOT / "docs" / name for name in ("policy-texts.md", "policy-texts.zh-CN.md")]
BLOCKS = re.findall(r"```yml\n(.*?)```", PAGES[0].read_text(encoding="utf-8"), re.DOTALL)
ZHANGYE, NANTONG, ZHANGJIAGANG = range(3)
H1, H2 = "H99010000001", "H99010000002"


def text_of(block: int) -> str:
    """The smallest whole policy with what a text adds to it."""
    whole: dict[str, Any] = yaml.safe_load(TINY)
    for name, section in yaml.safe_load(BLOCKS[block]).items():
        whole[name] = section if name == "routes" else {**whole.get(name, {}), **section}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def stay(
    name: str, last: int, days: int = 6, cost: int = 3000, hospital: str = H1, place: str = "990100", person: str = ""
) -> str:
    out = f"2026-01-{last:02}"
    came = date.fromordinal(date(2026, 1, last).toordinal() - days)
    paid = f"{cost}.00,0,0,0,{cost}.00,{cost - 1000}.00,{cost - 1000}.00,0,1000.00"
    return f"{name},{hospital},01,310,{place},990100,{came} 08:00:00,{out} 09:00:00,{out} 10:00:00,{days},A46.x00,{paid},{person or name}"


def settled(tmp_path: Path, block: int, *rows: str) -> tuple[MonthReport, dict[str, dict[str, Any]]]:
    import pyarrow.parquet as pq

    (tmp_path / "city.yaml").write_text(text_of(block), encoding="utf-8")
    (tmp_path / "cases.csv").write_text("\n".join([f"{HEADER},psn_no", *rows]) + "\n", encoding="utf-8")
    report = settle_to_folder(tmp_path / "city.yaml", [tmp_path / "cases.csv"], "2026-01", tmp_path / "run", threads=1)
    assert [line.line_id for line in report.proof if not line.holds] == []
    cases = pq.read_table(tmp_path / "run" / "cases.parquet").to_pylist()
    return report, {row["setl_id"]: row for row in cases}


def test_both_languages_have_the_same_blocks_and_keys() -> None:
    blocks, keys = ([re.findall(pattern, page.read_text(encoding="utf-8"), re.DOTALL) for page in PAGES]
                    for pattern in (r"```yml\n(.*?)```", r"`([a-z_]+(?:\.[a-z_<>]+)+)`"))  # fmt: skip
    assert blocks[0] == blocks[1]
    assert sorted(keys[0]) == sorted(keys[1])


def test_every_key_of_the_page_exists() -> None:
    known = {re.sub(r"\*", "<pool>", key) for key in KEY_WORDS}
    ends = (".csv", ".yaml", ".md")
    named = set(re.findall(r"`([a-z_]+(?:\.[a-z_<>]+)+)`", PAGES[0].read_text(encoding="utf-8")))
    for key in sorted(one for one in named if not one.endswith(ends) and not one.startswith("policy.")):
        assert any(one == key or one.startswith(f"{key}.") for one in known), key


def test_points_in_dispute_are_marked_where_the_page_says() -> None:
    """The last table: value, default and policy of every row; its marks are those that ``policy show`` prints."""
    for number, keys, defaults, names in re.findall(
        r"^\| (\d+) [^|]*\| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", PAGES[0].read_text(encoding="utf-8"), re.MULTILINE
    ):
        found = re.findall(r"`([a-z_.]+)`", keys)
        if number in ("1", "8", "9", "10", "13"):
            continue
        policy: Policy = load_policy(re.findall(r"`(\w+)`", names)[0])
        rows = {row.key: row for row in policy.describe(policy.period.first)}
        marks = {rows[key].status for key in found}
        assert marks <= {"disputed", "memory"}, (number, marks)
        wanted = re.findall(r"`([a-z_]+)`", defaults.partition(";")[0])
        assert not wanted or [rows[key].value for key in found] == wanted * (len(found) // len(wanted)), number
    assert load_policy("national_3_0_draft").status == "draft"
    assert {row.status for row in load_policy("jining").describe() if "R1" in row.citation} == {"unverified"}


def test_a_month_of_the_first_text(tmp_path: Path) -> None:
    report, cases = settled(
        tmp_path, ZHANGYE, stay("A", 15), stay("B", 16), stay("C", 31, days=1, person="A"), stay("D", 20, hospital=H2),
        stay("E", 7, place="990200"), stay("F", 8, cost=30_000, place="110100"),
    )  # fmt: skip

    assert {name: row["payable_fen"] for name, row in cases.items()} == {
        "A": 230_000, "B": 215_000, "C": 215_000, "D": 230_000, "E": 230_000, "F": 2_900_000,
    }  # fmt: skip
    paid = {row.hospital_code: (row.held_fen, row.paid_fen) for row in report.rows if row.pool == "310"}
    assert paid[H2] == (230_000, 0)
    assert paid[H1] == (0, 3_790_000 - 189_500)
    assert [
        line
        for line in (tmp_path / "run" / "findings.csv").read_text("utf-8").splitlines()
        if ',"C",' in line and "readmission" in line
    ]
    between = clear_between_regions(tmp_path / "city.yaml", [tmp_path / "run"], tmp_path / "between")
    assert [(row.home, row.payable_fen) for row in between.homes] == [("110100", 2_900_000), ("990200", 230_000)]
    assert [row.setl_id for row in between.review] == ["F"]


@pytest.mark.parametrize(("score", "fen"), [("90", 10_000_000), ("89.9999", 8_000_000), ("59.9999", 0)])
def test_advances_of_the_second_text(tmp_path: Path, score: str, fen: int) -> None:
    files = {"history": f"fixmedins_code,pool,year,fund_yuan\n{H1},310,2025,1200000.00\n",
             "balances": "pool,balance_months,year_result_yuan,rolling_deficit\n310,12,0,no\n",
             "scores": f"fixmedins_code,score\n{H1},{score}\n", "city": text_of(NANTONG)}  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = prepay_to_folder(
        tmp_path / "city", "2026", tmp_path / "history", tmp_path / "balances", tmp_path / "out", scores=tmp_path / "scores"
    )  # fmt: skip

    assert sum(row.amount_fen for row in result.rows) == fen


def test_a_month_of_the_fourth_text(tmp_path: Path) -> None:
    report, cases = settled(
        tmp_path, ZHANGJIAGANG, stay("A", 15), stay("B", 16), stay("N", 31, days=30, cost=4000),
        *(stay(name, 20, hospital=H2) for name in "CD"),
    )  # fmt: skip

    assert {name: row["payable_fen"] for name, row in cases.items()} == {
        "A": 230_000, "B": 230_000, "N": 260_000, "C": 230_000, "D": 230_000,
    }  # fmt: skip
    lines = {
        (line.hospital_code, line.line): (line.amount_fen, line.allowed_fen)
        for line in report.lines
        if line.pool == "310"
    }
    assert lines[H1, "disease"] == (460_000, 410_837)
    assert lines[H1, "bed_days"] == (260_000, 232_213)
    assert lines[H2, "disease"] == (460_000, 441_000)
    due = {row.hospital_code: row.due_fen for row in report.rows if row.pool == "310"}
    assert due == {H1: 643_050 - 32_153, H2: 441_000 - 22_050}
    sample = parse(text_of(ZHANGJIAGANG)).distinct_values()[0].sanctions
    assert sample is not None
    assert sample.sample == (1000, "count", "bed_day")
