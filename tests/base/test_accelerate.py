"""Compiled code: kept while its sources are the same, never used after they changed, and never needed."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drgdip.base import accelerate
from drgdip.base.caching import VARIABLE
from tests.contracts.source import PACKAGE, ROOT, Module, modules

DECORATORS = {"rule", "kernel"}
RULES = """
from drgdip.base.accelerate import rule
@rule
def raised(x):
    return x + 1
"""
KERNELS = """
from drgdip.base.accelerate import kernel
from drgdip.pricing.rules import raised
@kernel
def price(terms):
    return raised(terms.cost) // terms.parts
"""
PARAMETERS = """
from typing import NamedTuple
class Terms(NamedTuple):
    cost: int
    parts: int
"""
PROGRAM = """
from drgdip.base.accelerate import _FOLDER
from drgdip.pricing.kernels import price
from drgdip.pricing.parameters import Terms
def priced(**terms):
    try:
        return price(Terms(**terms))
    except ZeroDivisionError:
        return "zero"
print(priced(cost=11, parts=4), priced(cost=-8, parts=4), priced(cost=1, parts=0))
print("folder" if _FOLDER else "no folder", "compiled" if hasattr(price, "py_func") else "plain")
print(sum(price.stats.cache_hits.values()) if hasattr(price, "py_func") else 0)
"""
#: 12 // 4, -7 // 4 as Python divides, and a division by zero that is told.
RESULT = "3 -2 zero"


class Package:
    """A package with the real ``base`` and one stage, in a folder of its own with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.stage = folder / "drgdip" / "pricing"
        self.cache = folder / "cache"
        self.folder = folder
        shutil.copytree(PACKAGE / "base", folder / "drgdip" / "base", ignore=shutil.ignore_patterns("__pycache__"))
        self.stage.mkdir()
        for path in (folder / "drgdip" / "__init__.py", self.stage / "__init__.py"):
            path.touch()
        self.write(rules=RULES, kernels=KERNELS, parameters=PARAMETERS)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.stage / f"{name}.py").write_text(text, encoding="utf-8")

    def run(self, **variables: str) -> list[str]:
        """Lines that the program prints in a process of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "DRGDIP_"))}
        # Without byte code: two writings of a module within one second must not pass for one.
        own = {"XDG_CACHE_HOME": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", PROGRAM]
        result = subprocess.run(
            command, cwd=self.folder, env=kept | own | variables, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


# --- what programs see -----------------------------------------------------------------------------


def test_compiled_code_is_kept_until_its_sources_change(package: Package) -> None:
    """Neither a rule that a kernel calls nor the order of its parameters is part of the kernel's own file."""
    assert package.run() == [RESULT, "folder compiled", "0"]
    assert package.run() == [RESULT, "folder compiled", "1"]

    package.write(rules=RULES.replace("x + 1", "x + 5"))
    assert package.run()[0] == "4 -1 zero"

    package.write(parameters=PARAMETERS.replace("cost", "p").replace("parts", "cost").replace("p:", "parts:"))
    assert package.run()[0] == "4 -1 zero"


def test_without_compilation_the_same_functions_run_as_they_are(package: Package) -> None:
    assert package.run(NUMBA_DISABLE_JIT="1") == [RESULT, "folder plain", "0"]


def test_without_a_cache_folder_code_is_compiled_anew(package: Package) -> None:
    package.cache.write_text("a file is in the way", encoding="utf-8")

    assert package.run() == [RESULT, "no folder compiled", "0"]


def test_without_caching_code_is_compiled_anew(package: Package) -> None:
    assert package.run(DRGDIP_CACHE="off") == [RESULT, "no folder compiled", "0"]
    assert not package.cache.exists()


# --- the folder ------------------------------------------------------------------------------------


@pytest.fixture
def user_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(accelerate, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path


def test_the_folder_bears_the_stamp_of_the_sources(user_cache: Path) -> None:
    folder = user_cache / "drgdip" / "compiled" / accelerate.source_stamp()

    assert accelerate._cache_folder() == str(folder)
    assert folder.is_dir()
    assert accelerate._cache_folder() == str(folder)


def test_there_is_no_folder_where_none_can_be_made(user_cache: Path) -> None:
    (user_cache / "drgdip").touch()

    assert accelerate._cache_folder() is None


def test_there_is_no_folder_where_nothing_can_be_written(user_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the system; an administrator may write everywhere, so its answer is given here."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)

    assert accelerate._cache_folder() is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [("off", False), (" OFF ", False), ("0", False), ("no", False), ("false", False), ("", True), ("on", True), ("1", True)],
)  # fmt: skip
def test_the_variable_that_switches_caches_off(
    user_cache: Path, monkeypatch: pytest.MonkeyPatch, value: str, kept: bool
) -> None:
    monkeypatch.setenv(VARIABLE, value)

    assert (accelerate._cache_folder() is not None) is kept
    assert (user_cache / "drgdip").exists() is kept


@pytest.mark.parametrize("decorator", [accelerate.rule, accelerate.kernel])
@pytest.mark.parametrize("folder", ["/ours", None])
@pytest.mark.parametrize("fails", [False, True])
def test_others_keep_their_own_folder(
    monkeypatch: pytest.MonkeyPatch, decorator: Callable[[Any], Any], folder: str | None, fails: bool
) -> None:
    seen: list[tuple[str, bool]] = []

    def njit(cache: bool, **options: Any) -> Callable[[Any], Any]:
        def compiled(function: Any) -> Any:
            seen.append((accelerate.numba.config.CACHE_DIR, cache))
            if fails:
                raise RuntimeError
            return function

        return compiled

    monkeypatch.setattr(accelerate, "_FOLDER", folder)
    monkeypatch.setattr(accelerate.numba, "njit", njit)
    monkeypatch.setattr(accelerate.numba.config, "CACHE_DIR", "/theirs")
    try:
        decorator(abs)
    except RuntimeError:
        assert fails

    assert seen == [(folder or "/theirs", folder is not None)]
    assert accelerate.numba.config.CACHE_DIR == "/theirs"


# --- the stamp -------------------------------------------------------------------------------------


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of which the stamp is taken, without any module: that of all is made of each by itself."""
    monkeypatch.setattr(accelerate, "_PACKAGE", tmp_path / "drgdip")
    return tmp_path


def placed(sources: Path, path: str) -> Path:
    """A module of the package in that folder."""
    copy = sources / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes((ROOT / path).read_bytes())
    return copy


def without_effect(sources: Path, paths: Iterable[str]) -> list[str]:
    """Those modules of which one more line leaves the stamp as it was."""
    found = []
    for path in paths:
        copy = placed(sources, path)
        before, content = accelerate.source_stamp(), copy.read_bytes()
        copy.write_bytes(content + b"# changed\n")
        if accelerate.source_stamp() == before:
            found.append(path)
        copy.unlink()
    return found


def compiled_from(module: Module) -> Iterator[str]:
    """Paths of our modules from which compiled functions of a module take something, and of the module itself."""
    functions = [
        node
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id in DECORATORS for mark in node.decorator_list)
    ]
    used = {n.id for f in functions for part in f.body for n in ast.walk(part) if isinstance(n, ast.Name)}
    if functions:
        yield module.path
    for node in module.tree.body:
        names = {alias.asname or alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("drgdip.") and used & names:
            yield f"{(node.module or '').replace('.', '/')}.py"


def has_named_tuples(module: Module) -> bool:
    return any(
        isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("NamedTuple") for base in node.bases)
        for node in ast.walk(module.tree)
    )


def test_every_module_that_is_compiled_or_has_named_tuples_changes_the_stamp(sources: Path) -> None:
    compiled = {path for module in modules() for path in compiled_from(module)}
    named = {module.path for module in modules() if has_named_tuples(module)}

    assert {"drgdip/pricing/rules.py", "drgdip/pricing/kernels.py", "drgdip/base/wide.py"} <= compiled
    assert "drgdip/pricing/parameters.py" in named
    assert without_effect(sources, sorted(compiled | named)) == []


def test_words_and_files_do_not_change_the_stamp(sources: Path) -> None:
    paths = ["drgdip/cli/__init__.py", "drgdip/pricing/__init__.py"]

    assert without_effect(sources, paths) == paths


def test_a_module_that_moves_changes_the_stamp(sources: Path) -> None:
    rules = placed(sources, "drgdip/pricing/rules.py")
    before = accelerate.source_stamp()
    rules.rename(rules.with_name("rules_.py"))

    assert accelerate.source_stamp() != before
