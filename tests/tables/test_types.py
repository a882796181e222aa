"""Treatment types that are published: import, standing, and what rests on those that are not."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from drgdip.base.errors import UsageError
from drgdip.cli.tables import tables
from drgdip.tables import TablesFileError, load_tables
from drgdip.tables.edition import open_edition
from drgdip.tables.locate import edition_folder
from drgdip.tables.manifest import About, Manifest, Words
from drgdip.tables.problems import TableProblem
from drgdip.tables.type_import import import_types
from drgdip.tables.type_standing import type_standings, with_types

PROCEDURES = ("47.0100", "54.2400", "88.5500", "96.0700")
#: A stay that goes to a comprehensive group of K35 by its main operation, unless a core group takes it.
STAYS = "setl_id,diag_code,oprn_oprt_code\n"


@pytest.fixture
def home(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of tables of one's own, with a short list of procedures."""
    folder = tmp_path / "home"
    systems = folder / "code_systems" / "short"
    systems.mkdir(parents=True)
    source = root / "grouper_tables" / "code_systems" / "procedure-yb-2.0"
    text = "code,name\n" + "".join(f"{code},{code}\n" for code in PROCEDURES)
    (systems / "codes.csv").write_text(text, encoding="utf-8")
    shutil.copy(source / "manifest.yaml", systems / "manifest.yaml")
    monkeypatch.setenv("DRGDIP_TABLES", str(folder))
    return folder


def imported(home: Path, source: Path, **options: Any) -> tuple[Manifest, list[TableProblem]]:
    return import_types(
        source, "city", home / "treatment_types" / "city", About(title=Words(zh="市", en="city")), procedures="short",
        imported_at=date(2026, 1, 1), **options,
    )  # fmt: skip


def typed(home: Path) -> list[str]:
    return (home / "treatment_types" / "city" / "types.csv").read_text(encoding="utf-8").splitlines()[1:]


def write(tmp_path: Path, *rows: str, header: str = "编码,类别") -> Path:
    path = tmp_path / "types.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="gb18030")
    return path


def test_a_citys_list_is_imported_in_the_order_of_the_procedures(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "88.5500,诊断性操作", "47.0100,手术", "54.2400,Diagnostic", "99.9999,手术")

    manifest, warnings = imported(home, source, columns=("编码", "类别"))

    assert typed(home) == ["47.0100,surgery,published", "54.2400,diagnostic,published", "88.5500,diagnostic,published"]
    assert manifest.rows == {"procedures": 3, "published": 3, "diagnostic": 2, "surgery": 1}
    assert [(p.key, p.severity, p.row, p.value) for p in warnings] == [
        ("unlisted_type", "warning", 4, "99.9999"), ("untyped_procedures", "warning", 0, "1: 96.0700 …")
    ]  # fmt: skip


def test_what_a_list_leaves_open_is_filled_and_keeps_its_evidence(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path, "88.5500,治疗性操作", "36.0700,介入治疗")

    _, warnings = imported(home, source, columns=("编码", "类别"), fill="derived-2026")

    assert [row.split(",")[:2] for row in typed(home)] == [
        ["47.0100", "surgery"], ["54.2400", "diagnostic"], ["88.5500", "therapeutic"], ["96.0700", "therapeutic"],
    ]  # fmt: skip
    assert [row.split(",")[2] == "published" for row in typed(home)] == [False, False, True, False]
    assert [(p.key, p.value) for p in warnings] == [("unlisted_type", "36.0700")]


def test_a_workbook_of_types(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (["手术操作分类"], ["序号", "code", "treatment_type"], [1, "47.0100", "手术"]):
        book.active.append(cells)
    book.save(tmp_path / "types.xlsx")

    imported(home, tmp_path / "types.xlsx")

    assert typed(home) == ["47.0100,surgery,published"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("47.0100,开刀", ("unknown_type", 2, "类别", "开刀")),
        ("47.0100,", ("unknown_type", 2, "类别", "")),
        ("88.5500,手术", ("duplicate_code", 2, "编码", "88.5500")),
        (",手术", ("missing_value", 2, "编码", "")),
    ],
)
def test_wrong_rows_are_told(home: Path, tmp_path: Path, row: str, problem: tuple[str, int, str, str]) -> None:
    with pytest.raises(TablesFileError) as raised:
        imported(home, write(tmp_path, "88.5500,诊断性操作", row), columns=("编码", "类别"))

    assert [(p.key, p.row, p.field, p.value) for p in raised.value.problems] == [problem]
    assert not (home / "treatment_types").exists()


@pytest.mark.parametrize("columns", [("code",), ("code", ""), ("a", "b", "c")])
def test_two_columns_are_named(home: Path, tmp_path: Path, columns: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="must name two columns"):
        imported(home, write(tmp_path), columns=columns)


def test_standing_follows_from_the_evidence(root: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(root / "grouper_tables" / "demo", tmp_path / "demo"))
    types = folder / "treatment_types.csv"
    text = types.read_text(encoding="utf-8")
    text = text.replace("47.0100,surgery,invented", "47.0100,surgery,published").replace(
        "54.2400,diagnostic,invented\n", ""
    )
    types.write_text(text, encoding="utf-8")
    opened = open_edition(folder)
    procedures = load_tables("dip", "demo").procedures

    found = dict(zip(procedures.codes, type_standings(opened, procedures), strict=True))

    assert (found["47.0100"], found["54.2400"], found["88.5500"]) == ("published", "missing", "derived")
    shipped = open_edition(edition_folder("dip", "2.0-pingdingshan-2025"))
    city = load_tables("dip", "2.0-pingdingshan-2025").procedures
    assert set(type_standings(shipped, city)) == {"derived"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(tables, ["types", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Stays of the demo edition; K35.8 has no core group, and K35 comprehensive groups of all four types."""
    path = tmp_path / "cases.csv"
    path.write_text(
        STAYS + "core,K35.300,47.0100\n"  # a core group: the type does not matter
        "surgery,K35.800,45.7300\nsurgery2,K35.800,45.7300|96.0700\n"
        "therapy,K35.800,96.0700\nnone,K35.800,\npneumonia,J18.900,44.1300x001\n",
        encoding="utf-8",
    )
    return path


def test_what_rests_on_types_that_nobody_published(cases: Path) -> None:
    found = json.loads(run("--edition", "demo", "--cases", cases, "--json").output)

    assert found["operations"] == {"published": 0, "derived": 15, "missing": 0}
    # All but the core group are looked up by type; the stay without operations needs none.
    assert (found["cases"], found["comprehensive"]) == (6, 5)
    assert found["resting"] == {"derived": 4, "missing": 0}
    assert found["groups"] == {"": 1, "K35:SS": 2, "K35:ZLXCZ": 1}
    # Pneumonia has a conservative group only: the endoscopy is ungrouped unless it counts as conservative.
    assert found["elsewhere"] == {"surgery": 1, "therapeutic": 2, "diagnostic": 3, "conservative": 4}
    assert found["movable"] == 4


def test_missing_types_are_told_apart(root: Path, tmp_path: Path, cases: Path) -> None:
    folder = Path(shutil.copytree(root / "grouper_tables" / "demo", tmp_path / "demo"))
    from hashlib import sha256

    types, manifest = folder / "treatment_types.csv", folder / "manifest.yaml"
    before = types.read_bytes()
    after = before.replace(b"96.0700,therapeutic,invented\n", b"").replace(
        b"45.7300,surgery,invented", b"45.7300,surgery,published"
    )
    types.write_bytes(after)
    text = manifest.read_text(encoding="utf-8").replace(sha256(before).hexdigest(), sha256(after).hexdigest())
    manifest.write_text(text, encoding="utf-8")

    found = json.loads(run("--tables", folder, "--cases", cases, "--json").output)

    assert found["operations"] == {"published": 1, "derived": 13, "missing": 1}
    assert found["resting"] == {"derived": 1, "missing": 1}
    assert found["groups"] == {"": 1, "K35:BSZL": 1}


def test_another_list_of_types(home: Path, tmp_path: Path, cases: Path) -> None:
    imported(home, write(tmp_path, "96.0700,诊断性操作", header="code,treatment_type"))

    found = json.loads(run("--edition", "demo", "--cases", cases, "--against", "city", "--json").output)

    # 45.7300 and 44.1300x001 have no type in the city's list and count as conservative.
    assert found["moves"] == [
        {"before": "", "after": "J18:BSZL", "cases": 1},
        {"before": "K35:SS", "after": "K35:BSZL", "cases": 2},
        {"before": "K35:ZLXCZ", "after": "K35:ZDXCZ", "cases": 1},
    ]
    other = with_types(edition_folder("dip", "demo"), "city")
    assert other.sha256 != load_tables("dip", "demo").sha256


def test_the_report_in_words(cases: Path) -> None:
    chinese = run("--edition", "demo", "--cases", cases).output
    english = run("--edition", "demo", "--cases", cases, "--lang", "en").output

    assert "取决于推导的治疗方式 4 例,取决于缺失的治疗方式 0 例" in chinese
    assert "4 rest on a derived type, 0 on a missing one; another type would move 4" in english
    assert "  K35:SS 急性阑尾炎:手术 2" in english


@pytest.mark.parametrize("arguments", [(), ("--edition", "demo", "--against", "derived-2026")])
def test_what_is_needed_is_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(*arguments)
