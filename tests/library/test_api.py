"""The reference of the public names: every one is documented as it is, examples run, and the pages build."""

from __future__ import annotations

import builtins
import doctest
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import drgdip
from tests.contracts.source import ROOT

_SECTION = re.compile(r"^(Parameters|Attributes|Returns|Raises|Examples)\n-+\n", re.MULTILINE)
_ENTRY = re.compile(r"^(\S.*)$", re.MULTILINE)
NAMES = [name for name in drgdip.__all__ if name != "__version__"]
DATA = ("PROCESS",)


def sections(thing: Any) -> dict[str, str]:
    parts = _SECTION.split(inspect.getdoc(thing) or "")
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def entries(section: str) -> dict[str, str]:
    """Name -> type of a numpydoc section; several names may share an entry."""
    found: dict[str, str] = {}
    for line in _ENTRY.findall(section):
        names, _, kind = line.partition(" : ")
        found |= dict.fromkeys((name.strip().lstrip("*") for name in names.split(",")), kind.strip())
    return found


def callables() -> Iterator[tuple[str, Callable[..., Any], Any]]:
    """Public functions, classes, and public methods that classes define themselves: name, signature's owner, docs."""
    for name in NAMES:
        thing = getattr(drgdip, name)
        if name in DATA:
            continue
        yield name, thing, thing
        if inspect.isclass(thing):
            for key, member in vars(thing).items():
                if inspect.isfunction(member) and not key.startswith("_") and not is_tuple_part(thing, key):
                    yield f"{name}.{key}", member, member


def is_tuple_part(thing: type, key: str) -> bool:
    return issubclass(thing, tuple) and hasattr(tuple, key)


CALLABLES = [pytest.param(*entry, id=entry[0]) for entry in callables()]


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_documented(name: str) -> None:
    thing = getattr(drgdip, name)

    assert len(inspect.getdoc(thing) or "") > 20
    if inspect.isclass(thing):
        bare = [
            key
            for key, member in vars(thing).items()
            if isinstance(member, property) and not key.startswith("_") and not inspect.getdoc(member)
        ]
        assert bare == []


@pytest.mark.parametrize(("name", "thing", "documented"), CALLABLES)
def test_sections_name_the_parameters_of_the_signature(name: str, thing: Any, documented: Any) -> None:
    if inspect.isclass(thing) and issubclass(thing, drgdip.DrgdipError) and thing is not drgdip.DrgdipError:
        return
    names = [key for key in inspect.signature(thing).parameters if key != "self"]
    told = sections(documented)
    listed = entries(told.get("Parameters", told.get("Attributes", "")))

    assert list(listed) == names
    assert [key for key, kind in listed.items() if not kind] == []


@pytest.mark.parametrize(("name", "thing", "documented"), CALLABLES)
def test_what_is_returned_and_raised_is_named(name: str, thing: Any, documented: Any) -> None:
    told = sections(documented)
    if not inspect.isclass(thing):
        assert inspect.signature(thing).return_annotation not in (inspect.Signature.empty, "None")
        assert entries(told["Returns"])
    for error in entries(told.get("Raises", "")):
        kind = getattr(drgdip, error, None) or getattr(builtins, error, None)
        assert isinstance(kind, type), error
        assert issubclass(kind, Exception), error


@pytest.mark.parametrize(("name", "thing", "documented"), CALLABLES)
def test_every_parameter_has_a_type(name: str, thing: Any, documented: Any) -> None:
    parameters = inspect.signature(thing).parameters.values()

    assert [p.name for p in parameters if p.annotation is p.empty and p.name != "self"] == []


@pytest.mark.parametrize("module", sorted({module for module in drgdip._PUBLIC.values()}))
def test_examples_in_docstrings_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testmod(importlib.import_module(module))

    assert result.failed == 0


@pytest.mark.parametrize(
    "name", ["check", "group", "value", "price", "split", "clear", "settle_month", "explain", "Engine"]
)
def test_verbs_have_an_example(name: str) -> None:
    assert ">>>" in sections(getattr(drgdip, name))["Examples"]


def test_the_static_names_are_the_lazy_ones() -> None:
    assert {*drgdip._PUBLIC, "__version__"} == set(drgdip.__all__) == set(dir(drgdip))
    text = (ROOT / "drgdip" / "__init__.py").read_text(encoding="utf-8")
    static = re.findall(r"^    from (drgdip\.[\w.]+) import (.*)$", text, re.MULTILINE)

    assert {name.strip(): module for module, names in static for name in names.split(",")} == drgdip._PUBLIC


def test_importing_costs_no_library() -> None:
    program = (
        "import sys; before = set(sys.modules); import drgdip; dir(drgdip);"
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - {'drgdip'} - set(sys.stdlib_module_names)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert result.stdout.strip() == "[]"


def test_caches_can_be_switched_off(tmp_path: Path) -> None:
    program = "import drgdip; print(drgdip.load_tables('dip', 'demo').point_scale); from drgdip.base.accelerate import _FOLDER; print(_FOLDER)"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "DRGDIP_CACHE": "off"}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )

    assert result.stdout.split() == ["1000", "None"]
    assert list(tmp_path.iterdir()) == []


def test_the_pages_build(tmp_path: Path) -> None:
    pytest.importorskip("pdoc")
    command = [sys.executable, "-m", "tests.library.api_reference", tmp_path]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    page = (tmp_path / "drgdip.html").read_text(encoding="utf-8")

    assert [name for name in NAMES if f'id="{name}"' not in page] == []
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".html" and p.name.startswith("drgdip/")] == []
