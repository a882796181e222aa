"""By hand: ages, days and amounts that cannot be are findings of the data; what is found of others stays."""

from __future__ import annotations

import pytest

from drgdip.pipeline.screening import screen_rows
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.tables import dataset_of

CASE = {
    "setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1", "med_type": "21", "adm_time": "2026-03-01 09:00:00", "dscg_time": "2026-03-09 09:00:00",
    "gend": "1", "main_dx": "N80.0", "dx": "", "age": "30", "nwb_age": "", "dscg_way": "1", "medfee_sumamt": "100", "inscp_scp_amt": "80", "fund_pay_sumamt": "40",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("age", "-4", "number_not_possible"), ("age", "999999999", "number_not_possible"), ("age", "150.1", "number_not_possible"), ("age", "150", ""), ("age", "0", ""),
        ("nwb_age", "366", "number_not_possible"), ("nwb_age", "365", ""), ("nwb_age", "-1", "number_not_possible"),
        ("act_ipt_days", "-1", "stay_number_not_possible"), ("act_ipt_days", "0", ""), ("act_ipt_days", "36601", "stay_number_not_possible"),
        ("nwb_adm_wt", "-3200", "stay_number_not_possible"), ("icu_days", "-0.5", "stay_number_not_possible"),
        ("fund_pay_sumamt", "-0.01", "negative_settlement"), ("fund_pay_sumamt", "0", ""), ("inscp_scp_amt", "-80", "negative_settlement"),
        ("medfee_sumamt", "-100", "negative_settlement"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_counts_as_missing(field: str, value: str, reason: str) -> None:
    rows = {"cases": [{**CASE, "setl_id": "S0", "mdtrt_id": "M0", field: ""}, {**CASE, field: value}]}
    _, told = dataset_of(tables_of_rows(rows))
    result = screen_rows(rows, ["A05"])

    assert [(one.row, one.setl_id, one.field, one.value, one.key) for one in told] == (
        [(2, "S1", field, value, reason)] if reason else []
    )
    assert all(one.reason.remedy.zh for one in told)
    assert [one.key for one in result.data_findings] == [one.key for one in told]
    # N80.0 is a disease of women: the other man is found in any case.
    assert "S0" in [one.settlement for one in result.screened.findings]


def test_a_refunded_settlement_may_be_below_zero() -> None:
    back = {"medfee_sumamt": "-100", "inscp_scp_amt": "-80", "fund_pay_sumamt": "-40"}
    rows = {
        "cases": [{**CASE, **back, "refd_setl_flag": "1"}, {**CASE, **back, "setl_id": "S2", "refd_setl_flag": "0"}]
    }

    assert [(one.row, one.field) for one in screen_rows(rows, ["A05"]).data_findings] == [
        (2, "medfee_sumamt"), (2, "inscp_scp_amt"), (2, "fund_pay_sumamt"),
    ]  # fmt: skip
