"""The command line as a person meets it: arguments in, an exit code and two streams out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import drgdip.cli


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]

HEADER = (
    "setl_id,fixmedins_code,hosp_lv,insutype,insu_admdvs,mdtrt_admdvs,adm_time,dscg_time,setl_time,act_ipt_days,"
    "diag_code,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_scp_amt,hifp_pay,fund_pay_sumamt,"
    "acct_pay,psn_cash_pay"
)
HOSPITAL = "H99010000001"


def stay(month: str, setl_id: str = "S1", refunded: str = "0") -> str:
    """A stay whose payment is calculated by hand, in a tertiary hospital under ``demo_tiny``.

    Erysipelas: 300 points × K 1.1 × 10 yuan = 3,300.00; less 1,000.00 paid by the patient 2,300.00 payable;
    less 5 % retained 2,185.00 due.
    """
    times = f"{month}-01 08:00:00,{month}-07 09:00:00,{month}-07 10:00:00,6"
    return (
        f"{setl_id},{HOSPITAL},01,310,990100,990100,{times},A46.x00,3000.00,0,0,0,3000.00,2000.00,2000.00,0,1000.00"
        f",{refunded}"
    )


def write_stays(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([f"{HEADER},refd_setl_flag", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run ``drgdip`` with arguments in this process, through its entry point."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["drgdip", *map(str, arguments)])
        monkeypatch.setattr(drgdip.cli, "_end_orderly_when_told_to", lambda: None)  # pytest keeps its signals
        capfd.readouterr()
        code = 0
        try:
            drgdip.cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Ended(code, *capfd.readouterr())

    return run


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, **variables}


def start(*arguments: object, code: str = "", **variables: str) -> subprocess.Popen[bytes]:
    """Run ``drgdip`` in a process of its own; ``code`` is executed there first."""
    script = f"import sys\nsys.argv = ['drgdip', *sys.argv[1:]]\n{code}\nfrom drgdip.cli import main\nmain()\n"
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**variables),
    )


def told_once(ended: Ended) -> tuple[str, str]:
    """The sentence of fact and that of advice; nothing else may have been said."""
    fact, advice = ended.err.rstrip("\n").split("\n")
    assert "Traceback" not in ended.err
    return fact, advice


@pytest.fixture
def january(tmp_path: Path) -> Path:
    return write_stays(tmp_path / "january.csv", stay("2026-01"))


@pytest.fixture
def settled(tmp_path: Path, january: Path, command: Command) -> Path:
    """A finished run of January."""
    out = tmp_path / "settled"
    assert command("settle", "--policy", "demo_tiny", "--cases", january, "--month", "2026-01", "--out", out).code == 0
    return out
