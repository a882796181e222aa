"""The walk through special cases that the README shows, with the shipped policies and the applications in examples/."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from drgdip import settle_to_folder
from drgdip.interface.special import SpecialLine
from tests.cli.conftest import Command, command
from tests.special_cases.sample import decision, write_decisions

__all__ = ["command"]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DIP = ("--edition", "2.0-pingdingshan-2025", "--cases", "3000")
DRG = ("--scheme", "chs-drg", "--edition", "2.0", "--cases", "600")
#: What becomes of the stays of either scheme, in the order of their rank before review.
STANDINGS = {
    "dip": ["in_force", "in_force", "rejected", "refused", "open"],
    "chs-drg": ["in_force", "in_force", "open"],
}


@pytest.mark.parametrize(
    ("scheme", "arguments", "policy", "prefix", "places"),
    [("dip", DIP, "demo_special", "", 14), ("chs-drg", DRG, "demo_drg_special", "drg_", 29)],
)
def test_applications_and_decisions_of_the_examples(
    tmp_path: Path, command: Command, scheme: str, arguments: tuple[str, ...], policy: str, prefix: str, places: int
) -> None:
    cases, run = tmp_path / "january.csv", tmp_path / "run"
    assert command("synth", *arguments, "--month", "2026-01", "--seed", "1", "-o", cases).code == 0
    report = settle_to_folder(
        policy,
        [cases],
        "2026-01",
        run,
        threads=1,
        applications=EXAMPLES / f"{prefix}applications.csv",
        decisions=EXAMPLES / f"{prefix}decisions.csv",
    )

    by_application = sorted((line.application_id, line.standing) for line in report.special if line.application_id)
    # A decision that is refused leaves its application open.
    found = {name: {s for n, s in by_application if n == name} for name, _ in by_application}
    assert [standing in found[f"A{n}"] for n, standing in enumerate(STANDINGS[scheme], 1)] == [True] * len(found)
    assert [line.line_id for line in report.proof if not line.holds] == []
    for line in report.special:
        if line.outcome == "adjusted" and line.standing == "in_force":
            assert line.after_points_e4 == (line.before_points_e4 * 18 + 5) // 10
    names = pq.read_schema(run / "cases.parquet").names
    assert len(set(names)) == len(names)
    listed = command("special", "candidates", "--run", run)
    assert f"名额 {places},已用 2" in listed.out
    assert_posted_in_february(tmp_path, policy, cases, run, next(s for s in report.special if s.standing == "open"))


def assert_posted_in_february(folder: Path, policy: str, cases: Path, run: Path, line: SpecialLine) -> None:
    """What was open in January is decided in February, whose own stays are none: all it cost, less what others bore.

    Of a normal stay a fen is denied, and its bill priced again: it is still normal, so that nothing changes (V105).
    """
    rows = pq.read_table(run / "cases.parquet").to_pylist()
    (stay,) = [row for row in rows if row["setl_id"] == line.setl_id]
    ordinary = ("route_group", "band_normal", "special_none")
    normal = next(
        row for row in rows
        if (row["route"], row["deviation_band"], row["special_outcome"]) == ordinary and 0 < row["payable_fen"] == row["balance_fen"]
    )  # fmt: skip
    (folder / "denials.csv").write_text(
        f"denial_id,setl_id,date,decided_by,mode,denied_fee_yuan\nN1,{normal['setl_id']},2026-02-20,R1,reprice_cost,0.01\n",
        encoding="utf-8",
    )
    allowed = stay["total_cost_fen"] - stay["hospital_part_fen"]
    none = folder / "february.csv"
    none.write_text(cases.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    given = decision("LATE", line.setl_id, "by_item", "2026-02-20", allowed_yuan=f"{allowed // 100}.{allowed % 100:02}")
    file = write_decisions(folder / "late.csv", [given])
    report = settle_to_folder(
        policy, [none], "2026-02", folder / "february", threads=1, decisions=file, denials=folder / "denials.csv", prior=[run]
    )  # fmt: skip

    after = max(allowed - stay["patient_fen"] - stay["other_funds_fen"], 0)
    posted = after - stay["payable_fen"]
    assert posted
    assert [
        (r.payable_fen, r.special_difference_fen) for r in report.rows if r.hospital_code == line.hospital_code
    ] == [(0, posted)]
    assert [one.posted_fen for one in report.special if one.decision_id == "LATE"] == [posted]
    assert [(one.standing, one.before_payable_fen, one.after_payable_fen) for one in report.denials] == [
        ("posted", normal["payable_fen"], normal["payable_fen"])
    ]
    assert [one.line_id for one in report.proof if not one.holds] == []
