"""Catalogues that cannot be drawn from, or only in part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from drgdip.base.errors import TablesError
from drgdip.synthetic import synthesize
from drgdip.synthetic.catalogue import read_statistics
from drgdip.tables import CodeSystem, Group, compile_dip

DIAGNOSES = ("K35.800", "K35.800x001", "K35.900", "J18.900")
PROCEDURES = ("47.0100", "47.0900", "54.1900", "88.0100")
TYPES = dict(zip(PROCEDURES, ("surgery", "surgery", "surgery", "diagnostic"), strict=True))


def group(
    code: str, kind: str, category: str, operations: str = "", cases: str = "100", treatment: str = "", cv: str = "0.5"
) -> Group:
    return Group(code, kind, treatment, category, operations, code, "900", "5000", "6.5", cv, cases, "0")


def catalogue(groups: Sequence[Group]) -> Any:
    return compile_dip(
        groups, CodeSystem(DIAGNOSES, DIAGNOSES), CodeSystem(PROCEDURES, PROCEDURES), TYPES, 1000, "5500"
    )


BASE = group("K35.8", "core", "K35.8")
OPERATED = group("K35.8:47.0100", "core", "K35.8", "47.0100/47.0900+54.1900")
BY_SUBCATEGORY = group("K35.9:47.01", "core", "K35.9", "47.01", cases="40")
DIAGNOSTIC = group("K35:D", "comprehensive", "K35", treatment="diagnostic")
OF_NO_CODE = group("A00:C", "comprehensive", "A00", treatment="conservative", cases="7")


def test_groups_without_codes_are_left_out_and_counted(tmp_path: Path) -> None:
    tables = catalogue([BASE, OPERATED, BY_SUBCATEGORY, DIAGNOSTIC, OF_NO_CODE])
    result = synthesize(tmp_path / "a.parquet", tables=tables, cases=400, month="2026-01")

    assert (result.groups, result.left_out, result.left_out_cases) == (3, ("K35.9:47.01", "A00:C"), 47)
    assert result.rows == 400


def test_codes_of_each_group_by_hand(tmp_path: Path) -> None:
    """A third of the stays each; the alternatives of the main operation both occur, what must go with it always."""
    synthesize(tmp_path / "a.parquet", tables=catalogue([BASE, OPERATED, DIAGNOSTIC]), cases=3_000, month="2026-01")
    table = pq.read_table(tmp_path / "a.parquet", columns=["diag_code", "oprn_oprt_code"]).to_pylist()
    main = [(row["diag_code"].split("|")[0][:5], (row["oprn_oprt_code"] or "").split("|")) for row in table]

    base = [codes for category, codes in main if category == "K35.8" and codes == [""]]
    operated = [codes for category, codes in main if category == "K35.8" and codes[0][:2] == "47"]
    diagnostic = [codes for _, codes in main if codes[0] == "88.0100"]
    assert len(base) + len(operated) + len(diagnostic) == 3_000
    assert all(850 < len(found) < 1_150 for found in (base, operated, diagnostic))
    assert {codes[0] for codes in operated} == {"47.0100", "47.0900"}
    assert all(codes[1] == "54.1900" for codes in operated)


def test_a_catalogue_without_case_counts() -> None:
    with pytest.raises(TablesError, match="case counts"):
        read_statistics(catalogue([group("K35.8", "core", "K35.8", cases="")]))


@pytest.mark.parametrize("cv", ["", "-1", "nan", "high"])
def test_a_group_without_variation(cv: str) -> None:
    with pytest.raises(TablesError, match=r"K35\.8"):
        read_statistics(catalogue([group("K35.8", "core", "K35.8", cv=cv)]))


def test_a_group_without_cases_needs_no_figures() -> None:
    statistics = read_statistics(catalogue([BASE, group("K35.9", "core", "K35.9", cases="", cv="")]))

    assert statistics.cv.tolist() == [0.5, 0.0]
    assert statistics.mean_stay_days.tolist() == [6.5, 0.0]


def test_a_catalogue_that_no_code_leads_to(tmp_path: Path) -> None:
    with pytest.raises(TablesError, match="No codes lead"):
        synthesize(tmp_path / "a.csv", tables=catalogue([OF_NO_CODE]), cases=1, month="2026-01")
