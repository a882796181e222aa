"""``drgdip group`` by the edition of a region, or by a policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drgdip.policy.load import load_policy
from tests.cli.conftest import Command, Ended

HEADER = "setl_id,diag_code,oprn_oprt_code,dscg_time\n"


def _codes(ended: Ended) -> list[str]:
    assert ended.code == 0, ended.err
    return [line.split(",")[1] for line in ended.out.splitlines()[1:]]


Group = Callable[..., Ended]


@pytest.fixture
def group(command: Command, tmp_path: Path) -> Group:
    """Group rows with options."""

    def run(rows: str, *options: str) -> Ended:
        path = tmp_path / "cases.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return command("group", path, *options)

    return run


def test_the_region_and_the_day_choose_the_edition(group: Group) -> None:
    rows = "A,I63.900,,2026-01-03\n"
    assert _codes(group(rows, "--scheme", "chs-drg", "--region", "410400")) == ["MDCB"]
    assert _codes(group(rows, "--scheme", "dip", "--region", "410400")) == ["I63.9"]


@pytest.mark.parametrize(
    ("scheme", "region", "day", "words"),
    [
        ("chs-drg", "410400", "2020-12-31", "410400 地区 2020-12-31"),
        ("dip", "110100", "2026-01-03", "110100 地区 2026-01-03"),
    ],
)
def test_a_day_or_a_place_without_an_edition_is_refused_by_name(
    group: Group, scheme: str, region: str, day: str, words: str
) -> None:
    result = group(f"A,I63.900,,{day}\n", "--scheme", scheme, "--region", region)
    assert result.code == 3
    assert words in result.err


def test_a_policy_brings_its_edition_and_its_choices(group: Group) -> None:
    rows = "A,I63.900,,2026-01-03\nB,C34.900,,2026-01-03\n"
    assert _codes(group(rows, "--policy", "demo_city")) == ["I63.9", "C34.9"]
    barred = group(rows, "--policy", "demo_city", "--block", "grey")
    assert _codes(barred) == ["I63.9"]
    assert "cases.csv:2 diag_code C34.900: 诊断为医保版灰码,按规定不予入组" in barred.err


def test_a_policy_whose_choices_change_between_the_days_is_refused(group: Group, tmp_path: Path) -> None:
    text = load_policy("demo_city").source_path.read_text(encoding="utf-8")
    old = '  subcategory_wildcard: {value: true, cite: "Demo City (four-character operation codes stand for their sub-category)"}\n'
    assert old in text
    new = (
        "  subcategory_wildcard:\n"
        '    - {from: 2026-01-01, to: 2026-01-15, value: true, cite: "Example"}\n'
        '    - {from: 2026-01-16, to: 2026-12-31, value: false, cite: "Example"}\n'
    )
    path = tmp_path / "city.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    one = "A,I63.900,,2026-01-15\n"
    assert _codes(group(one, "--policy", str(path))) == ["I63.9"]
    both = group(one + "B,I63.900,,2026-01-16\n", "--policy", str(path))
    assert both.code == 3
    assert "入组规则" in both.err


@pytest.mark.parametrize(
    "options", [(), ("--edition", "2.0", "--policy", "demo_city"), ("--tables", ".", "--region", "410400")]
)
def test_one_way_to_choose_is_needed(group: Group, options: tuple[str, ...]) -> None:
    result = group("A,I63.900,,2026-01-03\n", *options)
    assert result.code == 2
    assert "--region" in result.err
