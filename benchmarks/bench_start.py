"""Starting: a Python that does nothing, the import, the help, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.months import DRGDIP, ROOT

if TYPE_CHECKING:
    from benchmarks.conftest import Measure

COMMANDS = {
    "python": (sys.executable, "-c", "pass"),
    "import drgdip": (sys.executable, "-c", "import drgdip"),
    "drgdip --help": (*DRGDIP, "--help"),
    "drgdip settle --help": (*DRGDIP, "settle", "--help"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_start(measure: Measure, name: str) -> None:
    measure(lambda: subprocess.run(COMMANDS[name], check=True, capture_output=True, cwd=ROOT), "start of a process")
