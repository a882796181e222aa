"""A hospital's page: its own cases, findings and rows, and nobody else's."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from drgdip.base.errors import UsageError
from drgdip.base.text import Language
from drgdip.pipeline.finished_run import read_finished_run
from drgdip.statement.documents import file_names
from drgdip.statement.finished_run import FinishedRun
from drgdip.statement.hospital_cases import read_cases, sums_by_hospital
from drgdip.statement.hospital_findings import ROWS_LISTED, findings_by_hospital
from drgdip.statement.hospital_report import hospital_html, index_html
from tests.statement.conftest import HOSTILE
from tests.statement.outline import Outline, check_harmless
from tests.statement.test_settlement_form import table_rows


@pytest.fixture(scope="module")
def run(settled: Path) -> FinishedRun:
    return read_finished_run(settled)


def page(run: FinishedRun, folder: Path, hospital: str, language: Language = "zh") -> str:
    return dict(hospital_html(run, folder, [hospital], language))[hospital]


def test_deviations_by_group(run: FinishedRun, settled: Path) -> None:
    """H99010000002: EX03 two and a half times its mean, 3500 of 8500; EX04 without a group, 900 of 1500."""
    rows = table_rows(page(run, settled, "H99010000002"))
    core = ["K35.3", "急性阑尾炎伴局限性腹膜炎:保守治疗", "1", "0", "1", "0", "0", "12,500.00", "5,000.00", "2.5000",
            "7,500.00", "3,500.00", "8,500.00", "-5,000.00", "2.5000"]  # fmt: skip
    none = ["—", "未入组", "1", "0", "0", "0", "0", "2,000.00", "10,000.00", "0.2000", "1,400.00", "900.00", "1,500.00",
            "-600.00", "0.2000"]  # fmt: skip
    assert rows.index(core) < rows.index(none)
    assert ["高费用" in "".join(row) for row in rows]
    total = ["合计", "2", "0", "1", "0", "0", "7,250.00", "7,500.00", "0.9667", "8,900.00", "4,400.00", "10,000.00",
             "-5,600.00", ""]  # fmt: skip
    assert total in rows


def test_bands_and_cases(run: FinishedRun, settled: Path) -> None:
    rows = table_rows(page(run, settled, "H99010000001"))
    assert ["正常费用", "1", "12,000.00", "12,000.00", "10,000.00", "1.2000", "1,100.0000", "11,000.00", "7,500.00",
            "8,500.00", "-1,000.00"] in rows  # fmt: skip
    assert ["按项目", "1", "8,000.00", "8,000.00", "8,000.00", "1.0000", "0.0000", "8,000.00", "5,600.00", "5,600.00",
            "0.00"] in rows  # fmt: skip
    listed = [row[0] for row in rows if row and row[0].startswith("EX")]
    assert listed == ["EX01", "EX02"]
    assert ["P-1" in row for row in rows].count(True) == 1


def test_only_its_own_rows_are_shown(run: FinishedRun, settled: Path) -> None:
    third, first = (Outline(page(run, settled, code)).text for code in ("H99010000003", "H99010000001"))
    assert "EX07" in third
    assert "基金支付总额 " in third
    assert "1400.00" in third
    assert "EX07" not in first
    assert "所有行均已结算" in first
    assert "没有发现数据问题" in first


def test_hostile_text_stays_text(run: FinishedRun, settled: Path) -> None:
    for language in ("zh", "en"):
        html = page(run, settled, HOSTILE, language)  # type: ignore[arg-type]
        outline = check_harmless(html)
        assert "EX08</td>" in outline.text
        assert "=1+1" in outline.text
        assert outline.tags.count("svg") == 2
    check_harmless(index_html(run, file_names("hospital", run.hospitals)))


def test_english_has_only_the_catalogue_in_chinese(run: FinishedRun, settled: Path) -> None:
    text = Outline(page(run, settled, "H99010000003", "en")).text
    for group in run.groups.values():
        text = text.replace(group.name, "") if group.name else text
    assert not re.search("[\u4e00-\u9fff]", text)


def test_one_and_all_give_the_same_page(run: FinishedRun, settled: Path) -> None:
    every = dict(hospital_html(run, settled, run.hospitals))
    assert list(every) == run.hospitals
    assert all(every[code] == page(run, settled, code) for code in run.hospitals)


def test_a_hospital_without_cases_has_a_page(run: FinishedRun, settled: Path) -> None:
    row = run.rows[-1]
    empty = row._replace(
        hospital_code="H0", **{name: 0 for name in row._fields if name.endswith(("_fen", "cases", "points_e4"))}
    )
    html = page(run._replace(rows=[*run.rows, empty]), settled, "H0")
    assert "<svg" not in html
    assert "H0" in html


def test_cases_that_do_not_come_to_the_statement_are_refused(run: FinishedRun, altered: Path) -> None:
    path = altered / "cases.parquet"
    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    with pytest.raises(UsageError, match="do not come to its statement"):
        page(run, altered, "H99010000001")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UsageError, match="damaged"):
        page(run, altered, "H99010000001")


@pytest.mark.parametrize("name", ["findings.csv", "set_aside.csv"])
@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n", "\udcff"])
def test_damaged_lists_are_refused(run: FinishedRun, altered: Path, name: str, content: str | None) -> None:
    (altered / name).unlink()
    if content is not None:
        (altered / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match="damaged"):
        page(run, altered, "H99010000001")


def test_long_lists_say_where_the_rest_is(run: FinishedRun, altered: Path) -> None:
    for name in ("findings.csv", "set_aside.csv"):
        path = altered / name
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        row = next(row for row in rows if "EX07" in row)
        many = [row.replace(",7,", f",{number},", 1) for number in range(100, 101 + ROWS_LISTED)]
        path.write_text(head + "".join(many), encoding="utf-8")
    found = findings_by_hospital(altered, {})
    assert set(found) == {"H99010000003"}
    assert found["H99010000003"].counts == {"fund_identity_broken": ROWS_LISTED + 1}
    text = Outline(page(run, altered, "H99010000003")).text
    assert f"共 {ROWS_LISTED + 1} 行,此处列出前 {ROWS_LISTED} 行;全部见 set_aside.csv" in text
    assert f"共 {ROWS_LISTED + 1} 条,此处列出前 {ROWS_LISTED} 条;全部见 findings.csv" in text


def test_a_very_long_value_is_cut(run: FinishedRun, altered: Path) -> None:
    path = altered / "findings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace('"1400.00"', '"' + "9" * 300_000 + '"'), encoding="utf-8")
    html = page(run, altered, "H99010000003")
    assert "9" * 59 + "…" in html
    assert "9" * 61 not in html


def test_a_notice_goes_to_the_hospital_of_the_settled_case(settled: Path, altered: Path) -> None:
    path = altered / "findings.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    moved = rows[0].replace('"EX07"', '"EX05"').replace(",7,", ",5,", 1)
    whole_file = rows[0].replace('"EX07"', '""').replace(",7,", ",0,", 1)
    path.write_text(head + moved + whole_file, encoding="utf-8")
    found = findings_by_hospital(altered, {"EX05": "H99010000003"})
    assert found["H99010000003"].counts == {"fund_identity_broken": 1}
    assert findings_by_hospital(altered, {}).keys() == found.keys()


def test_sums_come_from_the_cases(settled: Path) -> None:
    table = read_cases(settled / "cases.parquet", ["H99010000001", "H99010000002"])
    sums = sums_by_hospital(table, {})["H99010000001"]
    assert [(pool.code, pool.cases, pool.payable_fen) for pool in sums.pools] == [
        ("310", 2, 1_310_000),
        ("390", 1, 85_000),
    ]
    assert [(case.setl_id, case.difference_fen) for case in sums.shortfalls] == [("EX01", -100_000), ("EX02", -15_000)]
