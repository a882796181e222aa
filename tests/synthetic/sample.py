"""What the tests of the generator compare with."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from drgdip.synthetic.stays import Stays

EDITION = "2.0-pingdingshan-2025"
DRAWN = 200_000

#: The flat layout as the contract prints it.
_LAYOUT = (
    "setl_id, mdtrt_id, psn_no, fixmedins_code, hosp_lv, insutype, insu_admdvs, mdtrt_admdvs, med_type, gend, age, nwb_age, "
    "nwb_bir_wt, adm_time, dscg_time, setl_time, act_ipt_days, dscg_way, dscg_caty, icu_hours, refd_setl_flag, diag_code, "
    "oprn_oprt_code, medfee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_scp_amt, act_pay_dedc, hifp_pay, "
    "cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, maf_pay, hosp_part_amt, oth_pay, fund_pay_sumamt, acct_pay, psn_cash_pay"
)
LAYOUT = _LAYOUT.split(", ")
COVERAGE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay")
PAYERS = ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "hosp_part_amt", "oth_pay")


class Published(NamedTuple):
    """Figures of the catalogue, one value a group."""

    codes: tuple[str, ...]
    cases: np.ndarray
    mean_yuan: np.ndarray
    mean_stay_days: np.ndarray
    cv: np.ndarray


class Drawn(NamedTuple):
    """Columns of drawn stays."""

    group: np.ndarray
    pattern: np.ndarray
    cost_yuan: np.ndarray
    stay_days: np.ndarray
    hospital: np.ndarray
    person: np.ndarray
    female: np.ndarray
    age_years: np.ndarray
    is_employee: np.ndarray
    region: np.ndarray
    chunks: Sequence[Stays]


def read_published(path: Path) -> Published:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def column(name: str) -> np.ndarray:
        return np.array([float(row[name]) for row in rows])

    return Published(
        tuple(row["dip_code"] for row in rows),
        column("cases"),
        column("mean_cost_yuan"),
        column("mean_stay_days"),
        column("cv"),
    )


def join(chunks: Sequence[Stays]) -> Drawn:
    def column(get: Any) -> np.ndarray:
        return np.concatenate([get(stays) for stays in chunks])

    return Drawn(
        group=column(lambda s: s.group),
        pattern=column(lambda s: s.pattern),
        cost_yuan=column(lambda s: s.amounts["total_cost_fen"]) / 100,
        stay_days=column(lambda s: s.stay_days),
        hospital=column(lambda s: s.hospital),
        person=column(lambda s: s.person),
        female=column(lambda s: s.female),
        age_years=column(lambda s: s.traits.age_years),
        is_employee=column(lambda s: s.traits.is_employee),
        region=column(lambda s: s.traits.region),
        chunks=chunks,
    )


def fen(column: Any) -> np.ndarray:
    """A column of decimals in yuan as whole fen."""
    return np.array([int(value * 100) for value in column.to_pylist()], dtype=np.int64)
