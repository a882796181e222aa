"""The decoder of single cases and the reader of tables give the same values, defects and findings, cell by cell."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drgdip.intake import CaseReader
from drgdip.intake.combine import Beside
from drgdip.intake.one_case import CaseDecoder
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import fields
from drgdip.quality_control import check
from tests.intake.sample import DIAGNOSES, PROCEDURES, STAY, stay

DECODER = CaseDecoder(DIAGNOSES, PROCEDURES)
TOLERANCE_FEN = 1
UNLISTED = "code_not_in_table"


def from_table(case: dict[str, Any]) -> tuple[dict[str, np.ndarray], list[tuple[str, str, str]], dict[str, Any]]:
    """Columns, findings (field, value, key) and text that the reader gives a table of this one row."""
    table = pa.table({name: pa.array([value]) for name, value in case.items()})
    with CaseReader([table], DIAGNOSES, PROCEDURES) as reader:
        raw = next(iter(reader))
        encoded = reader.encode(raw)
        found = check(encoded.columns, TOLERANCE_FEN, skip=encoded.defects)
        defects = join_defects(encoded.defects, found)
        # Codes that only extend a table are counted for a file, and told of a case at once.
        unlisted = [(f.field, "", f.key) for f in reader.closing_findings()]
        findings = [(f.field, f.value, f.key) for f in reader.findings(raw, defects)]
        text = {} if findings else {n: c[0].as_py() for n, c in reader.text(raw, np.array([0])).items()}
    return encoded.columns, sorted(unlisted) + findings, text


def from_mapping(case: dict[str, Any]) -> tuple[dict[str, np.ndarray], list[tuple[str, str, str]], dict[str, Any]]:
    """The same from the decoder."""
    decoded = DECODER.decode(case)
    found = check(decoded.columns, TOLERANCE_FEN, skip=decoded.defects)
    defects = join_defects(decoded.defects, found)
    told = [(f.field, f.value, f.key) for f in DECODER.findings(decoded, defects)]
    findings = [entry for entry in told if entry[2] != UNLISTED]
    unlisted = sorted((field, "", key) for field, _, key in told if key == UNLISTED)
    return decoded.columns, unlisted + findings, {} if findings else decoded.text


def assert_same(case: dict[str, Any]) -> None:
    columns, findings, text = from_table(case)
    mine, my_findings, my_text = from_mapping(case)
    assert my_findings == findings
    assert mine.keys() == columns.keys()
    for name, values in columns.items():
        assert mine[name].dtype == values.dtype, name
        if name != "hospital_id":
            assert mine[name].tolist() == values.tolist(), name
    assert my_text == {name: (value or "").strip() or None for name, value in text.items()}


NUMERIC = [f.name for f in fields().values() if f.type in ("money", "integer", "decimal", "code")]
TIMES = [f.name for f in fields().values() if f.type == "datetime"]
BLANKS = st.sampled_from(["", "", " ", "\t", "  ", "\n", "　"])

digits = st.text("0123456789", min_size=1, max_size=19)
number_text = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{0,5})?", fullmatch=True),
    st.from_regex(r"[0-9,.+\-eE ]{0,8}", fullmatch=True),
    digits,
    st.sampled_from(["100000000.00", "100000000.01", "0.001", "1.10000", "-0.00", "1234", "12.", ".5", "１２", "NaN"]),
)
time_text = st.one_of(
    st.datetimes(datetime(1899, 12, 1), datetime(2100, 2, 1)).map(str),
    st.dates().map(str),
    st.from_regex(r"20[0-9]{2}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"20[0-9]{6}([0-9]{6})?", fullmatch=True),
    st.sampled_from(["2026-02-29", "2024-02-29", "2026-1-5", "2026-01-05 24:00:00", "20260230"]),
)
code_text = st.lists(
    st.sampled_from(["K35.300", "A01.000X005", "a01.000x005", "47.0100", "54.5100X005", "zz", "", " I63.900 "]),
    max_size=4,
).map("|".join)
free_text = st.text(max_size=40)

numbers = st.one_of(
    st.integers(-(10**12), 10**12),
    st.integers(-20, 400),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**11), 10**11).map(lambda fen: fen / 100),
    st.decimals(-(10**9), 10**9, places=2),
    st.decimals(-(10**5), 10**5, places=4),
    st.booleans(),
)
moments = st.one_of(
    st.datetimes(datetime(1890, 1, 1), datetime(2110, 1, 1)),
    st.dates(date(1890, 1, 1), date(2110, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone(timedelta(hours=8)))),
)
anything = st.one_of(number_text, time_text, code_text, free_text, st.none(), numbers, moments)


@given(
    st.dictionaries(
        st.sampled_from(list(STAY)),
        st.one_of(anything, st.builds(lambda a, text, b: f"{a}{text}{b}", BLANKS, number_text, BLANKS)),
        max_size=4,
    )
)
@example({"medfee_sumamt": 0.1 + 0.2})
@example({"hosp_lv": 2, "insutype": 310.0, "gend": True, "refd_setl_flag": False})
@example({"age": 0.5, "nwb_age": 12, "nwb_bir_wt": Decimal("3250.5")})
@example({"age": "", "nwb_age": "5"})
@example({"age": "151", "nwb_age": 366})
@example({"age": 150, "nwb_age": "999"})
@example({"insu_admdvs": 1234, "mdtrt_admdvs": "012345"})
@example({"setl_id": 20260101.0, "psn_no": 1e20, "dscg_time": 20260109, "oprn_oprt_code": 47.01})
@example({"setl_id": 2.0**53, "psn_no": 2.0**53 - 1, "mdtrt_id": -1e16, "dscg_caty": float("inf")})
@example({"setl_id": "　S1　", "dscg_caty": "内" * 30, "mdtrt_id": "内" * 31})
def test_both_readers_agree_on_any_cells(changes: dict[str, Any]) -> None:
    assert_same(stay(1, **changes))


@pytest.mark.long
@given(st.fixed_dictionaries({name: anything for name in STAY}))
def test_both_readers_agree_on_rows_of_anything(case: dict[str, Any]) -> None:
    assert_same(case)


@given(st.sampled_from(NUMERIC), st.one_of(numbers, number_text))
def test_both_readers_agree_on_numbers(name: str, value: Any) -> None:
    assert_same(stay(1, **{name: value}))


@given(st.sampled_from(TIMES), st.one_of(moments, time_text))
def test_both_readers_agree_on_times(name: str, value: Any) -> None:
    assert_same(stay(1, **{name: value}))


def test_a_stay_in_order_is_read_to_the_fen() -> None:
    columns, findings, text = from_mapping(stay(7, medfee_sumamt=1000.0, hifp_pay=400))

    assert findings == []
    assert columns["total_cost_fen"].tolist() == [100_000]
    assert columns["pooled_fund_fen"].tolist() == [40_000]
    assert columns["hospital_tier"].tolist() == [3]
    assert columns["diagnosis_id"].tolist() == [DIAGNOSES.codes.index("K35.300"), DIAGNOSES.codes.index("I63.900")]
    assert text["setl_id"] == "S7"


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, "", "  "])
def test_what_counts_as_empty(value: Any) -> None:
    decoded = DECODER.decode(stay(1, medfee_sumamt=value))

    assert [(f.field, f.key) for f in DECODER.findings(decoded, decoded.defects)] == [
        ("medfee_sumamt", "missing_value")
    ]


def test_an_absent_key_is_an_empty_cell() -> None:
    case = stay(1)
    del case["medfee_sumamt"], case["oth_pay"]
    decoded = DECODER.decode(case)

    assert [(f.field, f.key) for f in DECODER.findings(decoded, decoded.defects)] == [
        ("medfee_sumamt", "missing_value")
    ]
    assert decoded.columns["other_payers_fen"].tolist() == [0]


@pytest.mark.parametrize("name", list(STAY))
@pytest.mark.parametrize("value", [{"a": 1}, ["x", 2], object, b"12", 1j])
def test_what_no_cell_can_hold_is_a_finding(name: str, value: Any) -> None:
    decoded = DECODER.decode(stay(1, **{name: value}))

    assert [(f.field, f.key) for f in DECODER.findings(decoded, decoded.defects)] == [(name, "wrong_type")]


def test_codes_may_come_as_lists() -> None:
    decoded = DECODER.decode(stay(1, diag_code=["K35.300", "I63.900"], oprn_oprt_code=[]))

    assert decoded.columns["diagnosis_id"].tolist() == DECODER.decode(stay(1)).columns["diagnosis_id"].tolist()
    assert decoded.columns["procedure_id"].tolist() == []
    assert len(decoded.defects.row) == 0


@pytest.mark.parametrize("value", ["\ud800", "S\udfff1"])
def test_text_that_is_no_text_is_a_finding(value: str) -> None:
    decoded = DECODER.decode(stay(1) | {"setl_id": value})

    assert [f.key for f in DECODER.findings(decoded, decoded.defects)] == ["bad_encoding"]


@pytest.mark.parametrize(
    "value", [2**63, -(2**70), 10**400, math.inf, Decimal("1e60"), Decimal("NaN"), Decimal("-Infinity")]
)
def test_numbers_beyond_any_column_are_findings(value: Any) -> None:
    decoded = DECODER.decode(stay(1, medfee_sumamt=value))

    assert DECODER.findings(decoded, decoded.defects)[0].key in ("amount_out_of_range", "wrong_type")


def test_numpy_and_pandas_scalars_are_values() -> None:
    case = stay(1, medfee_sumamt=np.float64(1000), act_ipt_days=np.int64(7), dscg_time=pd.Timestamp("2026-01-09 10:00"))

    assert from_mapping(case)[1] == []


def said(case: dict[str, Any], codes: Any = ()) -> list[tuple[str, str, str]]:
    decoded = DECODER.decode(case, 1, codes)
    return [(f.field, f.value, f.key) for f in DECODER.findings(decoded, decoded.defects)]


def test_keys_that_are_no_field_are_named() -> None:
    assert said(stay(1, medfee_sumamnt="5")) == [("", "medfee_sumamnt", "unknown_column")]
    assert said(stay(1)) == []


def test_other_names_of_fields_are_used_where_unmistakable() -> None:
    case = {("ipt_days" if name == "act_ipt_days" else name): value for name, value in stay(1).items()}

    assert said(case) == [("act_ipt_days", "ipt_days", "column_alias_used")]
    assert DECODER.decode(case).columns["length_of_stay_days"].tolist() == [7]
    assert said(stay(1, ipt_days="9")) == [
        ("act_ipt_days", "ipt_days", "alias_ignored"),
        ("", "ipt_days", "unknown_column"),
    ]


class Clinical:
    """Two codes of another edition; one has the form of an insurance code and another meaning."""

    path = Path("clinical.csv")

    def of(self, code: str) -> str | None:
        return {"K35.9": "K35.300", "I63.900": "A01.000"}.get(code)


def test_codes_of_another_edition_are_translated_as_by_the_reader() -> None:
    codes = (("diag_code", Clinical()),)
    for cell in ("K35.9|I63.900", " K35.9 | zz", "zz", "", "I63.900", None):
        table = pa.table({name: pa.array([value]) for name, value in stay(1, diag_code=cell).items()})
        with CaseReader([table], DIAGNOSES, PROCEDURES, beside=Beside(codes=codes)) as reader:
            raw = next(iter(reader))
            encoded = reader.encode(raw)
            theirs = [(f.field, f.value, f.key) for f in reader.findings(raw, encoded.defects)]
        assert sorted(said(stay(1, diag_code=cell), codes)) == sorted(theirs)
        mine = DECODER.decode(stay(1, diag_code=cell), 1, codes)
        if not theirs or theirs[0][2] == "code_mapped":
            assert mine.columns["diagnosis_id"].tolist() == encoded.columns["diagnosis_id"].tolist()
