"""A params file of another shape than it is read in stops the run: a fact with its place, and the form that is wanted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from drgdip.base.errors import PolicyError, UsageError
from drgdip.pipeline.screening.case_file import read_case
from drgdip.pipeline.screening.params_file import read_params
from drgdip.screening.catalogue import rules
from drgdip.screening.forms import check_values, described, form_of
from drgdip.screening.settings import settings_of

_LEFT = {"id": "x", "reason": "why", "rules": ["E01"], "main_dx": ["Z51"]}


def _left(**other: Any) -> dict[str, Any]:
    return {"suppressions": [{**_LEFT, **other}]}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"rules": ["A03"]}, "rules of"), ({"A03": 5}, "A03 of"), ({"states": ["A03"]}, "states of"),
        ({"suppressions": {"id": "x"}}, "suppressions of"), ({"triage": [1]}, "triage of"),
        ({"default_suppressions": "false"}, "default_suppressions of"),
        ({"A03": {"pre_adm_days": 1}, "rules": {"A03": {"pre_adm_days": 2}}}, "rules.A03"),
        # One text in place of a list would be taken letter by letter: Z, 5 and 1 leave alone far more than Z51.
        (_left(main_dx="Z51"), "main_dx of the suppression x"), (_left(rules="E01"), "rules of the suppression x"),
        (_left(item="X1"), "item of the suppression x"), (_left(main_dx=[]), "main_dx of the suppression x"),
        (_left(rules=["E1"]), "suppressions.x.rules"), (_left(newborn="false"), "The suppression x"),
        (_left(**{"from": "yesterday"}), "from of the suppression x"), (_left(to="2026-02-30"), "to of the suppression x"),
        (_left(to=datetime(2026, 1, 31, 8)), "to of the suppression x"), ({"by_place_and_day": [{"from": datetime(2026, 1, 31), "states": {"E01": "shadow"}}]}, "from"),
        (_left(**{"from": "2026-02-01", "to": "2026-01-31"}), "from of the suppression x"),
        ({"A03": {"pre_adm_days": -1}}, "pre_adm_days of rule A03"), ({"A03": {"pre_adm_days": 10**13}}, "pre_adm_days of rule A03"),
        ({"O06": {"multiple": 0}}, "multiple of rule O06"), ({"O10": {"pct": "1.01"}}, "pct of rule O10"),
        ({"D02": {"drug_class": {"A": {"name": "a"}}}}, "drug_class.A of rule D02"),
        ({"B06": {"course_limit": {"A": {"days": "x"}}}}, "course_limit.A.days of rule B06"),
        ({"B13": {"amount_cap": {"A": {"cap": 1, "scop": "stay"}}}}, "amount_cap.A of rule B13"),
        ({"I08": {"deposit": [[90, 1], [80]]}}, "deposit[2] of rule I08"), ({"O13": {"stops": [{"date": "2026-13-01", "neighbours": []}]}}, "stops[1].date"),
        ({"C16": {"families": {"F": {"codes": ["XS"], "prices": [10, 20]}}}}, "families.F.codes"), ({"O10": {"days": 0}}, "days of rule O10"),
        ({"I03": {"insured": {"620702": {"45": 100}}}}, "insured.620702.45"), ({"B07": {"indication": {"A": "E75.2"}}}, "indication.A"),
    ],
)  # fmt: skip
def test_another_shape_stops_the_run(given: dict[str, Any], place: str) -> None:
    with pytest.raises(PolicyError) as fault:
        settings_of(given)
    assert place in fault.value.fact.en
    assert fault.value.advice.en


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"C02": {"daily_limit": {"X": 1}}, "C02": {"daily_limit": {"Y": 2}}}', "key twice: C02"),
        ('{"C02": {"daily_limit": {"X": 1, "X": 2}}}', "key twice: X"),
        ("[" * 5000 + "]" * 5000, "too deep"),
    ],
)
def test_json_that_would_lose_something_stops_the_run(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "params.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError) as fault:
        read_params(path)
    assert said in fault.value.fact.en


def test_a_case_with_a_table_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"cases": [{"setl_id": "A"}], "cases": [{"setl_id": "B"}]}', encoding="utf-8")
    with pytest.raises(UsageError) as fault:
        read_case(path)
    assert "key twice: cases" in fault.value.fact.en


def test_defaults_have_the_form_that_they_are_asked_for() -> None:
    for rule in rules().values():
        check_values(rule, {name: parameter.default for name, parameter in rule.parameters.items()})


def test_forms_are_told_in_both_languages() -> None:
    limit = form_of(rules()["B13"].parameters["amount_cap"])

    assert described(limit).en == "{…: {cap: number, group?: text, scope?: text}}"
    assert described(limit).zh == "{…: {cap: 数, group?: 文字, scope?: 文字}}"
