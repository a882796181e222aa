"""What all tests share: settings of hypothesis, and the top of the tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The first example of a property may compile kernels, so a deadline would only measure the compiler. What
# decides whether a change lands tries the same examples every time; people's own runs try new ones.
settings.register_profile(
    "drgdip",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("drgdip")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the source tree."""
    return Path(__file__).resolve().parent.parent
