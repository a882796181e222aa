"""Tables that lack their rows, columns or numbers: told, never a crash, and never a reason to deny."""

from __future__ import annotations

from pathlib import Path

import pytest

from drgdip.pipeline.screening.run import screen_to_folder

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
