"""A month with every mechanism on, against the plain month: CPU time of ``drgdip settle``, in turns.

``python benchmarks/rules.py --cases 200000``. Four kinds of run: the plain policy; the plain policy with fee lines,
which are then only checked; the policy with every rule for single cases (``demo_rules``), which pays by them; and with
everything: review with applications and decisions up to its quota, merged readmissions, denials of one stay in two hundred,
and a section for other regions.
"""

from __future__ import annotations

import argparse
import csv
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


#: Of how many stays one is denied something, and what; a share of the quota of special cases is decided on.
ONE_IN = 200
MODES = (
    ("deduct_amount", "100.00", ""),
    ("deduct_scaled", "100.00", ""),
    ("reprice_cost", "", "1.00"),
    ("void", "", ""),
)
CROSS_REGION = """
cross_region:
  rules: {value: place, cite: "Demo City"}
  benefits: {value: home, cite: "Demo City"}
  clearing: {value: dip_payable, cite: "Demo City"}
  sub_pool: {value: false, cite: "Demo City"}
  joint_review_yuan: {value: "30000", cite: "Demo City"}
"""


def everything(folder: Path) -> Path:
    """The policy with every rule for single cases, and the sections of the example of special cases."""
    regions = ROOT / "drgdip" / "policy" / "regions"
    rules = (regions / f"{RULES}.yaml").read_text(encoding="utf-8").replace(f"name: {RULES}", "name: everything", 1)
    sections = (regions / "demo_special.yaml").read_text(encoding="utf-8").partition("\nspecial:\n")
    path = folder / "everything.yaml"
    path.write_text(f"{rules}\n{sections[1]}{sections[2]}{CROSS_REGION}", encoding="utf-8")
    return path


def beside(folder: Path, settled: Path, cases: int) -> Sequence[str]:
    """Files of applications, decisions and denials on stays of a month that was settled, as options."""
    from pyarrow import parquet

    names = ["setl_id", "fixmedins_code", "special_eligible", "cost_ratio_e4", "standard_points_e4", "payable_fen"]
    stays = parquet.read_table(settled / "cases.parquet", columns=names).to_pylist()
    fitting = sorted((one for one in stays if one["special_eligible"]), key=lambda one: -one["cost_ratio_e4"])
    chosen = fitting[: cases // 250]
    tables: dict[str, list[Sequence[str]]] = {
        "applications": [("application_id", "setl_id", "fixmedins_code", "date", "exit_rea")],
        "decisions": [("decision_id", "setl_id", "outcome", "date", "reviewers", "factor")],
        "denials": [("denial_id", "setl_id", "date", "decided_by", "mode", "denied_fund_yuan", "denied_fee_yuan")],
    }
    for number, one in enumerate(chosen):
        tables["applications"].append((f"A{number}", one["setl_id"], one["fixmedins_code"], "2026-02-10", "R"))
        tables["decisions"].append((f"D{number}", one["setl_id"], "adjusted", "2026-02-20", "R1|R2", "1.1"))
    for number, one in enumerate(stays[::ONE_IN]):
        mode, fund, fee = MODES[number % len(MODES)]
        tables["denials"].append((f"N{number}", one["setl_id"], "2026-02-20", "R1", mode, fund, fee))
    options: list[str] = []
    for name, rows in tables.items():
        path = folder / f"{name}-{cases}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        options += [f"--{name}", str(path)]
    return options


def commands(folder: Path, cases: int, threads: int) -> dict[str, Sequence[str]]:
    """What is run, by its name."""
    file = synthesize(folder, cases)
    fees = ("--fees", str(fee_lines(file)))

    def settle(policy: str, *more: str) -> Sequence[str]:
        return (*DRGDIP, "settle", "--policy", policy, "--cases", str(file), "--month", MONTH, "--out",
                str(folder.resolve() / "result"), "--overwrite", "--threads", str(threads), *more)  # fmt: skip

    whole = str(everything(folder.resolve()))
    measured(settle(whole, *fees))
    given = beside(folder.resolve(), folder.resolve() / "result", cases)
    return {
        "plain": settle(POLICY),
        "plain with fee lines": settle(POLICY, *fees),
        "every rule": settle(RULES, *fees),
        "everything": settle(whole, *fees, *given),
    }


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
