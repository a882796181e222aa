"""Findings carry their place, what stood there, and the reason with its words."""

from __future__ import annotations

import pytest

from drgdip.base.findings import Finding
from drgdip.base.plain import plain_findings
from drgdip.base.reasons import REASONS

MISSING = Finding("cases.csv", 7, "S7", "diag_code", "", "missing_value")


def test_a_finding_is_its_place_and_its_value() -> None:
    assert MISSING == ("cases.csv", 7, "S7", "diag_code", "", "missing_value")
    assert (MISSING.file, MISSING.row, MISSING.setl_id) == ("cases.csv", 7, "S7")
    assert (MISSING.field, MISSING.value, MISSING.key) == ("diag_code", "", "missing_value")


@pytest.mark.parametrize("key", REASONS)
def test_its_reason_is_that_of_its_key(key: str) -> None:
    finding = MISSING._replace(key=key)

    assert finding.reason.key == key


def test_a_key_that_is_not_registered_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError, match="no_such_reason"):
        _ = MISSING._replace(key="no_such_reason").reason


def test_as_plain_values_it_brings_the_words() -> None:
    (plain,) = plain_findings([MISSING])

    assert plain == {
        "file": "cases.csv",
        "row": 7,
        "setl_id": "S7",
        "field": "diag_code",
        "value": "",
        "key": "missing_value",
        "effect": "set_aside",
        "words": {"zh": "必填字段为空", "en": "a required field is empty"},
        "remedy": {"zh": "请补填后重新上传", "en": "fill it in and upload again"},
    }
