"""The rule language of the national sheets: what is read, what is refused, and where."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.tables.chs_drg.parse import MAX_DEPTH, parse_rule
from drgdip.tables.chs_drg.syntax import (
    ALWAYS,
    CODE_VARIABLES,
    NUMBER_VARIABLES,
    All,
    Any,
    Compare,
    Constant,
    Count,
    Member,
    Rule,
    written,
)
from drgdip.tables.chs_drg.tokens import RuleError, is_plain

A, B, C = (Member(("ZYZD",), (name,), False) for name in ("S_A", "S_B", "S_C"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (None, ALWAYS),
        ("", ALWAYS),
        ("  \n", ALWAYS),
        ("1", ALWAYS),
        ("0", Constant(False)),
        ("ZYZD in DI_BB2", Member(("ZYZD",), ("DI_BB2",), False)),
        ("ZYSS not in OP_ALL", Member(("ZYSS",), ("OP_ALL",), True)),
        ("{ZYSS, QTSS} in OP2", Member(("ZYSS", "QTSS"), ("OP2",), False)),
        ("QTZD in {DI_Z02, DI_Z03}", Member(("QTZD",), ("DI_Z02", "DI_Z03"), False)),
        ("QTZD in MCC", Member(("QTZD",), ("MCC",), False)),
        ("NL>=70", Compare("NL", ">=", Decimal(70))),
        ("XSRTZ < 1499.5", Compare("XSRTZ", "<", Decimal("1499.5"))),
        ("NL != 0", Compare("NL", "!=", Decimal(0))),
        ("NL <> 0", Compare("NL", "!=", Decimal(0))),
        ("NL == 0", Compare("NL", "=", Decimal(0))),
        ("KB = '心内科'", Compare("KB", "=", "心内科")),
        ('KB != "ICU"', Compare("KB", "!=", "ICU")),
        ("LYFS = '5'", Compare("LYFS", "=", Decimal(5))),
        ("LYFS = 5", Compare("LYFS", "=", Decimal(5))),
        ("length(OP_X ∩ {ZYSS, QTSS}) >= 2", Count(("ZYSS", "QTSS"), "OP_X", ">=", 2)),
    ],
)
def test_each_form_is_read(text: str | None, rule: Rule) -> None:
    assert parse_rule(text) == rule


def test_and_binds_tighter_than_or() -> None:
    text = "ZYZD in S_A or ZYZD in S_B and ZYZD in S_C"
    assert parse_rule(text) == Any((A, All((B, C))))
    assert parse_rule("(ZYZD in S_A or ZYZD in S_B) and ZYZD in S_C") == All((Any((A, B)), C))


@pytest.mark.parametrize(
    "text",
    [
        "ZYZD in S_A OR\nZYZD in S_B",
        "ZYZD IN S_A Or (ZYZD In S_B)",
        "((ZYZD in S_A)) or ((ZYZD in S_B)) ",
        "zyzd in S_A or ZYZD in S_B",
        "ZYZD　in S_A or （ZYZD in S_B）",
    ],
)
def test_case_breaks_blanks_and_brackets_do_not_matter(text: str) -> None:
    assert parse_rule(text) == Any((A, B))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("｛ZYSS，QTSS｝ in OP", Member(("ZYSS", "QTSS"), ("OP",), False)),
        ("｛ZYSS、QTSS｝ in OP", Member(("ZYSS", "QTSS"), ("OP",), False)),
        ("NL ≥ 70", Compare("NL", ">=", Decimal(70))),
        ("ＮＬ＝０", Compare("NL", "=", Decimal(0))),
        ("KB = “儿科”", Compare("KB", "=", "儿科")),
    ],
)
def test_full_width_signs_are_read_as_plain_and_told(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule
    assert not is_plain(text)


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("ZYZD in", 8, ""),
        ("ZYZD = 3", 6, "="),
        ("(ZYZD in S_A", 13, ""),
        ("ZYZD in S_A)", 12, ")"),
        ("ZYZD in S_A ZYZD in S_B", 13, "ZYZD"),
        ("NL >= 70 and", 13, ""),
        ("FOO in S_A", 1, "FOO"),
        ("NL in S_A", 1, "NL"),
        ("QTZD not in MCC", 13, "MCC"),
        ("{ZYZD, QTZD} in CC", 17, "CC"),
        ("ZYSS in MCC", 9, "MCC"),
        ("{ZYZD, ZYSS} in S_A", 1, "{"),
        ("KB >= '3'", 7, "3"),
        ("KB = 3", 6, "3"),
        ("NL >= 'x'", 7, "x"),
        ("NL >= 7x", 7, "7x"),
        ("ZYZD in S_A; drop", 12, ";"),
        ("length(S_A, {ZYSS}) >= 2", 11, ","),
        ("length(S_A ∩ {ZYSS, ZYZD}) >= 2", 8, "S_A"),
        ("length(S_A ∩ {ZYSS}) >= 1.5", 25, "1.5"),
        ("__import__('os')", 1, "__import__"),
    ],
)
def test_a_rule_that_cannot_be_read_names_the_place(text: str, place: int, found: str) -> None:
    with pytest.raises(RuleError) as error:
        parse_rule(text)
    assert (error.value.place, error.value.found) == (place, found)
    assert error.value.expected.zh
    assert error.value.expected.en


def test_the_place_is_that_of_the_rule_as_written() -> None:
    with pytest.raises(RuleError) as error:
        parse_rule("NL ≥ 70 x")  # the sign ≥ stands for two
    assert error.value.place == 9


def test_nesting_has_a_limit_and_stays_within_it() -> None:
    def nested(depth: int) -> str:
        return "(" * depth + "ZYZD in S_A" + ")" * depth

    assert parse_rule(nested(MAX_DEPTH)) == A
    with pytest.raises(RuleError):
        parse_rule(nested(MAX_DEPTH + 1))
    with pytest.raises(RuleError):
        parse_rule(nested(40_000))


_SETS = st.sampled_from(["S_A", "S_B", "OP_ALL", "DI1_MDCP"])
_ATOMS = st.one_of(
    st.builds(Member, st.sampled_from([(name,) for name in CODE_VARIABLES] + [("ZYZD", "QTZD"), ("ZYSS", "QTSS")]),
              st.lists(_SETS, min_size=1, max_size=3, unique=True).map(tuple), st.booleans()),
    st.just(Member(("QTZD",), ("MCC",), False)),
    st.builds(Compare, st.sampled_from(NUMBER_VARIABLES), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
              st.integers(0, 5000).map(Decimal)),
    st.builds(Compare, st.just("KB"), st.sampled_from(["=", "!="]), st.sampled_from(["儿科", "ICU"])),
    st.builds(Count, st.just(("ZYSS", "QTSS")), _SETS, st.sampled_from([">=", "="]), st.integers(0, 5)),
)  # fmt: skip
RULES = st.recursive(
    _ATOMS, lambda parts: st.one_of(
        st.lists(parts, min_size=2, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, min_size=2, max_size=3).map(lambda found: Any(tuple(found))),
    ), max_leaves=8,
)  # fmt: skip


@given(RULES)
def test_a_rule_that_is_written_out_reads_the_same(rule: Rule) -> None:
    assert parse_rule(written(rule)) == rule


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert 1 <= _place_of_error(text) <= len(text) + 1


def _place_of_error(text: str) -> int:
    """Where a rule cannot be read; 1 if it can."""
    try:
        parse_rule(text)
    except RuleError as error:
        return error.place
    return 1
