"""The wheel on its own: built from the source archive, installed in a clean environment, settling a month there."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import drgdip

# All of these share one build, so they stay on one worker.
pytestmark = pytest.mark.xdist_group("wheel")

#: What an installer says when nothing can be reached; a package that is missing reads differently.
OFFLINE = (
    "NewConnectionError",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
)


def run(*command: str | Path, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; skip if the package index cannot be reached."""
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if result.returncode and not os.environ.get("CI") and any(word in result.stderr for word in OFFLINE):
        pytest.skip("offline: no package index can be reached")
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def archives(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source archive, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, root, folder=folder)
    (source,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def programs(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a clean environment that has the wheel and its dependencies, all of them prebuilt."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", folder=folder)
    programs = folder / "venv" / "bin"
    # Byte code is left to the first import: most modules of most dependencies are never imported.
    install = ("install", "--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary", ":all:")
    run(sys.executable, "-m", "pip", "--python", programs / "python", *install, archives[1], folder=folder)
    return programs


@pytest.fixture
def environment(programs: Path, tmp_path: Path) -> dict[str, str]:
    """Nothing on the path but the clean environment (no compiler either), and a home of its own."""
    return {"PATH": str(programs), "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}


def test_the_wheel_carries_the_tables_and_no_tests(archives: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(archives[1]) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {"drgdip", f"drgdip-{drgdip.__version__}.dist-info"}
    for part in ("_grouper_tables/dip/2.0-pingdingshan-2025/groups.csv", "policy/regions/demo_city.yaml", "py.typed",
                 "_grouper_tables/knowledge/nhsa-2026/duplicate_charge.csv", "tables/knowledge/mappings/nhsa.yaml"):  # fmt: skip
        assert f"drgdip/{part}" in names
    assert any(name.endswith(".j2") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_the_source_archive_is_complete(archives: tuple[Path, Path], root: Path) -> None:
    with tarfile.open(archives[0]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}

    for part in ("LICENSE", "Makefile", "README.zh-CN.md", "pyproject.toml", "tests/conftest.py"):
        assert part in names
    tables = {p.relative_to(root).as_posix() for p in (root / "grouper_tables").rglob("*") if p.is_file()}
    assert tables <= names


def test_a_month_settles_from_an_empty_folder(programs: Path, environment: dict[str, str], tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    program = programs / "drgdip"

    version = run(program, "--version", folder=work, environment=environment)
    synth = ("synth", "--edition", "2.0-pingdingshan-2025", "--cases", "2000", "--month", "2026-01", "--seed", "1")
    run(program, *synth, "-o", "cases.parquet", folder=work, environment=environment)
    settle = ("settle", "--policy", "demo_city", "--cases", "cases.parquet", "--month", "2026-01", "--out", "result")
    run(program, *settle, folder=work, environment=environment)

    assert drgdip.__version__ in version
    with (work / "result" / "statement.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert sum(int(row["cases"]) for row in rows) > 1_500
    with (work / "result" / "proof.csv").open(encoding="utf-8", newline="") as file:
        assert {line["holds"] for line in csv.DictReader(file)} == {"yes"}
    assert sorted(path.name for path in work.iterdir()) == ["cases.parquet", "result"]
