"""A result in words, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Report = dict[str, Any]


def checked(reference: dict[str, Any]) -> str:
    """The check that came first."""
    return (
        f"checked: {reference['cases']:,} rows, {reference['settled']:,} settled, every figure as the reference program "
        f"has it, which took {reference['seconds']:.2f} s ({reference['cases_per_s']:,} cases/s)"
    )


def told(report: Report) -> Iterator[str]:
    """A result, line by line."""
    machine = report["machine"]
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; "
        f"Python {report['versions']['python']}, commit {report['commit']}, load before {report['load_before']}"
    )
    yield f"\nthe whole month ({report['includes']}):"
    for entry in report["whole"]:
        yield (
            f"{entry['cases']:>12,} cases on {entry['threads']} thread(s): {entry['median_wall_s']:.2f} s wall "
            f"({entry['fastest_wall_s']:.2f} to {entry['slowest_wall_s']:.2f}), {entry['median_cpu_s']:.2f} s CPU, "
            f"{entry['peak_mib']:,.0f} MiB, {entry['cases_per_s']:,} cases/s = {entry['ratio_to_reference']} × reference"
        )
    yield from _growth(report["whole"])
    for group in dict.fromkeys(entry["group"] for entry in report["parts"]):
        yield f"\n{group}:"
        entries = [entry for entry in report["parts"] if entry["group"] == group]
        yield from (_line(entry) for entry in entries)


def _growth(wholes: list[dict[str, Any]]) -> Iterator[str]:
    """How the peak of memory grows with the month."""
    for threads in dict.fromkeys(entry["threads"] for entry in wholes):
        first, *others = sorted((e for e in wholes if e["threads"] == threads), key=lambda entry: entry["cases"])
        for entry in others:
            yield (
                f"{entry['cases']:>12,} cases on {threads} thread(s): peak of memory "
                f"{entry['peak_mib'] / first['peak_mib']:.2f} × that of {first['cases']:,}"
            )


def _line(entry: dict[str, Any]) -> str:
    rate = f"{entry['cases_per_s']:>14,} cases/s" if "cases_per_s" in entry else ""
    late = f"; 99 of 100 within {entry['p99_s'] * 1000:,.1f} ms" if "p99_s" in entry else ""
    return f"{entry['name']:>28} {entry['median_s'] * 1000:>10,.1f} ms{rate}{late}"


def compared(new: Report, old: Report) -> Iterator[str]:
    """New / old of everything that both have, larger is slower (or more memory); 1.00 is no change."""
    yield f"\nnew / old, against {old['started_at']} ({old['commit']}):"
    for name in ("machine", "versions"):
        changed = [key for key in new[name] if new[name][key] != old[name].get(key)]
        if changed:
            yield f"  not alike: {name}: " + ", ".join(
                f"{key} {old[name].get(key)} → {new[name][key]}" for key in changed
            )
    before, after = _figures(old), _figures(new)
    for name in after:
        if name in before:
            yield f"{name:>56} {after[name] / before[name]:>6.2f}"
    alone = len(before.keys() ^ after.keys())
    if alone:
        yield f"  {alone} figures are in one of the two only"


def _figures(report: Report) -> dict[str, float]:
    """Name -> figure; less is better. The reference program shows how much of a change is the machine's."""
    reference = report["reference"]
    figures = {"reference program, time a case": reference["seconds"] / reference["cases"]}
    for entry in report["whole"]:
        name = f"{entry['cases']:,} cases, {entry['threads']} thread(s)"
        figures |= {f"{name}, {key}": entry[f"median_{key}_s"] for key in ("wall", "cpu")}
        figures[f"{name}, peak"] = entry["peak_mib"]
    for entry in report["parts"]:
        size = f", {entry['cases']:,}" if "cases" in entry else ""
        figures[f"{entry['group']}: {entry['name']}{size}"] = entry["median_s"]
    return figures
