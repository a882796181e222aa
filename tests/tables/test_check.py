"""Checks of an edition on disk: clean ones are clean, each damage is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from drgdip.base.errors import TablesError
from drgdip.tables import TablesFileError, load_tables
from drgdip.tables.check import check_edition
from drgdip.tables.edition import open_edition
from drgdip.tables.problems import KINDS, TableProblem


@pytest.fixture
def demo(root: Path, tmp_path: Path) -> Path:
    """A copy of the demo edition."""
    return Path(shutil.copytree(root / "grouper_tables" / "demo", tmp_path / "demo"))


def change(folder: Path, file: str, edit: Callable[[str], str], sign: bool = True) -> None:
    """Change a file; ``sign`` also puts its new hash into the manifest, as an import would."""
    path, manifest = folder / file, folder / "manifest.yaml"
    before = path.read_bytes()
    after = edit(before.decode()).encode()
    assert after != before
    path.write_bytes(after)
    if sign:
        text = manifest.read_text(encoding="utf-8")
        manifest.write_text(text.replace(sha256(before).hexdigest(), sha256(after).hexdigest()), encoding="utf-8")


def found(folder: Path) -> list[tuple[str, int, str, str]]:
    return [(p.key, p.row, p.field, p.value) for p in check_edition(open_edition(folder))]


def test_the_demo_edition_is_clean(demo: Path) -> None:
    assert found(demo) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "expected"),
    [
        ("groups.csv", "K35:SS,", "K35:BSZL,", ("duplicate_code", 15, "dip_code", "K35:BSZL")),
        ("groups.csv", "47.09,急", "47.0100,急", ("duplicate_combination", 11, "operations", "47.0100")),
        ("groups.csv", "K35:SS,comprehensive,surgery", "K35:SS,comprehensive,diagnostic",
         ("duplicate_comprehensive", 14, "treatment_type", "diagnostic")),
        ("groups.csv", "47.09,急", "47.08,急", ("unknown_operation", 11, "operations", "47.08")),
        ("groups.csv", "A46.X,,丹", "A47.X,,丹", ("unknown_diagnosis", 1, "diagnosis_category", "A47.X")),
        ("groups.csv", "保守治疗,300,3000", "保守治疗,-300,3000", ("not_positive", 1, "points", "-300")),
        ("groups.csv", "保守治疗,300,3000", "保守治疗,0,3000", ("group_without_weight", 1, "points", "0")),
        ("groups.csv", "保守治疗,300,3000", "保守治疗,300,", ("missing_value", 1, "mean_cost_yuan", "")),
        ("groups.csv", ",0.4,200,0", ",0.4,201,0", ("row_count", 0, "cases", "2761 ≠ 2760")),
        ("groups.csv", ",0.3,500,1", ",0.3,500,2", ("unknown_value", 2, "primary_care", "2")),
        ("treatment_types.csv", "45.7300,surgery", "45.7300,cutting", ("unknown_type", 7, "treatment_type", "cutting")),
        ("treatment_types.csv", "45.7300,", "45.7301,", ("unknown_procedure", 7, "code", "45.7301")),
        ("treatment_types.csv", "96.0700,therapeutic,invented\n", "", ("untyped_procedures", 0, "code", "1: 96.0700 …")),
    ],
)  # fmt: skip
def test_a_defect_is_found(demo: Path, file: str, before: str, after: str, expected: tuple[str, int, str, str]) -> None:
    change(demo, file, lambda text: text.replace(before, after, 1))

    assert expected in found(demo)


def test_a_changed_file_is_found_and_not_loaded(demo: Path) -> None:
    change(demo, "groups.csv", lambda text: text.replace(",300,3000", ",301,3000"), sign=False)

    assert found(demo) == [("file_changed", 0, "", "")]
    with pytest.raises(TablesFileError, match=r"groups\.csv: the file is not the one"):
        load_tables(path=demo)


def test_a_missing_file_is_found_and_not_loaded(demo: Path) -> None:
    (demo / "procedures.csv").unlink()

    assert found(demo) == [("file_missing", 0, "", "")]
    with pytest.raises(TablesFileError, match=r"procedures\.csv: the file is missing"):
        load_tables(path=demo)


def test_tables_with_errors_are_not_loaded(demo: Path) -> None:
    change(demo, "groups.csv", lambda text: text.replace("47.09,急", "47.08,急"))

    with pytest.raises(TablesFileError) as raised:
        load_tables(path=demo)

    assert raised.value.exit_code == 3
    assert raised.value.problems == [TableProblem("unknown_operation", "groups.csv", 11, "operations", "47.08")]


def test_tables_with_warnings_are_loaded(demo: Path) -> None:
    change(demo, "treatment_types.csv", lambda text: text.replace("96.0700,therapeutic,invented\n", ""))

    assert load_tables(path=demo).groups.procedure_treatment_type[-1] == -1


def test_a_manifest_with_an_unknown_key_is_refused(demo: Path) -> None:
    manifest = demo / "manifest.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")

    with pytest.raises(TablesError, match=r"colour of .*manifest\.yaml"):
        load_tables(path=demo)


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TablesError, match="cannot be read"):
        load_tables(path=tmp_path)


def test_an_unknown_edition_names_those_at_hand() -> None:
    with pytest.raises(TablesError) as raised:
        load_tables("dip", "1999")

    assert "2.0-pingdingshan-2025" in raised.value.advice.zh


def test_own_folders_come_first(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(demo, "groups.csv", lambda text: text.replace(",300,3000", ",301,3000"))
    monkeypatch.setenv("DRGDIP_TABLES", str(demo.parent))

    assert load_tables("dip", "demo").row(0)["points"] == "301"


def test_every_kind_of_problem_says_what_to_do() -> None:
    assert all(kind.words.zh and kind.words.en and kind.remedy.zh and kind.remedy.en for kind in KINDS.values())
