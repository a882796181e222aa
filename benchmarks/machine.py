"""What a measurement was made on: machine and its load, versions, commit."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("drgdip", "numba", "numpy", "pandas", "pyarrow", "pydantic", "pytest-benchmark")


def describe(root: Path) -> dict[str, Any]:
    """The machine, the versions in use, and the commit (``+`` marks a tree with changes, ``none`` no repository)."""
    return {
        "machine": {
            "processor": _first("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(int(_first("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) / 2**20, 1),
            "system": platform.platform(),
        },
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "commit": _commit(root),
    }


def _first(path: str, pattern: str) -> str:
    try:
        match = re.search(pattern, Path(path).read_text(encoding="utf-8"))
    except OSError:
        return ""
    return match[1].strip() if match else ""


def _commit(root: Path) -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(("git", *arguments), cwd=root, capture_output=True, text=True, check=False).stdout.strip()

    commit = git("rev-parse", "--short", "HEAD")
    return f"{commit}{'+' if git('status', '--porcelain') else ''}" if commit else "none"
