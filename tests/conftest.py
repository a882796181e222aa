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

#: Modules that take longest, in the order in which they start: what starts late and takes long leaves a worker idle at
#: the end. The first two compile in processes of their own, the second of them what all others then find compiled.
LONGEST = (
    "packaging/test_wheel.py",
    "benchmarks/test_bench_runs.py",
    "properties/test_layers.py",
    "properties/test_month.py",
    "integration/test_dirty_city.py",
    "chs_drg/test_group_properties.py",
    "chs_drg/test_explain_agrees.py",
    "catalogue/test_clusters.py",
    "pipeline/test_same_result.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest modules first; the order of tests within a module stays."""
    here = Path(__file__).resolve().parent
    place = {here / name: number for number, name in enumerate(LONGEST)}
    missing = [str(path) for path in place if not path.is_file()]
    if missing:
        raise pytest.UsageError(f"not there any more: {missing}")
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the source tree."""
    return Path(__file__).resolve().parent.parent
