"""Which groups a case can reach: small editions whose answer is known by hand, and random ones beside the reference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.pipeline.witnesses import witnesses
from drgdip.tables.chs_drg import syntax
from drgdip.tables.chs_drg.drg_tables import DrgTables
from drgdip.tables.chs_drg.implied import Implications
from drgdip.tables.chs_drg.syntax import Rule
from tests.chs_drg.random_editions import RULES, STAYS
from tests.chs_drg.sample import edition, stay_of
from tests.reference.drg.group import group_stay
from tests.reference.drg.proof import proof
from tests.reference.drg.stay import Stay

SETS = [
    ["DI_B", "B01", ""],
    ["DI_B", "B02", ""],
    ["DI_1", "B01", ""],
    ["OP_A", "10", ""],
    ["OP_A", "11", ""],
    ["OP_1", "10", ""],
]
CC = [["X01", "", "EX_1", "CC"]]


def names(tables: DrgTables, some: object) -> set[str]:
    return {
        tables.drg_codes[target.drg] if target.drg >= 0 else tables.adrg_codes[target.adrg]
        for target in some  # type: ignore[attr-defined]
    }


def by_groups(*rules: str) -> DrgTables:
    """One adjacent group whose groups G1, G2 … have these rules, in this order."""
    drg = [[f"G{n}", "", rule, "BR1", "MDCB", str(n)] for n, rule in enumerate(rules, 1)]
    return edition({"mdc": [["MDCB", "", "ZYZD in DI_B", "1"]], "adrg": [["BR1", "", "", "MDCB", "1"]], "drg": drg,
                    "sets": SETS, "cc": CC, "exclusions": [["EX_1", "B01", ""]]})  # fmt: skip


@pytest.mark.parametrize(
    "rules",
    [
        # A complication that counts beside only one of two principal diagnoses.
        ("QTZD in CC", ""),
        # What the earlier rows leave: an age above both, a missing age, another department, none.
        ("NL < 50", "NL > 5", ""),
        ("NL <= 17", "NL >= 60 and NL < 65", "NL > 20", ""),
        ("XB != 1", "XB = 1", ""),
        ("KB = '儿科'", "KB != '骨科'", "KB != '儿科'", ""),
        ("ZYTS > 60 and ICUXS >= 48", "LYFS != 5 and ZYTS > 60", "LYFS = 5", "ICUXS > 0", ""),
        # One more code than the earlier row bears.
        ("QTSS not in OP_A", ""),
        ("QTZD not in DI_B", "QTZD in DI_1", ""),
        ("length(OP_A ∩ {ZYSS, QTSS}) < 2", ""),
        ("length(OP_A ∩ {ZYSS, QTSS}) != 2", ""),
        # A newborn's age in days goes with no other age in years than 0.
        ("XSRTL <= 28", "XSRTL > 28", "NL = 0", ""),
    ],
)
def test_each_of_these_groups_has_a_witness_that_the_reference_puts_there(rules: tuple[str, ...]) -> None:
    tables = by_groups(*rules)
    found = witnesses(tables)

    assert names(tables, found.found) == {f"G{n}" for n in range(1, len(rules) + 1)}
    for target, case in found.found.items():
        assert group_stay(stay_of(case), tables.content).drg == tables.content.drgs[target.drg]


@pytest.mark.parametrize(
    ("rules", "impossible"),
    [
        (("NL >= 60", "(NL >= 70) and (ZYSS in OP_A)", ""), {"G2"}),
        (("ZYSS in OP_A", "ZYSS in OP_1", ""), {"G2"}),
        (("ZYSS in OP_1", "ZYSS in OP_A", ""), set()),
        (("QTSS not in OP_1", "QTSS not in OP_A", ""), {"G2"}),
        (("(QTZD in CC) or (QTZD in MCC)", "QTZD in CC", ""), {"G2"}),
        (("QTZD in CC", "(QTZD in CC) or (QTZD in MCC)", ""), {"G2"}),  # the edition has no MCC
        (("QTZD in MCC", ""), {"G1"}),
        (("(NL > 5) and (NL < 6)", ""), {"G1"}),
        (("(NL >= 5) and (NL < 6)", ""), set()),
        (("NL != 5", "NL = 5", "NL >= 0", ""), set()),  # nothing is left for G3, but no single row takes it
        (("(KB = '儿科') and (KB = '骨科')", "KB != '儿科'", "KB = '骨科'", ""), {"G1", "G3"}),
        (("ZYZD not in DI_B", ""), {"G1"}),
        (("(ZYSS in OP_1) and (ZYSS not in OP_A)", ""), {"G1"}),
        (("length(OP_A ∩ {ZYSS, QTSS}) >= 1", "length(OP_A ∩ {QTSS, ZYSS}) >= 2", ""), {"G2"}),
        (("1", "NL > 3"), {"G2"}),
        (("0", ""), {"G1"}),
    ],
)
def test_what_is_called_impossible_is_so(rules: tuple[str, ...], impossible: set[str]) -> None:
    tables = by_groups(*rules)
    found = witnesses(tables)

    assert names(tables, found.impossible) == impossible
    assert not names(tables, found.found) & impossible


def test_what_is_neither_found_nor_proven_is_open() -> None:
    tables = by_groups("NL != 5", "NL = 5", "NL >= 0", "")
    assert names(tables, witnesses(tables).open) == {"G3"}


CONTENT = edition({
    "mdc": [], "adrg": [], "drg": [], "exclusions": [["EX_1", "A", ""]], "cc": [["F", "", "EX_1", "MCC"], ["G", "", "", "CC"]],
    "sets": [[name, code, ""] for name, codes in (("DI_1", "AB"), ("DI_2", "BCF"), ("DI_3", "B"), ("OP_1", "12"), ("OP_2", "1"),
                                                  ("OP_3", "345")) for code in codes],
}).content  # fmt: skip


@settings(max_examples=150)
@given(RULES, st.lists(RULES, max_size=2), RULES, st.lists(STAYS, min_size=1, max_size=20))
def test_what_follows_does_so_for_every_stay(rule: Rule, others: list[Rule], more: Rule, stays: list[Stay]) -> None:
    # A rule beside itself, so that something follows; and beside others, of which something may.
    implications = Implications(CONTENT)
    narrower = syntax.All((rule, more))
    assert implications.always_taken(narrower, [more, *others])
    for one, takers in ((narrower, others), (rule, [more]), (narrower, [syntax.Any((rule, *others))])):
        if implications.always_taken(one, takers):
            for stay in stays:
                if proof(one, stay, CONTENT) is not None:
                    assert any(proof(taker, stay, CONTENT) is not None for taker in takers)
