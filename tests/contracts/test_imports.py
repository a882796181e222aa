"""What may be imported where, and what a light start must not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.contracts.source import imported, modules

HEAVY = ("numba", "pandas", "pyarrow", "matplotlib")


def test_numba_is_imported_in_one_module_only() -> None:
    users = [m.path for m in modules() if any(name.split(".")[0] == "numba" for name in imported(m.tree))]

    assert users == ["drgdip/base/accelerate.py"]


@pytest.mark.parametrize(
    "statement",
    [
        "import drgdip",
        "import drgdip.cli",
        "import drgdip.cli; drgdip.cli.cli(['--help'], standalone_mode=False)",
        "import drgdip.cli; drgdip.cli.cli(['--version'], standalone_mode=False)",
        "import drgdip.cli; drgdip.cli.cli(['settle', '--help'], standalone_mode=False)",
    ],
)
def test_a_light_start_loads_nothing_heavy(statement: str) -> None:
    program = f"import sys; {statement}; print(); print('loaded:', [m for m in {HEAVY} if m in sys.modules])"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "loaded: []"


def test_every_public_name_exists() -> None:
    import drgdip

    missing = [name for name in drgdip.__all__ if getattr(drgdip, name, None) is None]

    assert missing == []


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import drgdip

    with pytest.raises(AttributeError, match="no_such_name"):
        _ = drgdip.no_such_name
