"""Reasons are found by key and by number. Words, remedies and use are looked after by the contracts."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.base.reasons import REASONS, number, reason


@pytest.mark.parametrize("key", REASONS)
def test_key_and_number_lead_to_the_same_reason(key: str) -> None:
    assert REASONS[key].key == key
    assert reason(number(key)) is REASONS[key]


def test_numbers_of_columns_are_understood() -> None:
    """Kernels write numbers as int16."""
    assert reason(np.int16(number("refunded"))) is REASONS["refunded"]  # type: ignore[arg-type]


@pytest.mark.parametrize("unknown", [0, -1, 100, 999])
def test_an_unknown_number_is_a_fault(unknown: int) -> None:
    with pytest.raises(KeyError):
        reason(unknown)


def test_an_unknown_key_is_a_fault() -> None:
    with pytest.raises(KeyError, match="no_such_reason"):
        number("no_such_reason")


def test_what_a_rule_decided_needs_no_remedy() -> None:
    assert [entry.key for entry in REASONS.values() if entry.effect == "outcome" and any(entry.remedy)] == []


def test_what_keeps_a_case_out_has_a_remedy() -> None:
    assert [entry.key for entry in REASONS.values() if entry.effect == "excluded" and not all(entry.remedy)] == []
