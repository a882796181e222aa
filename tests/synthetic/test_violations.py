"""Planted violations: screening finds all of them, to the fen, none of their near misses, and denies nothing of clean stays."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from drgdip.base.errors import UsageError
from drgdip.cli.synth import synth
from drgdip.pipeline.screening.run import screen_to_folder
from drgdip.synthetic.violations import KEY, PARAMS, casebook

PLANTED = sorted({one["rule_id"] for one in casebook("2026-01").expected})
#: Routing, and suspicions that a city's own histories may raise, say something of clean stays too.
OF_ANY_CITY = {"X01", "X02", "E01"}
AMOUNTS = ("deny_fee", "deny_scp", "deny_fund")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("violations")
    options = ["--cases", "120", "--month", "2026-03", "--layout", "tables", "--lines", "60", "--violations"]
    result = CliRunner().invoke(synth, [*options, "-o", str(folder / "data")], catch_exceptions=False)
    assert result.exit_code == 0
    screen_to_folder(folder / "data", folder / "out", rules=PLANTED, params=folder / "data" / PARAMS)
    return folder


def test_recall_and_precision_by_rule(city: Path) -> None:
    """By rule: planted, missed, found beside them on planted stays, and those whose outcome or amounts differ."""
    key = {one["finding_key"]: one for one in rows(city / "data" / KEY)}
    found = {one["finding_key"]: one for one in rows(city / "out" / "findings.csv")}
    table = {}
    for rule in PLANTED:
        planted = {name: one for name, one in key.items() if one["rule_id"] == rule}
        own = {name: one for name, one in found.items() if one["rule_id"] == rule}
        beside = [name for name, one in own.items() if name not in planted and one["setl_id"].startswith("V")]
        differs = [
            name for name, one in planted.items()
            if name in own and (own[name]["outcome"] != one["outcome"]
                                or any(one[field] and own[name][field] != one[field] for field in AMOUNTS))
        ]  # fmt: skip
        table[rule] = (len(planted), len(planted.keys() - own.keys()), len(beside), len(differs))

    assert table == {rule: (len([one for one in key.values() if one["rule_id"] == rule]), 0, 0, 0) for rule in PLANTED}
    assert all(count for count, *_ in table.values())


def test_clean_stays_are_clean(city: Path) -> None:
    """Whatever is found beside what was planted is routing, or a suspicion of the city's own histories."""
    planted = {one["finding_key"] for one in rows(city / "data" / KEY)}
    beside = {one["rule_id"] for one in rows(city / "out" / "findings.csv") if one["finding_key"] not in planted}

    assert beside <= OF_ANY_CITY


def test_every_rule_of_the_first_priority_that_needs_no_grouper_is_planted() -> None:
    assert set(PLANTED) >= {"A02", "A03", "B01", "B10", "C01", "C02", "C03", "C07", "E01", "E02", "E03", "E04", "E05", "E06",
                            "O01", "O04", "O07", "X01", "X02"}  # fmt: skip


def test_violations_need_tables_with_fee_lines(tmp_path: Path) -> None:
    options = ["--cases", "5", "--month", "2026-03", "--violations", "-o", str(tmp_path / "x.csv")]
    result = CliRunner().invoke(synth, options)

    assert isinstance(result.exception, UsageError)
