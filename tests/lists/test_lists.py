"""Settlement lists as flat rows: every form of file, flags before order, and nothing guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drgdip.intake import json_values
from drgdip.intake.combine import Beside
from drgdip.intake.list_row import list_row
from drgdip.intake.list_source import ListSource
from tests.lists.sample import (
    message,
    outcome,
    stay,
    write_institutions,
    write_lists,
    write_results,
)


def beside(folder: Path, cases: list[dict[str, Any]]) -> Beside:
    return Beside([write_results(folder / "results.csv", cases)], [write_institutions(folder / "institutions.csv")])


@pytest.mark.parametrize("form", ["lines", "array", "pretty"])
@pytest.mark.parametrize("chunk_rows", [1, 2, 100_000])
def test_list_and_result_give_the_flat_row(tmp_path: Path, form: str, chunk_rows: int) -> None:
    cases = [stay(1), stay(2, diag_code="I63.900", oprn_oprt_code="", icu_hours=""), stay(3)]
    lists = write_lists(tmp_path / "lists.json", [message(case) for case in cases], form)
    flat = tmp_path / "flat.csv"
    from tests.intake.sample import write_csv

    write_csv(flat, cases)
    read = outcome(lists, chunk_rows=chunk_rows, beside=beside(tmp_path, cases))

    assert read.findings == []
    assert read.columns == outcome(flat, chunk_rows=chunk_rows).columns


def test_the_order_of_files_and_messages_does_not_matter(tmp_path: Path) -> None:
    cases = [stay(number) for number in range(1, 6)]
    lists = write_lists(tmp_path / "lists.json", [message(case) for case in cases])

    assert outcome(lists, beside=beside(tmp_path, cases[::-1])).set_aside == []


def body(**nodes: Any) -> dict[str, Any]:
    return {"setlinfo": {"setl_id": "S1"}, **nodes}


def diagnosis(code: str, main: str = "0", kind: str = "1") -> dict[str, str]:
    return {"diag_code": code, "maindiag_flag": main, "diag_type": kind}


def test_the_principal_diagnosis_comes_first_and_chinese_ones_stay_out() -> None:
    row = list_row(body(diseinfo=[diagnosis("B"), diagnosis("T", "1", "2"), diagnosis("A", "1"), diagnosis("C")]))

    assert row.cells["diag_code"] == "A|B|C"
    assert row.notes == ()


@pytest.mark.parametrize("flags", [("0", "0"), ("1", "1")])
def test_no_principal_diagnosis_or_two_are_a_finding(flags: tuple[str, str]) -> None:
    row = list_row(body(diseinfo=[diagnosis("A", flags[0]), diagnosis("B", flags[1])]))

    assert [(note.field, note.key) for note in row.notes] == [("diag_code", "principal_diagnosis_unclear")]


@pytest.mark.parametrize("kind", ["", "9", "西医"])
def test_a_diagnosis_of_unknown_kind_is_a_finding(kind: str) -> None:
    row = list_row(body(diseinfo=[diagnosis("A", "1"), diagnosis("B", "0", kind)]))

    assert [note.key for note in row.notes] == ["diagnosis_type_unclear"]


def test_the_main_operation_comes_first_and_empty_ones_do_not_count() -> None:
    operations = [
        {"oprn_oprt_code": "", "oprn_oprt_type": "1"},
        {"oprn_oprt_code": "1", "oprn_oprt_type": "2"},
        {"oprn_oprt_code": "2", "main_oprn_flag": "1"},
    ]
    row = list_row(body(oprninfo=operations))

    assert row.cells["oprn_oprt_code"] == "2|1"
    assert row.notes == ()
    unmarked = list_row(body(oprninfo=operations[:2]))
    assert unmarked.cells["oprn_oprt_code"] == "1"
    assert [note.key for note in unmarked.notes] == ["main_operation_unclear"]


@pytest.mark.parametrize(
    ("stays", "hours", "unclear"),
    [
        ([("2026-01-05 10:00:00", "2026-01-06 11:30:00", "")], "25.50", 0),
        ([("2026-01-05 10:00:00", "2026-01-05 10:00:00", "")], "0.00", 0),
        ([("2026-01-05 10:00:00", "2026-01-05 10:01:00", "")], "0.02", 0),
        ([("", "", "1/13/24"), ("", "", "0/0/36")], "38.00", 0),
        ([("2026-01-05 10:00", "2026-01-05 09:59", "")], None, 1),
        ([("soon", "later", ""), ("", "", "0/2/0")], "2.00", 1),
        ([("", "", "13/24")], None, 1),
        ([("", "", "")], None, 0),
    ],
)
def test_hours_in_intensive_care(stays: list[tuple[str, str, str]], hours: str | None, unclear: int) -> None:
    names = ("scs_cutd_inpool_time", "scs_cutd_exit_time", "scs_cutd_sum_dura")
    row = list_row(body(icuinfo=[dict(zip(names, times, strict=True)) for times in stays]))

    assert row.cells.get("icu_hours") == hours
    assert [note.key for note in row.notes] == ["intensive_care_unclear"] * unclear


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    path = write_lists(
        tmp_path / "a.json", ['{"setlinfo": {"setl_id": 12345678901234567890123, "nwb_bir_wt": 3200.10}}']
    )
    [piece] = ListSource(path).read(["setl_id", "nwb_bir_wt"], 10)

    assert piece.table.to_pylist() == [{"setl_id": "12345678901234567890123", "nwb_bir_wt": "3200.10"}]


def test_the_message_gives_what_the_list_lacks(tmp_path: Path) -> None:
    heads = {"mdtrtarea_admvs": "410400", "insuplc_admdvs": "410402", "fixmedins_code": "H1"}
    inner = {"setlinfo": {"setl_id": "S1", "fixmedins_code": "H2"}}
    path = write_lists(tmp_path / "a.json", [{**heads, "infno": "4101A", "input": inner}])
    source = ListSource(path)
    [piece] = source.read(source.columns, 10)

    assert piece.table.to_pylist() == [
        {"setl_id": "S1", "fixmedins_code": "H2", "insu_admdvs": "410402", "mdtrt_admdvs": "410400"}
    ]


BAD = [
    "{", "[1, 2]", "5", '"text"', "null", '{"input": []}', '{"input": null}', '{"setlinfo": []}', '{"setlinfo": "x"}',
    '{"setlinfo": {"setl_id": ["S1"]}}', '{"setlinfo": {"setl_id": NaN}}', '{"setlinfo": {"setl_id": Infinity}}',
    '{"setlinfo": {"setl_id": 1, "setl_id": 2}}', '{"setlinfo": {"psn_no": "\\ud800"}}', '{"setlinfo": {"setl_id": "S"',
    '{"setlinfo": {"setl_id": "S"}} trailing', '{"setlinfo": {}, "diseinfo": {"diag_code": "A"}}',
    '{"setlinfo": {}, "diseinfo": ["A"]}', '{"setlinfo": {}, "oprninfo": "47.0100"}',
    '{"setlinfo": {}, "icuinfo": [{"scs_cutd_sum_dura": {}}]}',
    '{"setlinfo": {}, "diseinfo": [{"diag_code": "A|B", "diag_type": "1", "maindiag_flag": "1"}]}',
    "[" * 10_000, '{"a":' * 10_000, '{"setlinfo": ' + "[" * 10_000 + "]" * 10_000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_one_bad_line_costs_one_row(tmp_path: Path, bad: str) -> None:
    cases = [stay(1), stay(3)]
    lists = write_lists(tmp_path / "lists.json", [message(cases[0]), bad, message(cases[1])])
    read = outcome(lists, beside=beside(tmp_path, cases))

    assert read.keys() == [(2, "", "malformed_list")]
    assert read.set_aside == [2]
    assert read.findings[0].value


def test_bad_items_of_an_array_cost_one_row_each(tmp_path: Path) -> None:
    cases = [stay(1), stay(5)]
    items = [message(cases[0]), "5", "", '{"setlinfo": [}', message(cases[1])]
    read = outcome(write_lists(tmp_path / "a.json", items, "array"), beside=beside(tmp_path, cases))

    assert read.keys() == [(row, "", "malformed_list") for row in (2, 3, 4)]


def test_what_a_truncated_file_still_holds_is_read(tmp_path: Path) -> None:
    cases = [stay(1), stay(2)]
    path = write_lists(tmp_path / "a.json", [message(case) for case in cases], "array")
    path.write_bytes(path.read_bytes()[:-40])
    read = outcome(path, beside=beside(tmp_path, cases))

    assert read.keys() == [(2, "", "malformed_list")]


def test_bytes_that_are_no_text_cost_one_row(tmp_path: Path) -> None:
    good = json.dumps(message(stay(1)))
    path = tmp_path / "a.json"
    path.write_bytes(good.encode() + b'\n{"setlinfo": {"setl_id": "\xff\xfe"}}\n')

    assert outcome(path, beside=beside(tmp_path, [stay(1)])).keys() == [(2, "", "malformed_list")]


def test_a_value_beyond_all_measure_costs_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MAX_VALUE_BYTES", 100_000)
    huge = '{"setlinfo": {"setl_id": "' + "x" * 300_000 + '"}}'
    cases = [stay(1), stay(3)]
    for form in ("lines", "array"):
        lists = write_lists(tmp_path / f"{form}.json", [message(cases[0]), huge, message(cases[1])], form)
        read = outcome(lists, beside=beside(tmp_path, cases))
        assert read.keys() == [(2, "", "malformed_list")]


def test_unknown_fields_are_reported_and_their_number_is_bounded(tmp_path: Path) -> None:
    wide = {"setl_id": "S1", **{f"x{number}": "1" for number in range(5_000)}}
    source = ListSource(write_lists(tmp_path / "a.json", [{"setlinfo": wide}]))

    assert source.columns[:2] == ("setl_id", "x0")
    assert len(source.columns) < 200


def test_personal_data_are_not_kept(tmp_path: Path) -> None:
    path = write_lists(tmp_path / "a.json", [{"setlinfo": {"setl_id": "S1", "certno": "secret", "psn_name": "secret"}}])
    source = ListSource(path)
    [piece] = source.read(source.columns, 10)

    assert "secret" not in str(piece.table.to_pylist())
