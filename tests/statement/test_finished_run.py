"""A run's folder read again: exact, and refused in one sentence if it is not as it was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drgdip.base.errors import UsageError
from drgdip.pipeline.finished_run import read_finished_run
from drgdip.statement.finished_run import FinishedRun, contradictions
from tests.statement import sample


def edit_record(folder: Path, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    path = folder / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file behind the back of the hash that the record keeps of it."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    edit_record(folder, lambda record: record.update(outputs={}))


def test_figures_are_read_back_to_the_fen(settled: Path) -> None:
    run = read_finished_run(settled)
    rows = {(row.hospital_code, row.pool): row for row in run.rows}
    first = rows["H99010000001", "310"]
    assert (first.payable_fen, first.recorded_fen, first.due_fen, first.paid_fen) == (
        1_310_000,
        1_410_000,
        1_244_500,
        0,
    )
    assert (first.points_e4, first.point_value_e4, first.prepayment_offset_fen) == (11_000_000, 100_000, 1_144_500)
    assert first.pool_name == ("职工", "Employees")
    assert [(line.item_id, line.taken_fen, line.carried_fen) for line in run.deductions] == [
        ("A-1", 100_000, 0), ("P-1", 1_144_500, 855_500),
    ]  # fmt: skip
    assert run.groups["K35.3"].cost_ratio_e4 == 25_000
    assert run.broken_proof == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("statement.csv", "13100.00", "13100.01"),
        ("statement.csv", "13100.00", "13100"),
        ("statement.csv", "13100.00", "1e4"),
        ("statement.csv", "13100.00", "nan"),
        ("statement.csv", "13100.00", "13100.001"),
        ("statement.csv", "14100.00", "14100.01"),
        ("statement.csv", '"390"', '"391"'),
        ("statement.csv", '"2026-01"', '"2026-02"'),
        ("statement.csv", ",10.0000,", ",10.0001,"),
        ("statement.csv", "payable_yuan", "payable"),
        ("statement.csv", "807.50,0", "807.50,1"),
        ("deductions.csv", "11445.00", "11444.00"),
        ("deductions.csv", '310",30', '310",40'),
        ("deductions.csv", '310",30', '310",31'),
        ("groups.csv", "2.5000", "two"),
        ("proof.csv", "holds", "held"),
        ("run.json", '"payable"', '"payed"'),
        ("run.json", '"settled": 7', '"settled": 8'),
    ],
)
def test_a_changed_figure_is_noticed_even_where_the_hash_was_removed(
    altered: Path, name: str, old: str, new: str
) -> None:
    edit(altered, name, old, new)
    if (name, new) == ("statement.csv", "13100"):
        read_finished_run(altered)  # the same amount in other words
        return
    with pytest.raises(UsageError) as refused:
        read_finished_run(altered)
    assert len(refused.value.fact.zh.splitlines()) == 1
    assert str(altered) in refused.value.fact.zh


@pytest.mark.parametrize("name", ["statement.csv", "deductions.csv", "groups.csv", "proof.csv"])
def test_any_changed_byte_is_noticed(altered: Path, name: str) -> None:
    path = altered / name
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UsageError, match="changed since the run"):
        read_finished_run(altered)


@pytest.mark.parametrize("name", ["statement.csv", "deductions.csv", "groups.csv", "proof.csv"])
def test_a_missing_file_is_noticed(altered: Path, name: str) -> None:
    (altered / name).unlink()
    with pytest.raises(UsageError, match="missing"):
        read_finished_run(altered)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"month": 1}', "\udcff"])
def test_a_damaged_record_is_refused(altered: Path, content: str) -> None:
    (altered / "run.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match="damaged"):
        read_finished_run(altered)


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match="not the folder"):
            read_finished_run(path)


def test_a_run_without_its_standing_is_settled_again(altered: Path) -> None:
    edit_record(altered, lambda record: record.update(standing=None))
    with pytest.raises(UsageError, match="earlier version"):
        read_finished_run(altered)


def test_a_proof_that_failed_is_known(altered: Path) -> None:
    edit(altered, "proof.csv", '"yes"', '"no"')
    assert read_finished_run(altered).broken_proof == ["rows"]


def finished(**changes: object) -> FinishedRun:
    run = FinishedRun(sample.RUN, sample.ROWS, sample.DEDUCTIONS, {}, [])
    return run._replace(**changes)  # type: ignore[arg-type]


def test_the_sample_does_not_contradict_itself() -> None:
    carried = sample.DeductionLine("H001", "resident", 99, "2026-01-01", "NEG", 4_321, 0, 4_321)
    assert list(contradictions(finished(deductions=(*sample.DEDUCTIONS, carried)))) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"difference_fen": 1}, "the difference is not"),
        ({"due_fen": 1}, "the due is not"),
        ({"paid_fen": 1}, "the paid is not"),
        ({"cases": 11}, "number of cases"),
        ({"month": "2026-02"}, "the month is not"),
        ({"pool": "other"}, "the point value is not"),
    ],
)
def test_a_row_that_is_not_what_it_is_made_of(change: dict[str, object], words: str) -> None:
    rows = [sample.ROWS[0]._replace(**change), *sample.ROWS[1:]]  # type: ignore[arg-type]
    assert words in " ".join(text.en for text in contradictions(finished(rows=rows)))


def test_rows_and_deductions_that_do_not_belong() -> None:
    twice = " ".join(text.en for text in contradictions(finished(rows=[*sample.ROWS, sample.ROWS[0]])))
    assert "repeats a row" in twice
    assert "the sum of payable" in twice
    assert "deductions are not" in " ".join(t.en for t in contradictions(finished(deductions=())))
    extra = sample.DeductionLine("H009", "employee", 10, "2026-01-01", "X", 5, 5, 0)
    assert "H009" in " ".join(t.en for t in contradictions(finished(deductions=(*sample.DEDUCTIONS, extra))))
    odd = sample.DEDUCTIONS[0]._replace(carried_fen=1)
    assert "deduction J-2" in " ".join(t.en for t in contradictions(finished(deductions=(odd, sample.DEDUCTIONS[1]))))
