"""The walk through special cases that the README shows, with the shipped policies and the applications in examples/."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from drgdip import settle_to_folder
from tests.cli.conftest import Command, command

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
