"""Explaining at the desk: IDs as people type them, rows that were not settled, folders that are not whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command, stay, told_once, write_stays


@pytest.fixture
def run(command: Command, tmp_path: Path) -> Path:
    """A month with a settled, a refunded, a defective, a foreign and a repeated stay, and one of another month."""
    cases = write_stays(
        tmp_path / "cases.csv",
        stay("2026-01", "S1"),
        stay("2026-01", "S2", refunded="1"),
        stay("2026-01", "S3").replace("A46.x00", "XXX"),
        stay("2026-01", "S4").replace(",310,", ",340,"),
        stay("2026-01", "S5"),
        stay("2026-01", "S5").replace("3000.00", "3001.00"),
        stay("2026-02", "S6"),
        stay("2026-01", "甲\u3000乙 '丙"),
    )
    assert command(
        "settle", "--policy", "demo_tiny", "--cases", cases, "--month", "2026-01", "--out", tmp_path / "run"
    ).code == 0  # fmt: skip
    return tmp_path / "run"


@pytest.mark.parametrize("setl_id", ["S1", " S1 ", "甲\u3000乙 '丙"])
def test_a_settled_stay_is_followed(command: Command, run: Path, setl_id: str) -> None:
    ended = command("explain", "--run", run, setl_id)
    assert (ended.code, ended.err) == (0, "")
    assert "2300.00" in ended.out
    assert "逐列一致" in ended.out


@pytest.mark.parametrize(
    ("setl_id", "reason"),
    [("S2", "refunded"), ("S3", "unknown_diagnosis_code"), ("S4", "no_pool"), ("S5", "conflicting_setl_id")],
)
def test_a_stay_that_was_not_settled_says_why(command: Command, run: Path, setl_id: str, reason: str) -> None:
    ended = command("explain", "--run", run, setl_id)
    assert ended.code == 0
    assert "该行未结算" in ended.out
    assert reason in ended.out


@pytest.mark.parametrize("setl_id", ["S6", "none", "S", "S1\n", "*", "%s{0}", "\udcff\udcfe", "x" * 5000, "' OR 1=1"])
def test_an_id_that_is_not_there_is_refused(command: Command, run: Path, setl_id: str) -> None:
    ended = command("explain", "--run", run, setl_id)
    if setl_id.strip() == "S1":
        assert ended.code == 0
        return
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("运行结果中没有结算ID ")
    assert "其他月份" in ended.err.splitlines()[-1]


@pytest.mark.parametrize("name", ["run.json", "cases.parquet", "set_aside.csv", "findings.csv"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"PAR1garbagePAR1", b"\xff\xfe,\x00\n"])
def test_a_damaged_run_is_refused(command: Command, run: Path, name: str, content: bytes | None) -> None:
    (run / name).unlink()
    if content is not None:
        (run / name).write_bytes(content)
    ended = command("explain", "--run", run, "S2")
    assert (ended.code, ended.out) == (2, "")
    fact, _ = told_once(ended)
    assert fact.startswith(str(run))


def test_a_case_table_of_somebody_else_is_refused(command: Command, run: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"setl_id": ["S1"], "payable_fen": [1]}), run / "cases.parquet")
    ended = command("explain", "--run", run, "S1")
    assert ended.code == 2
    assert told_once(ended)[0].startswith(f"{run / 'cases.parquet'} ")


def test_a_run_is_explained_from_anywhere(
    command: Command, tmp_path: Path, january: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record keeps where the policy stands, not how one came to it."""
    from tests.policy.samples import TINY

    (tmp_path / "city.yaml").write_text(TINY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert command("settle", "--policy", "city.yaml", "--cases", january, "--month", "2026-01", "--out", "r").code == 0
    monkeypatch.chdir("/")
    assert command("explain", "--run", tmp_path / "r", "S1").code == 0
