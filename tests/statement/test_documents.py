"""Commands that make documents: names, whole or not at all, the same bytes again, refusals in one sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from drgdip.base.errors import EXIT_BLOCKED, DrgdipError, UsageError
from drgdip.cli.report import report
from drgdip.cli.statement import statement
from drgdip.statement.documents import file_names
from tests.statement.conftest import HOSTILE
from tests.statement.test_finished_run import edit


def call(command, *words: object) -> str:  # type: ignore[no-untyped-def]
    result = CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_statements_of_all_hospitals(settled: Path, tmp_path: Path) -> None:
    out = tmp_path / "forms"
    assert "4 份结算单" in call(statement, "--run", settled, "--out", out)
    names = sorted(os.listdir(out))
    assert names[:3] == [f"statement-H9901000000{i}.html" for i in (1, 2, 3)]
    assert names[3].startswith("statement-___script")
    assert names[4:] == ["statements.html"]
    assert (out / "statements.html").read_text(encoding="utf-8").count("<article") == 4
    call(statement, "--run", settled, "--out", tmp_path / "again")
    assert all((out / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_statements_of_some_as_json(settled: Path, tmp_path: Path) -> None:
    text = call(
        statement, "--run", settled, "--out", tmp_path / "f", "--hospital", "H99010000001", "--json", "--lang", "en"
    )
    assert json.loads(text) == [
        {"fixmedins_code": "H99010000001", "file": "statement-H99010000001.html", "paid_fen": 80_750}
    ]


def test_nothing_is_signed_on_a_failed_proof(altered: Path, tmp_path: Path) -> None:
    edit(altered, "proof.csv", '"yes"', '"no"')
    with pytest.raises(DrgdipError, match="proof") as refused:
        call(statement, "--run", altered, "--out", tmp_path / "forms")
    assert refused.value.exit_code == EXIT_BLOCKED
    assert not (tmp_path / "forms").exists()
    call(report, "--run", altered, "--hospital", "H99010000001", "-o", tmp_path / "one.html")
    assert 'class="alarm"' in (tmp_path / "one.html").read_text(encoding="utf-8")


def test_earlier_documents_are_replaced_only_when_told(settled: Path, tmp_path: Path) -> None:
    out, one = tmp_path / "forms", tmp_path / "one.html"
    for command, target in ((statement, out), (report, tmp_path / "pages")):
        more = ["--all"] if command is report else []
        call(command, "--run", settled, "--out", target, *more)
        with pytest.raises(UsageError, match="not empty"):
            call(command, "--run", settled, "--out", target, *more)
        call(command, "--run", settled, "--out", target, "--overwrite", *more)
        (target / "notes.txt").write_text("mine")
        with pytest.raises(UsageError, match=r"notes\.txt"):
            call(command, "--run", settled, "--out", target, "--overwrite", *more)
    call(report, "--run", settled, "--hospital", "H99010000001", "-o", one)
    with pytest.raises(UsageError, match="exists"):
        call(report, "--run", settled, "--hospital", "H99010000001", "-o", one)
    call(report, "--run", settled, "--hospital", "H99010000001", "-o", one, "--overwrite")
    assert sorted(os.listdir(tmp_path)) == ["forms", "one.html", "pages"]


def test_the_run_itself_is_never_replaced(altered: Path) -> None:
    before = sorted(os.listdir(altered))
    for command, more in ((statement, []), (report, ["--all"])):
        with pytest.raises(UsageError):
            call(command, "--run", altered, "--out", altered, "--overwrite", *more)
    assert sorted(os.listdir(altered)) == before


def test_all_pages_and_their_overview(settled: Path, tmp_path: Path) -> None:
    call(report, "--run", settled, "--all", "-o", tmp_path / "pages", "--lang", "en")
    names = sorted(os.listdir(tmp_path / "pages"))
    assert len(names) == 5
    index = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}"' in index for name in names if name != "index.html")


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["--hospital", "H99010000009"], "no hospital H99010000009"),
        (["--hospital", "H99010000001", "--all"], "Exactly one"),
        ([], "Exactly one"),
    ],
)
def test_wrong_use_is_told(settled: Path, tmp_path: Path, words: list[str], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        call(report, "--run", settled, "-o", tmp_path / "x.html", *words)
    assert os.listdir(tmp_path) == []


def test_a_folder_in_the_way_of_a_file(settled: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        call(report, "--run", settled, "--hospital", "H99010000001", "-o", tmp_path, "--overwrite")


def test_a_failure_leaves_no_file(altered: Path, tmp_path: Path) -> None:
    (altered / "cases.parquet").unlink()
    target = tmp_path / "out" / "page.html"
    with pytest.raises(UsageError):
        call(report, "--run", altered, "--hospital", "H99010000001", "-o", target)
    with pytest.raises(UsageError):
        call(report, "--run", altered, "--all", "-o", tmp_path / "pages")
    assert not target.exists()
    assert not (tmp_path / "pages").exists()
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_file_names_are_plain_and_never_clash() -> None:
    codes = ["H1", "h1", "a/b", "a_b", "../../etc", "", HOSTILE, "医院", "x" * 300, "x" * 299 + "y", "CON", "\udcff"]
    names = file_names("hospital", codes)
    assert list(names) == codes
    assert len({name.casefold() for name in names.values()}) == len(codes)
    assert all(name.startswith("hospital-") and name.isascii() and len(name) < 100 for name in names.values())
    assert all(not set(name) & set('/\\:*?"<>|') and ".." not in name for name in names.values())
    assert file_names("hospital", ["H1"]) == {"H1": "hospital-H1.html"}
