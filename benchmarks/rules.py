"""A month with every rule for single cases on, against the plain month: CPU time of ``drgdip settle``, in turns.

``python benchmarks/rules.py --cases 200000``. Three kinds of run: the plain policy; the plain policy with fee lines,
which are then only checked; the policy with every rule (``demo_rules``), which pays by them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.months import DRGDIP, MONTH, POLICY, synthesize  # noqa: E402 - found beside this file
from benchmarks.whole import measured  # noqa: E402

RULES = "demo_rules"
#: Item, charge type, and one in how many fen of the stay's cost the line is worth; the last line is what is left.
LINES = (("C9990030000000000003", "08", 40), ("003101000220000", "03", 30), ("T000000000000000001", "11", 4))
REST = ("S000000000000000001", "01")


def fee_lines(cases: Path) -> Path:
    """A file of four lines a stay beside a file of cases, made unless it is there; they add up to the stay's cost."""
    path = cases.with_name(f"fees-{cases.stem}.parquet")
    if not path.exists():
        import pyarrow as pa
        from pyarrow import parquet

        stays = parquet.read_table(cases, columns=["setl_id", "mdtrt_id", "medfee_sumamt"]).to_pydict()
        fen = [_fen(cost) for cost in stays["medfee_sumamt"]]
        parts = [(item, kind, [cost // share for cost in fen]) for item, kind, share in LINES]
        left = [
            cost - sum(amounts) for cost, amounts in zip(fen, zip(*(p[2] for p in parts), strict=True), strict=True)
        ]
        tables = [
            pa.table(
                {
                    "mdtrt_id": pa.array(stays["mdtrt_id"], pa.string()),
                    "setl_id": pa.array(stays["setl_id"], pa.string()),
                    "feedetl_sn": [f"{number}-{row}" for row in range(len(fen))],
                    "med_list_codg": [item] * len(fen),
                    "med_chrgitm_type": [kind] * len(fen),
                    "det_item_fee_sumamt": [amount / 100 for amount in amounts],
                }
            )
            for number, (item, kind, amounts) in enumerate([*parts, (*REST, left)])
        ]
        parquet.write_table(pa.concat_tables(tables), path)
    return path


def _fen(cost: object) -> int:
    """Whole fen of what stands in a cell; a defective one counts as nothing."""
    try:
        return round(float(str(cost)) * 100)
    except ValueError:
        return 0


def commands(folder: Path, cases: int, threads: int) -> dict[str, Sequence[str]]:
    """What is run, by its name."""
    file = synthesize(folder, cases)
    fees = ("--fees", str(fee_lines(file)))

    def settle(policy: str, *more: str) -> Sequence[str]:
        return (*DRGDIP, "settle", "--policy", policy, "--cases", str(file), "--month", MONTH, "--out",
                str(folder.resolve() / "result"), "--overwrite", "--threads", str(threads), *more)  # fmt: skip

    return {"plain": settle(POLICY), "plain with fee lines": settle(POLICY, *fees), "every rule": settle(RULES, *fees)}


def main(arguments: list[str] | None = None) -> None:
    """Measure in turns, and tell medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    chosen = parser.parse_args(arguments)
    todo = commands(chosen.folder, chosen.cases, chosen.threads)
    for command in todo.values():
        measured(command)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in todo}
    for _ in range(chosen.runs):
        for name, command in todo.items():
            runs[name].append(measured(command))
    cpu = {name: statistics.median(run["cpu_s"] for run in found) for name, found in runs.items()}
    for name, found in runs.items():
        wall, peak = statistics.median(run["wall_s"] for run in found), max(run["peak_mib"] for run in found)
        against = " · ".join(f"{cpu[name] / cpu[base]:.2f} × {base}" for base in todo if base != name)
        print(
            f"{chosen.cases:,} cases, {name}: CPU {cpu[name]:.2f} s, wall {wall:.2f} s, peak {peak:.0f} MiB ({against})"
        )


if __name__ == "__main__":
    main()
