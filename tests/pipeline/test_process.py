"""A process is the same whenever the same policy is read: what is kept of it is found by its stages, and does not grow."""

from __future__ import annotations

import pytest

from drgdip.pipeline.process import process_for
from drgdip.policy import load_policy
from drgdip.tables import load_tables


@pytest.mark.parametrize(
    "region", ["demo_tiny", "demo_city", "demo_rules", "demo_special", "demo_drg_city", "demo_drg_special"]
)
def test_the_same_policy_has_the_same_process(region: str) -> None:
    tables = load_tables(*(("chs-drg", "2.0") if "drg" in region else ("dip", "2.0-pingdingshan-2025")))

    assert process_for(None, load_policy(region), tables) == process_for(None, load_policy(region), tables)
