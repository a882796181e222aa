"""Planted violations: screening finds all of them, to the fen, none of their near misses, and nothing of clean stays."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from drgdip.base.errors import UsageError
from drgdip.cli.screen import screen
from drgdip.cli.synth import synth
from drgdip.pipeline.screening.planted import compare
from drgdip.screening.catalogue import rules
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
        "60",
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


def test_violations_need_tables_with_fee_lines(tmp_path: Path) -> None:
    options = ["--cases", "5", "--month", "2026-03", "--violations", "-o", str(tmp_path / "x.csv")]
    result = CliRunner().invoke(synth, options)

    assert isinstance(result.exception, UsageError)
