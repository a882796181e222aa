"""Rules that group again, at the command line: by the policy's edition, and only stays whose coding is in doubt (A09, G01, G03, G09).

The funds paid 2,000 of bills of 3,000. Weights are those of the editions: Erysipelas 0.3 and hypertension 0.2 in the catalogue
``demo``; BR21 0.8529 and BR25 0.5706 in CHS-DRG 2.0.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from drgdip import load_policy
from drgdip.cli.screen import screen as command
from drgdip.pipeline.screening import regrouping
from drgdip.pipeline.screening.rows import tables_of_rows
from tests.screening.test_review import NOTICE, POLICY, SCREENING, case, line


def screened(
    folder: Path, policy: str, params: dict[str, Any], cases: list[dict[str, str]], lines: list[dict[str, str]]
) -> dict[tuple[str, str], dict[str, str]]:
    """Findings of ``drgdip screen --policy`` by rule and stay."""
    (folder / "data").mkdir()
    for name, raw in tables_of_rows({"cases": cases, "fee_lines": lines}).items():
        pq.write_table(raw.table, folder / "data" / f"{name}.parquet")
    (folder / "params.json").write_text(json.dumps(params), encoding="utf-8")
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    options = {"data": "data", "params": "params.json", "policy": "policy.yaml", "out": "out"}
    words = [word for name, file in options.items() for word in (f"--{name}", str(folder / file))]
    result = CliRunner().invoke(command, [*words, "--rules", ",".join(params), "--as-of", NOTICE])
    assert result.exit_code == 0, result.output
    with (folder / "out" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["rule_id"], row["setl_id"]): row for row in csv.DictReader(file)}


@pytest.fixture
def grouped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Places of the stays that are grouped."""
    places: list[int] = []
    for by in (regrouping._Dip, regrouping._Drg):

        def group(self: Any, place: int, codes: Any, own: Any = by.group) -> str | None:
            places.append(place)
            return own(self, place, codes)  # type: ignore[no-any-return]

        monkeypatch.setattr(by, "group", group)
    return places


def of(name: str, code: str = "X", **more: str) -> dict[str, str]:
    return {
        **line("1", "2026-01-03 09:00:00", "100.00", "100.00", code),
        "setl_id": name,
        "mdtrt_id": f"M{name}",
        **more,
    }


def test_an_upcoded_diagnosis_is_priced_by_the_catalogue(tmp_path: Path, grouped: list[int]) -> None:
    """Erysipelas without its tests and drugs at half the mean cost; hypertension is what the record supports.

    (0.3 − 0.2) × 10,000 × 1,000 ÷ 1,500 = 666.67 of the funds. B has the evidence, and C is exempt: neither is grouped.
    """
    cheap = {
        "medfee_sumamt": "1500.00",
        "inscp_scp_amt": "1200.00",
        "fund_pay_sumamt": "1000.00",
        "diag_code": "A46.x00|I10.x00",
    }
    params = {"G01": {"evidence": {"A46.x00": [["TEST"], ["DRUG"], ["MORE"]]}, "rate": "10000"}}
    cases = [case("A") | cheap, case("B") | cheap, case("C") | cheap | {"dscg_way": "5"}]
    found = screened(tmp_path, POLICY, params, cases, [of("A", "TEST"), of("B", "TEST"), of("B", "DRUG", feedetl_sn="2"), of("C")])  # fmt: skip

    assert list(found) == [("G01", "A")]
    one = found["G01", "A"]
    assert (one["lane"], one["deny_fund"], one["formula"]) == (
        "regroup",
        "666.67",
        "(0.3 − 0.2) × 10000 × 1000.00 / 1500.00 = 666.67",
    )
    facts = json.loads(one["facts"])
    assert (facts["claimed"], facts["should"], facts["cost_ratio"]) == ("A46.X", "I10.X", "0.5000")
    assert set(grouped) == {0}


def test_rules_that_group_again_by_chs_drg(tmp_path: Path, grouped: list[int]) -> None:
    """A: stroke with an appendectomy is ambiguous (A09). B: respiratory failure without a ventilator (G03): (0.8529 − 0.5706) ×
    10,000 × 2 ÷ 3 = 1,882.00. C: pneumonia, and appendicitis that all treatment belongs to (G09). D says its own group, and E has
    nothing in doubt: neither is grouped.
    """
    policy = load_policy("demo_drg_city").source_path.read_text(encoding="utf-8") + SCREENING
    params = {
        "A09": {},
        "G03": {"evidence": {"J96.000": [["VENT"]]}, "rate": "10000"},
        "G09": {"explains": {"K35.301": ["OP"]}},
    }
    cases = [
        case("A") | {"diag_code": "I63.900", "oprn_oprt_code": "47.0100"},
        case("B") | {"diag_code": "I63.900|J96.000"},
        case("C") | {"diag_code": "J18.900|K35.301", "oprn_oprt_code": "47.0100", "drg_code": "EQY"},
        case("D") | {"diag_code": "K35.301", "oprn_oprt_code": "47.0100", "drg_code": "GE19"},
        case("E") | {"diag_code": "I63.900|I10.x00"},
    ]
    cases = [{**one, "age": "60"} for one in cases]
    lines = [of("A"), of("B"), of("C", "OP", med_chrgitm_type="06"), of("D"), of("E")]
    found = screened(tmp_path, policy, params, cases, lines)

    assert sorted(found) == [("A09", "A"), ("A09", "C"), ("G03", "B"), ("G09", "C")]
    assert json.loads(found["A09", "A"]["facts"])["group"] == "BQY"
    complication = found["G03", "B"]
    assert (complication["deny_fund"], complication["formula"]) == (
        "1882.00",
        "(0.8529 − 0.5706) × 10000 × 2000.00 / 3000.00 = 1882.00",
    )
    assert json.loads(complication["facts"]) | {"unsupported": 0} == {
        "claimed": "BR21",
        "should": "BR25",
        "unsupported": 0,
    }
    principal = json.loads(found["G09", "C"]["facts"])
    assert (principal["claimed"], principal["should"], principal["should_main_dx"]) == ("EQY", "GE19", "K35.301")
    assert set(grouped) == {0, 1, 2}
