"""Speed of a month, after a check of its correctness. See benchmarks/README.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import machine, whole, words  # noqa: E402 - found beside this file
from benchmarks.months import POLICY  # noqa: E402

SUITE = ROOT / "benchmarks"


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000_000], help="sizes of the whole month")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="threads of the whole month")
    parser.add_argument("--runs", type=int, default=5, help="timed runs of the whole month, of each kind")
    parser.add_argument("--stays", type=int, default=200_000, help="stays that every stage works on")
    parser.add_argument("--rounds", type=int, default=5, help="times that every stage is measured")
    parser.add_argument("--check-cases", type=int, default=2_000, help="size of the month that is checked first")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="months and results")
    parser.add_argument("--compare", type=Path, help="an earlier result: print new / old")
    return parser.parse_args(arguments)


def suite(chosen: argparse.Namespace) -> dict[str, Any]:
    """Check and measure the parts (pytest-benchmark). Stops the program if the check or a measurement fails."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "suite.json"
        command = [sys.executable, "-m", "pytest", "-c", str(SUITE / "pytest.ini"), str(SUITE), "-x", "--benchmark-quiet",
                   "--stays", str(chosen.stays), "--rounds", str(chosen.rounds), "--check-cases", str(chosen.check_cases),
                   "--folder", str(chosen.folder.resolve()), "--benchmark-json", str(result)]  # fmt: skip
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(f"{run.stdout}{run.stderr}\nnothing was measured: the check or the suite failed")
        return json.loads(result.read_text(encoding="utf-8"))


def part(entry: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a measurement of the suite."""
    stats = entry["stats"]
    name = entry["param"] or entry["name"]
    figures = {f"{key}_s": round(stats[key], 6) for key in ("median", "min", "max", "iqr")}
    return {"group": entry["group"], "name": name, **figures, "rounds": stats["rounds"], **entry["extra_info"]}


def main(arguments: list[str] | None = None) -> None:
    """Check, measure, write, tell."""
    chosen = options(arguments)
    earlier = json.loads(chosen.compare.read_text(encoding="utf-8")) if chosen.compare else None
    now = datetime.now(UTC)
    made_on = machine.describe(ROOT)
    measured = suite(chosen)
    reference = measured["reference"]
    print(words.checked(reference), flush=True)
    wholes = whole.whole(chosen.folder, chosen.cases, chosen.threads, chosen.runs)
    for entry in wholes:
        entry["ratio_to_reference"] = round(entry["cases_per_s"] / reference["cases_per_s"], 1)
    report = {
        "started_at": now.isoformat(timespec="seconds"),
        **made_on,
        "options": {key: value for key, value in vars(chosen).items() if not isinstance(value, Path | None)},
        "policy": POLICY,
        "includes": whole.INCLUDES,
        "reference": reference,
        "whole": wholes,
        "parts": [part(entry) for entry in measured["benchmarks"]],
    }
    path = chosen.folder / f"{now:%Y%m%d-%H%M%S}-{report['commit']}.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print("\n".join(words.told(report)))
    if earlier:
        print("\n".join(words.compared(report, earlier)))
    print(f"written: {path}")


if __name__ == "__main__":
    main()
