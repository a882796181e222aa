"""Grouping on a tiny edition; every expectation follows from its sheets by hand."""

from __future__ import annotations

import numpy as np
import pytest

from drgdip.grouping.drg import assign_groups
from tests.chs_drg.sample import TINY, batch, edition, group

TABLES = edition()


@pytest.mark.parametrize(
    ("diagnoses", "operations", "numbers", "expected"),
    [
        # The first category holds always, its adjacent groups go by the main operation only.
        ("B01", "90", {}, "AA19"),
        ("B01", "10 90", {}, "BB15"),
        # Both operations, in either order; one of them alone leaves the stay to its own category.
        ("E01 X01", "91 92", {}, "AC19"),
        ("E01 X01", "92 11 91", {}, "AC19"),
        ("E01 X01", "91 91", {}, "ER19"),
        # Newborns: 28 days is inside, 29 is not; a missing age in days is not; a missing weight meets no comparison.
        ("B01", "", {"age_years": 0, "age_days": 28, "birth_weight_g": 1499}, "PS19"),
        ("B01", "", {"age_years": 0, "age_days": 28, "birth_weight_g": 1500}, "BR19"),
        ("B01", "", {"age_years": 0, "age_days": 29, "birth_weight_g": 1499}, "BR19"),
        ("B01", "", {"age_years": 0, "birth_weight_g": 1499}, "BR19"),
        ("B01", "", {"age_years": 0, "age_days": 3}, "BR19"),
        ("B01", "", {"age_days": 3, "birth_weight_g": 900}, "BR19"),
        # Sex: the men's category takes men; others go on to the next that holds.
        ("M01", "", {"sex": 1}, "MZ19"),
        ("M01 X01", "", {"sex": 2}, "ER19"),
        ("M01", "", {"sex": 2}, "0000"),
        # An operation that does not fit is ambiguous; without one the stay is medical.
        ("B02", "11", {}, "BQY"),
        ("B01", "", {}, "BR19"),
        ("B02", "", {}, "BS19"),
        # A count of distinct codes, of main and other operations.
        ("E01", "20 21", {}, "EX19"),
        ("E01", "20 20", {}, "0000"),
        ("E01", "20", {}, "0000"),
        # MCC, CC, neither; the principal diagnosis can stand in the exclusion table.
        ("B01 X01", "10", {}, "BB11"),
        ("B01 X02", "10", {}, "BB13"),
        ("B01 X02 X01", "10", {}, "BB11"),
        ("B02 X01", "10", {}, "BB15"),
        ("B03 X02", "10", {}, "BB15"),
        ("B03 X02 X01", "10", {}, "BB11"),
        # A table without rows excludes nothing; a principal diagnosis counts as no complication of itself.
        ("B02 X03", "10", {}, "BB13"),
        ("B01 B01", "10", {}, "BB15"),
        # Codes that are not known are in no set.
        ("B01 nonsense", "10 nonsense", {}, "BB15"),
        ("nonsense", "", {}, "0000"),
        ("nonsense", "90", {}, "AA19"),
    ],
)
def test_each_stay_lands_where_the_sheets_put_it(
    diagnoses: str, operations: str, numbers: dict[str, int], expected: str
) -> None:
    assert group(TABLES, diagnoses, operations, **numbers) == expected


def test_a_category_whose_adjacent_groups_fail_gives_way_to_the_next() -> None:
    sheets = {**TINY, "adrg": [row for row in TINY["adrg"] if row[0] != "MZ1"]}
    sheets["drg"] = [row for row in TINY["drg"] if row[0] != "MZ19"]
    assert group(edition(sheets), "M01 X01", sex=1) == "ER19"


def test_rows_are_tried_in_their_order_wherever_they_stand() -> None:
    assert group(edition({**TINY, "adrg": TINY["adrg"][::-1], "drg": TINY["drg"][::-1]}), "B01 X01", "10") == "BB11"


def test_a_stay_without_diagnoses_is_ungrouped() -> None:
    assert group(TABLES, "", "90") == "0000"


def test_departments_compare_as_texts_and_missing_ones_meet_nothing() -> None:
    adrg = [["BK1", "", "KB = '儿科'", "MDCB", "1"], ["BK2", "", "KB != '儿科'", "MDCB", "2"], *TINY["adrg"][4:8]]
    tables = edition({**TINY, "adrg": [*TINY["adrg"][:4], *[[*row[:4], str(n)] for n, row in enumerate(adrg)],
                                       *TINY["adrg"][8:]]})  # fmt: skip
    assert tables.texts == ("儿科",)
    assert group(tables, "B01", department_id=0) == "BK1"
    assert group(tables, "B01", department_id=-2) == "BK2"
    assert group(tables, "B01", department_id=-1) == "BR19"


def test_audit_names_the_codes_that_decided_and_what_others_count_as() -> None:
    stays = [("B01 X01 X02", "11 10", {}), ("B02 X01", "10", {}), ("E01 X01", "92 11 91", {}), ("E01 X01", "", {})]
    columns = batch(TABLES, stays)
    result = assign_groups(columns, TABLES, audit=True)
    assert result["diagnosis_severity"].tolist() == [0, 2, 1, 0, -2, 0, 2, 0, 2]
    # BQY by its operation; BB15 by both; AC19 by both its operations, the second without a part; ER19 by the other diagnosis.
    assert result["procedure_role"].tolist() == [1, 0, 1, 1, 0, 1]
    assert result["diagnosis_role"].tolist() == [1, 0, 0, 1, 0, 0, 0, 1, 1]


def test_an_alternative_that_fails_is_not_evidence() -> None:
    rule = "(({ZYSS, QTSS} in OP1_AC1) and (QTZD in DI_ER)) or ({ZYSS, QTSS} in OP2_AC1)"
    adrg = [[*row[:2], rule, *row[3:]] if row[0] == "AC1" else row for row in TINY["adrg"]]
    tables = edition({**TINY, "adrg": adrg})
    result = assign_groups(batch(tables, [("B01", "91 92", {}), ("B01 X01", "91 92", {})]), tables, audit=True)
    assert [tables.adrg_codes[row] for row in result["adrg_row"]] == ["AC1", "AC1"]
    assert result["procedure_role"].tolist() == [0, 1, 1, 0]
    assert result["diagnosis_role"].tolist() == [0, 0, 1]


def test_more_than_a_hundred_codes() -> None:
    others = " ".join(f"Q{n:03d}" for n in range(150))
    tables = edition(diagnoses=others.split())
    assert group(tables, f"B01 {others} X01", "10 " + "11 " * 120) == "BB11"


def test_results_do_not_depend_on_the_batch() -> None:
    stays = [("B01", "90", {}), ("E01 X01", "91 92", {}), ("B02", "11", {}), ("M01", "", {"sex": 1})] * 30
    whole = assign_groups(batch(TABLES, stays), TABLES)
    single = [assign_groups(batch(TABLES, [stay]), TABLES) for stay in stays]
    for name, values in whole.items():
        assert np.array_equal(values, np.concatenate([one[name] for one in single]))
