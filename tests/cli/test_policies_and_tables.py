"""Broken policies and tables: exit code 3, two sentences, and nothing written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import Command, told_once
from tests.policy.samples import LOW, TINY, edited, low_entry

POLICIES: dict[str, bytes] = {
    "unknown key": edited(("basis_date:", "basis_dates:")).encode(),
    "bare float": edited(('"0.7"', "0.7")).encode(),
    "gap": edited((LOW, f"  low:\n    - {low_entry('2026-01-01', '2026-05-31')}\n"
                        f"    - {low_entry('2026-07-01', '2026-12-31')}\n")).encode(),
    "overlap": edited((LOW, f"  low:\n    - {low_entry('2026-01-01', '2026-07-01')}\n"
                            f"    - {low_entry('2026-07-01', '2026-12-31')}\n")).encode(),
    "uncited": edited(('{value: discharge, cite: "Example"}', "{value: discharge}")).encode(),
    "number too large": edited(('value: "10"', 'value: "99999999999"')).encode(),
    "overflow with the tables": edited(('value: "10"', 'value: "1000000"'), ('"1.1"', '"100"')).encode(),
    "edition not at hand": edited(("edition: demo", "edition: nowhere")).encode(),
    "bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "code in a tag": b"a: !!python/object/apply:os.getcwd []\n",
    "NUL": TINY.replace("demo_tiny", "demo\0tiny").encode(),
    "deep": b"[" * 50_000,
    "list": b"- a\n- b\n",
    "scalar": b"hello\n",
    "empty": b"",
    "two documents": f"{TINY}\n---\n{TINY}".encode(),
    "other encoding": TINY.encode("gb18030"),
    "bytes": bytes(range(256)),
    "larger than any policy": b"#" * 2_000_000,
}  # fmt: skip


@pytest.mark.parametrize("content", POLICIES.values(), ids=list(POLICIES))
def test_a_broken_policy_is_refused_by_check_and_settle(
    command: Command, tmp_path: Path, january: Path, content: bytes
) -> None:
    file, out = tmp_path / "city.yaml", tmp_path / "out"
    file.write_bytes(content)
    checked = command("policy", "check", file)
    settled = command("settle", "--policy", file, "--cases", january, "--month", "2026-01", "--out", out)
    assert (checked.code, settled.code) == (3, 3)
    assert told_once(checked) == told_once(settled)
    assert settled.out == ""
    assert not out.exists()
    told = json.loads(command("policy", "check", file, "--json").out)
    assert told["valid"] is False
    assert told["problems"][0]["zh"]


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: os.symlink("nowhere", path)], ids=["folder", "dead link"])
def test_a_policy_that_is_no_file_is_refused(
    command: Command, tmp_path: Path, january: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "city.yaml")
    ended = command(
        "settle", "--policy", tmp_path / "city.yaml", "--cases", january, "--month", "2026-01", "--out", "o"
    )
    assert ended.code == 3
    assert told_once(ended)[0] == f"无法读取政策文件 {tmp_path / 'city.yaml'}。"


def test_a_policy_without_end_is_refused_soon(command: Command) -> None:
    assert command("policy", "check", "/dev/zero").code == 3


@pytest.fixture
def edition(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "grouper_tables" / "demo", tmp_path / "demo"))


def replace_groups(edition: Path, content: bytes) -> None:
    """Put other groups in place, with their hash in the manifest."""
    manifest = (edition / "manifest.yaml").read_text(encoding="utf-8")
    old = sha256((edition / "groups.csv").read_bytes()).hexdigest()
    (edition / "groups.csv").write_bytes(content)
    manifest = manifest.replace(old, sha256(content).hexdigest())
    (edition / "manifest.yaml").write_text(manifest, encoding="utf-8")


TABLES: dict[str, Callable[[Path], object]] = {
    "missing file": lambda e: (e / "groups.csv").unlink(),
    "edited file": lambda e: (e / "groups.csv").write_bytes((e / "groups.csv").read_bytes() + b"\n"),
    "emptied file": lambda e: (e / "groups.csv").write_bytes(b""),
    "edited hash": lambda e: (e / "manifest.yaml").write_text(
        (e / "manifest.yaml").read_text(encoding="utf-8").replace("groups.csv: 7", "groups.csv: 8"), encoding="utf-8"),
    "cell without end": lambda e: replace_groups(e, (e / "groups.csv").read_bytes() + b"x" * 200_000),
    "no manifest": lambda e: (e / "manifest.yaml").unlink(),
    "empty manifest": lambda e: (e / "manifest.yaml").write_bytes(b""),
    "list for a manifest": lambda e: (e / "manifest.yaml").write_bytes(b"- a\n"),
    "deep manifest": lambda e: (e / "manifest.yaml").write_bytes(b"[" * 100_000),
    "bomb for a manifest": lambda e: (e / "manifest.yaml").write_bytes(b"title: &a {zh: x, en: y}\nsources: [*a, *a]\n"),
    "large manifest": lambda e: (e / "manifest.yaml").write_bytes(b"#" * 2_000_000),
    "bytes for a manifest": lambda e: (e / "manifest.yaml").write_bytes(bytes(range(128, 256))),
    "folder for a manifest": lambda e: ((e / "manifest.yaml").unlink(), (e / "manifest.yaml").mkdir()),
}  # fmt: skip


@pytest.mark.parametrize("break_", TABLES.values(), ids=list(TABLES))
def test_broken_tables_are_refused(
    command: Command, tmp_path: Path, edition: Path, january: Path, break_: Callable[[Path], object]
) -> None:
    break_(edition)
    out = tmp_path / "groups.csv"
    ended = command("group", january, "--tables", edition, "-o", out)
    told_once(ended)
    assert (ended.code, ended.out) == (3, "")
    assert not out.exists()
    assert command("tables", "check", "--tables", edition).code == 3


def test_an_import_never_replaces_the_file_it_reads(command: Command, edition: Path) -> None:
    (edition / "manifest.yaml").unlink()
    before = (edition / "groups.csv").read_bytes()
    ended = command(
        "tables", "import", "dip", edition / "groups.csv", "--edition", "mine", "--out", edition,
        "--region-mean-cost", "10000", "--diagnoses", edition / "diagnoses.csv",
        "--procedures", edition / "procedures.csv", "--treatment-types", edition / "treatment_types.csv",
    )  # fmt: skip
    assert ended.code == 2
    assert told_once(ended)[0] == f"{edition} 已有 groups.csv,发布后的版本不再更改。"
    assert (edition / "groups.csv").read_bytes() == before


def test_a_manifest_of_something_else_is_named_with_its_folder(command: Command, edition: Path) -> None:
    (edition / "manifest.yaml").write_bytes(b"- a\n")
    ended = command("tables", "check", "--tables", edition)
    assert told_once(ended)[0] == f"{edition / 'manifest.yaml'} 的内容不是键与值。"
