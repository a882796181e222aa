"""Planted violations: screening finds all of them, to the fen, none of their near misses, and nothing of clean stays."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from drgdip.base.errors import UsageError
from drgdip.cli.screen import screen
from drgdip.cli.synth import synth
from drgdip.pipeline.screening.planted import compare
from drgdip.screening.catalogue import rules
from drgdip.synthetic.blueprint import generator_for
from drgdip.synthetic.clean_bills import draw_clean_lines
from drgdip.synthetic.fees import Bills, Lines, draw_lines
from drgdip.synthetic.items import load_items
from drgdip.synthetic.violations import KEY, PARAMS, casebook, rule_rows

#: Answers that every stay from elsewhere, or every hospital, gets: no limit has two sides.
_OF_ALL = {"I05", "X02"}
_LIMITS = "A02,A03,B01,B02,B03,B04,B05,B06,B09,B10,B11,B14,C01,C02,C03,C07"
_HEAD = "rule_id,finding_key,outcome,subject,deny_fee,deny_scp,deny_fund\n"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of the README, over text files."""
    folder = tmp_path_factory.mktemp("violations")
    options = [
        "--cases",
        "120",
        "--month",
        "2026-03",
        "--layout",
        "tables",
        "--format",
        "csv",
        "--lines",
        "20",
        "--violations",
    ]
    assert CliRunner().invoke(synth, [*options, "-o", str(folder / "data")], catch_exceptions=False).exit_code == 0
    data = folder / "data"
    given = [
        "--data",
        data,
        "--params",
        data / PARAMS,
        "--key",
        data / KEY,
        "--group-by",
        "demo_city",
        "--out",
        folder / "out",
    ]
    result = CliRunner().invoke(screen, [*map(str, given), "--lang", "en"], catch_exceptions=False)
    (folder / "told.txt").write_text(result.output, encoding="utf-8")
    assert result.exit_code == 0, result.output
    return folder


def test_recall_precision_and_amounts_of_every_rule(city: Path) -> None:
    """All planted, none missed, none beside them, to the fen; also of the city's clean stays."""
    table = {row["rule_id"]: row for row in rows(city / "out" / "planted.csv")}

    assert list(table) == list(rules())
    wrong = {rule: row for rule, row in table.items()
             if any(row[field] != "0" for field in ("missed", "extra", "differs"))
             or any(row[f"planted_{part}_fen"] != row[f"found_{part}_fen"] for part in ("fee", "scp", "fund"))}  # fmt: skip
    assert wrong == {}
    assert [rule for rule, row in table.items() if row["planted"] == "0"] == []
    assert "All that was planted was found, to the fen" in (city / "told.txt").read_text(encoding="utf-8")


def test_limits_are_planted_on_both_sides(city: Path) -> None:
    """Near misses are judged, not passed over: the rule has answered PASS, or that it looked and does not apply."""
    table = [
        row for row in rows(city / "out" / "planted.csv") if row["kind"] == "exact" and row["rule_id"] not in _OF_ALL
    ]
    answered = {row["rule_id"] for row in rows(city / "out" / "coverage.csv") if row["state"] == "PASS"}
    facts = {
        "I07",
        "I12",
        "I15",
        "O05",
    }  # a row without the fact, or of another pack; persons have no answer of their own

    assert [row["rule_id"] for row in table if int(row["near_misses"]) < 1] == []
    assert {row["rule_id"] for row in table} - answered == facts


def test_clean_bills_keep_to_the_shipped_knowledge_pack(city: Path) -> None:
    """Sex, age, levels, visits, courses, herbs, prices, discounts, coverage, duplicates, frequencies and days."""
    given = ["--data", city / "data", "--rules", _LIMITS, "--knowledge", "nhsa-2026", "--out", city / "by_pack"]
    assert CliRunner().invoke(screen, list(map(str, given)), catch_exceptions=False).exit_code == 0

    own = [row for row in rows(city / "by_pack" / "findings.csv") if not row["setl_id"].startswith("V")]
    assert own == []


def test_every_month_can_be_planted() -> None:
    """At the ends of years too."""
    counts = {month: len(casebook(month).expected) for month in ("2026-01", "2026-02", "2027-12")}

    assert len(set(counts.values())) == 1


def test_without_a_catalogue_what_groups_again_is_not_planted() -> None:
    told = {row["rule_id"]: row for row in rule_rows(casebook("2026-03")) if row["kind"] == "none"}

    assert set(told) == {"G01", "G02", "G03"}
    assert all(row["planted"] == "0" and row["reason_en"] for row in told.values())


def test_a_wrong_key_is_told(tmp_path: Path, city: Path) -> None:
    """One finding less, one more and one of another amount in the key: missed, extra and differing."""
    own = [row for row in rows(city / "data" / KEY) if row["rule_id"] in ("B01", "B10", "B14")]
    (tmp_path / "violation_rules.csv").write_bytes((city / "data" / "violation_rules.csv").read_bytes())
    b01, b10, b14 = (next(row for row in own if row["rule_id"] == rule) for rule in ("B01", "B10", "B14"))
    changed = [{**b01, "finding_key": "0" * 64}, {**b10, "deny_fee": str(float(b10["deny_fee"]) + 0.01)},
               *(row for row in own if row["rule_id"] == "B14" and row is not b14)]  # fmt: skip
    key = tmp_path / KEY
    key.write_text(_HEAD + "".join(",".join(row.values()) + "\n" for row in changed), encoding="utf-8")
    data = city / "data"
    given = [
        "--data",
        data,
        "--rules",
        "B01,B10,B14",
        "--params",
        data / PARAMS,
        "--key",
        key,
        "--out",
        tmp_path / "out",
    ]

    result = CliRunner().invoke(screen, list(map(str, given)), catch_exceptions=False)

    assert result.exit_code == 1
    table = {row["rule_id"]: row for row in rows(tmp_path / "out" / "planted.csv")}
    assert [table["B01"][field] for field in ("planted", "found", "missed", "extra")] == ["1", "0", "1", "1"]
    assert (table["B10"]["differs"], table["B10"]["missed"], table["B14"]["extra"]) == ("1", "0", "1")


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / KEY).write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(UsageError):
        compare(tmp_path / KEY, [], ["B01"])


def test_no_clean_stay_looks_like_a_violation() -> None:
    """Long stays with hardly a line: by chance some have idle days or only tests, and are drawn again."""
    bills, items = _few_lines(400), load_items()
    drawn = draw_lines(bills, items, generator_for(1, 4, 0, 0))
    clean = draw_clean_lines(bills, items, generator_for(1, 4, 0, 0))

    assert all(_doubted(drawn, bills))
    assert _doubted(clean, bills) == (set(), set())
    assert np.bincount(clean.bill, clean.amount_fen).tolist() == bills.total_fen.tolist()
    assert np.all(np.diff(clean.bill) >= 0)


def _few_lines(size: int) -> Bills:
    draw = np.random.default_rng(7)
    total, days = draw.integers(300_000, 900_000, size), draw.integers(1, 40, size)
    begin = 86_400 * draw.integers(20_000, 20_030, size) + draw.integers(0, 86_400, size)
    advance, none = total // 50, np.zeros(size, dtype=np.int64)
    return Bills(total, total // 20, none, advance, begin, begin + 86_400 * days, days, none, none == 1, np.full(size, 12.0))  # fmt: skip


def _doubted(lines: Lines, bills: Bills) -> tuple[set[int], set[int]]:
    """Bills with idle days, and those of too many tests or too little treatment, line by line."""
    category = load_items().category
    idle, tested = set[int](), set[int]()
    for bill in range(len(bills.days)):
        own = np.flatnonzero(lines.bill == bill).tolist()
        cost = Counter[int]()
        for row in own:
            cost[int(category[lines.item[row]])] += int(lines.amount_fen[row])
        first, last = int(bills.begin_s[bill]) // 86_400, int(bills.end_s[bill]) // 86_400
        care = {
            int(lines.time_s[row]) // 86_400 for row in own if category[lines.item[row]] in (3, 4, 5, 6, 8, 9, 10, 11)
        }
        row_of, total = (
            "".join("x" if day in care else "-" for day in range(first + 1, last)),
            int(bills.total_fen[bill]),
        )
        if last - first >= 3 and ("---" in row_of or 2 * row_of.count("-") >= len(row_of)):
            idle.add(bill)
        if 10 * (cost[3] + cost[4]) >= 7 * total or 5 * sum(cost[kind] for kind in (5, 6, 9, 10, 11)) <= total:
            tested.add(bill)
    return idle, tested


def test_shares_of_a_small_batch_are_in_the_key() -> None:
    """Two repeated lines and one of no stay, against a thousandth of all lines."""
    told = {}
    for count in (999, 1000, 1999, 2000):
        book = casebook("2026-03")
        before = len(book.expected)
        book.see_lines(count)
        told[count] = len(book.expected) - before

    assert told == {999: 2, 1000: 1, 1999: 1, 2000: 0}


def test_violations_among_broken_rows_are_refused(tmp_path: Path) -> None:
    options = ["--cases", "5", "--month", "2026-03", "--layout", "tables", "--dirty", "0.1", "--violations"]
    result = CliRunner().invoke(synth, [*options, "-o", str(tmp_path / "x")])

    assert isinstance(result.exception, UsageError)
    assert not (tmp_path / "x").exists()


def test_violations_need_tables_with_fee_lines(tmp_path: Path) -> None:
    options = ["--cases", "5", "--month", "2026-03", "--violations", "-o", str(tmp_path / "x.csv")]
    result = CliRunner().invoke(synth, options)

    assert isinstance(result.exception, UsageError)
