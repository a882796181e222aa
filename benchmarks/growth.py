"""How the cost of screening grows: with fee lines, and with the length of lists (it should not).

``python benchmarks/growth.py --stays 1500``. Small data in small parts, so that it is cheap: runs of one process each, in turns;
the least CPU time and the least peak of memory of each count. What reading the
lists takes is told for itself. The rest looks at each list once, for its digest and the rules' own forms of it: long lists add the same
to few lines and to many.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.months import DRGDIP, MONTH, ROOT

RULES = "A02,A03,B01,B03,B04,B05,B10,C01,C02,C03,C07"
#: A list of each form that names codes: of this length, and so many times as long.
LENGTH, TIMES = 300, (1, 10, 100)
PARTS = 300
#: One run in a process of its own that a small month has warmed, on one thread: CPU seconds and peak of memory in MiB.
_RUN = """
import json, resource, sys, time
import drgdip.pipeline.screening.parts as parts
parts.STAYS = int(sys.argv[1])
from pathlib import Path
from drgdip.pipeline.screening.params_file import read_params
from drgdip.pipeline.screening.run import screen_to_folder
from drgdip.screening.settings import settings_of
warm, data, out, params, rules = sys.argv[2:7]
for folder in (warm, data):
    before = time.process_time()
    screen_to_folder(folder, out, rules=rules.split(","), params=params, threads=1, overwrite=True)
    taken = time.process_time() - before
before = time.process_time()
settings_of(read_params(Path(params)))
read = time.process_time() - before
print(json.dumps([taken, read, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def params_of(path: Path, times: int) -> Path:
    """Lists of items that hardly any bill has, and the few of the national list that many have."""
    codes = [f"LIST{number:07}" for number in range(LENGTH * times)]
    group = {"G": {"period_days": 15, "limit_times": 1}}
    lists = {
        "B01": {"sex_limit": {"002101030300000": "2", **dict.fromkeys(codes, "2")}},
        "B03": {"limit": dict.fromkeys(codes, "maternity")},
        "B04": {"limit": dict.fromkeys(codes, "3")},
        "B05": {"limit": dict.fromkeys(codes, "inpatient")},
        "C01": {"pairs": [{"main": "001103000010000", "sub": code, "window": "单日"} for code in ("001102000030000", *codes)]},
        "C02": {"daily_limit": {"001102000050000": 1, **dict.fromkeys(codes, 1)}},
        "C03": {"period_limit": {code: {"group": "G"} for code in ("002503020030000", *codes)}, "groups": group},
        "C07": {"stay_groups": {"001109000010000": "BED", **dict.fromkeys(codes, "BED")}},
    }  # fmt: skip
    path.write_text(json.dumps({"rules": lists}), encoding="utf-8")
    return path


def run(data: Path, params: Path, folder: Path) -> list[float]:
    """CPU seconds, those of them that reading the lists takes, and peak in MiB."""
    command = [
        sys.executable,
        "-c",
        _RUN,
        str(PARTS),
        str(folder / "start"),
        str(data),
        str(folder / "out"),
        str(params),
        RULES,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stays", type=int, default=1_500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        months = {"start": 10, **{f"lines × {times}": given.stays * times for times in (1, 2, 4)}}
        for label, stays in months.items():
            command = [
                *DRGDIP,
                "synth",
                "--cases",
                str(stays),
                "--month",
                MONTH,
                "--layout",
                "tables",
                "-o",
                str(folder / label),
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        params = {times: params_of(folder / f"{times}.json", times) for times in TIMES}
        runs = {label: (folder / label, params[1]) for label in months if label != "start"}
        runs |= {f"lists × {times}": (folder / "lines × 1", params[times]) for times in TIMES[1:]}
        runs[f"both × {TIMES[-1]}, 4"] = folder / "lines × 4", params[TIMES[-1]]
        best: dict[str, list[float]] = {}
        for _ in range(given.rounds):
            for label, (data, path) in runs.items():
                found = run(data, path, folder)
                best[label] = [*map(min, found, best.get(label, found))]
        one = best["lines × 1"]
        print(
            f"{RULES}; {given.stays:,} stays of some 200 lines, parts of {PARTS}, one thread; least of {given.rounds}"
        )
        print(f"{'':14}{'CPU s':>8}{'reading lists':>15}{'the rest':>10}{'ratio':>8}{'peak MiB':>10}{'ratio':>8}")
        for label, (seconds, read, peak) in best.items():
            ratio = (seconds - read) / (one[0] - one[1])
            print(
                f"{label:14}{seconds:8.3f}{read:15.3f}{seconds - read:10.3f}{ratio:8.2f}{peak:10.0f}{peak / one[2]:8.2f}"
            )


if __name__ == "__main__":
    main()
