"""``drgdip tables show CODE --scheme chs-drg``: groups, sets and single codes, as the sheets have them."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Command

CHS = ("tables", "show", "--scheme", "chs-drg", "--edition", "2.0")


def _entries(command: Command, code: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(command(*CHS, code, "--json").out)
    return found


def test_a_group_is_shown_with_its_rule_and_weight(command: Command) -> None:
    assert _entries(command, "bb21") == [
        {"kind": "drg", "code": "BB21", "name": "伴出血诊断的颅脑手术，伴严重合并症或并发症", "row": 87,
         "rule": "QTZD in MCC", "mdc": "MDCB", "adrg": "BB2", "weight": "8.4303"}
    ]  # fmt: skip


def test_an_adjacent_group_lists_its_groups_with_their_rules(command: Command) -> None:
    (entry,) = _entries(command, "BB2")
    assert (entry["kind"], entry["mdc"], entry["rule"]) == ("adrg", "MDCB", "(ZYZD in DI1_BB2) and (ZYSS in OP1_BB2)")
    members = entry["members"]
    assert isinstance(members, dict)
    assert list(members) == ["BB21", "BB23", "BB25"]
    assert "BB25  伴出血诊断的颅脑手术，不伴合并症或并发症 [1]" in command(*CHS, "BB2").out


def test_a_code_that_stands_twice_is_shown_twice(command: Command) -> None:
    assert [entry["mdc"] for entry in _entries(command, "PQY")] == ["MDCP", "MDCP"]


def test_a_set_lists_its_codes_by_name(command: Command) -> None:
    (entry,) = _entries(command, "DI1_BB2")
    members = entry["members"]
    assert isinstance(members, dict)
    assert members["I60.000"] == "颈动脉弯管和杈的蛛网膜下出血"


def test_a_diagnosis_shows_where_it_stands(command: Command) -> None:
    (entry,) = _entries(command, "I63.900")
    assert entry["sets"] == "DI1_BR2 (786), DI1_MDCB (24092)"
    assert entry["excludes_in"] == "EX_91 (10676)"
    (severe,) = _entries(command, "J96.000")
    assert str(severe["complication"]).startswith("MCC (")


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有 NOWHERE"), ("en", "There is no NOWHERE")])
def test_what_is_not_there_is_told(command: Command, lang: str, words: str) -> None:
    ended = command(*CHS, "NOWHERE", "--lang", lang)
    assert ended.code == 2
    assert words in ended.err
