"""Policies and rules say the same whichever parser reads them, and what is no YAML is refused at the same line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import drgdip
from drgdip.base import yaml_source
from drgdip.base.problems import Problems
from drgdip.base.yaml_source import Node, PlainLoader, read_yaml

PACKAGE = Path(drgdip.__file__).parent
pytestmark = pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml has one parser")


def read(content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Node | None, list[tuple[int, str]]]]:
    """What the fast parser makes of a document, and what the plain one does: nodes, and lines and places of problems."""
    found = []
    for loader in (yaml_source.LOADER, PlainLoader):
        monkeypatch.setattr(yaml_source, "LOADER", loader)
        problems = Problems("f.yaml")
        node = read_yaml(content, problems)
        found.append((node, [(one.line, one.path) for one in problems.in_order()]))
    return found


@pytest.mark.parametrize("files", ["policy/regions/demo_*", "interface/mappings/*", "audit/monitoring/*"])
def test_what_the_package_ships(files: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(PACKAGE.glob(f"{files}.yaml"))
    assert paths
    for path in paths:
        fast, plain = read(path.read_bytes(), monkeypatch)
        assert fast == plain
        assert fast[0] is not None


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: 1\nb: &x 2\n", 2),
        ("a: 1\nb: *x\n", 2),
        ("a: 1\nb: [1, 2\n", 3),
        ("a:\n\tb: 1\n", 2),
        ("a: 1\nb: c: d\n", 2),
        ("a: 1\nb: 'open\n", 3),
        ("a: " + "[" * 25 + "]" * 25, 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: 1\n  b: 2\n", 2),
        ("a: 1\nb: \x01\n", 2),
    ],
)
def test_what_is_no_yaml(content: str, line: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, plain = read(content.encode(), monkeypatch)

    assert fast[0] is None
    assert fast == plain
    assert [where[0] for where in fast[1]] == [line]


@pytest.mark.parametrize(
    "content",
    [
        "a: {b: c, d: [x, 'y: z', \"\\u7532\"]}\nb: |\n  one\n  two\nc: >-\n  three\n  four\nd: 中文:冒号\ne: 2026-02-30\nf: 1.5\ng: yes\n",
        "? a\n: b\n",
        "a: !!str 1\nb: ~\nc: 0x1F\nd: -0\n",
        "%YAML 1.1\n---\na: 1\n",
        "a: 1\na: 2\n",
        "- a\n- b\n",
        "# nothing\n",
    ],
)
def test_what_is_read_or_told_value_by_value(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, plain = read(content.encode(), monkeypatch)

    assert fast == plain
