"""Tables that lack their rows, columns or numbers: told, never a crash, and never a reason to deny."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drgdip.base.errors import UsageError
from drgdip.cli.screen import screen
from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.case_file import read_case
from drgdip.pipeline.screening.run import screen_to_folder
from drgdip.screening.catalogue import rules
from drgdip.screening.columns import TABLES
from drgdip.synthetic.violations import casebook

CASES = "setl_id,psn_no,fixmedins_code,gend,adm_time,dscg_time,medfee_sumamt,inscp_scp_amt,fund_pay_sumamt\n"
STAY = "S1,P1,H1,1,2026-03-01,2026-03-05,90.00,90.00,90.00\n"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("setl_id,feedetl_sn,fixmedins_code,cnt,det_item_fee_sumamt\n", []),
        ("setl_id,fixmedins_code,cnt,det_item_fee_sumamt\nS1,H1,1,90.00\n", [1]),
        ("setl_id,feedetl_sn,fixmedins_code,cnt,det_item_fee_sumamt\nS1,,H1,1,45.00\nS1, ,H1,1,45.00\n", [1, 2]),
    ],
    ids=["header alone", "no numbers", "empty numbers"],
)
def test_fee_lines_of_which_none_can_be_used(lines: str, told: list[int], tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "cases.csv").write_text(CASES + STAY)
    (data / "fee_lines.csv").write_text(lines)
    run = screen_to_folder(data, tmp_path / "out", rules=["A02", "B01"])

    assert [(one.row, one.field, one.key) for one in run.data_findings] == [
        (row, "feedetl_sn", "missing_value") for row in told
    ]
    # The bill has lines for none of its 90 yuan.
    assert [(row.rule, row.state, row.reason) for row in run.screened.coverage] == [
        ("A02", "FINDING", ""), ("B01", "NOT_RUN", "held:A02"),
    ]  # fmt: skip


def test_what_cannot_be_read_of_one_case_is_said(tmp_path: Path) -> None:
    stay = dict(zip(CASES.strip().split(","), STAY.strip().split(","), strict=True)) | {"adm_time": "yesterday"}
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"cases": [stay]}))
    answer = CliRunner().invoke(screen, ["--case", str(file), "--rules", "A01", "--json"])
    shown = CliRunner().invoke(screen, ["--case", str(file), "--rules", "A01", "--lang", "en"]).output

    (told,) = json.loads(answer.output)["data_findings"]
    assert (told["row"], told["setl_id"], told["field"], told["value"]) == (1, "S1", "adm_time", "yesterday")
    assert f"data, row 1, adm_time 'yesterday': {told['words']['en']}; {told['remedy']['en']}" in shown


def test_half_a_character_is_no_case(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text('{"cases": [{"setl_id": "\\ud800"}]}')
    with pytest.raises(UsageError):
        read_case(file)


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """Lists for all rules."""
    return dict(casebook("2026-03").params)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_that_say_nothing_of_the_stays(name: str, settings: dict[str, Any]) -> None:
    """Empty, of one row, of one row of another person's, and of one row without its key: whatever rules look up there is not found."""
    stays = [
        {"setl_id": f"S{at}", "mdtrt_id": f"M{at}", "psn_no": f"P{at}", "fixmedins_code": f"H{at}", "adm_time": "2026-03-01", "dscg_time": "2026-03-05"}
        for at in range(3)
    ]  # fmt: skip
    one = {read.field: "2026-03-05" if read.kind == "time" else "1" for read in TABLES[name]}
    named = {"setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1"}
    for rows in ([], [one], [{**one, **named}], [{field: one[field] for field in one if field not in named}]):
        answered = {row.rule for row in screen_rows({"cases": stays, name: rows}, settings=settings).screened.coverage}

        assert answered == rules().keys()


def test_a_month_that_is_none_leaves_its_institution_open() -> None:
    month = {"fixmedins_code": "H1", "ym": "2026-03", "fund": "60", "budget": "50", "fee": "1", "n_adm": "1"}
    others = [{**month, "ym": ym} for ym in ("2026-01", "2026-02")]
    odd = {**month, "fixmedins_code": "H2", "ym": "2026-13"}
    found = screen_rows({"inst_month": [*others, month, odd]}, ["I01"]).screened

    # 180 of a year's budget of 600 are 30 %, and a quarter has gone by: 5 points are YELLOW, more than 5 would be ORANGE.
    assert [(one.hospital, one.facts["level"]) for one in found.findings] == [("H1", "YELLOW")]
    assert [(row.state, row.reason, row.number) for row in found.coverage] == [
        ("FINDING", "", 1), ("NOT_RUN", "missing:ym", 1),
    ]  # fmt: skip
