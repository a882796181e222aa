"""The cache: used when whole, rebuilt when not, right when two race."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from drgdip.tables import DipTables, load_tables
from drgdip.tables import load as loading
from drgdip.tables.cache import cache_file, read_cache, write_cache


def same(one: DipTables, other: DipTables) -> bool:
    arrays = zip(one.groups, other.groups, strict=True)
    texts = ("sha256", "group_codes", "group_names", "catalogue", "point_scale", "region_mean_cost_fen")
    lists = all(
        getattr(getattr(one, system), part) == getattr(getattr(other, system), part)
        for system in ("diagnoses", "procedures")
        for part in ("codes", "names")
    )
    return (
        lists
        and all(np.array_equal(a, b) for a, b in arrays)
        and all(getattr(one, t) == getattr(other, t) for t in texts)
    )


@pytest.fixture
def compiled() -> DipTables:
    return load_tables("dip", "demo")


def test_a_second_load_compiles_nothing(compiled: DipTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_compile", lambda opened: pytest.fail("compiled again"))

    assert same(load_tables("dip", "demo"), compiled)


@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "flipped", "other"])
def test_a_damaged_cache_is_built_anew(compiled: DipTables, damage: str) -> None:
    file = cache_file(compiled.sha256)
    content = bytearray(file.read_bytes())
    if damage == "absent":
        file.unlink()
    elif damage == "flipped":
        position = content.index(np.array(compiled.groups.relative_weight_e4).tobytes())
        content[position] ^= 1
        file.write_bytes(content)
    elif damage == "other":
        np.savez(file.with_suffix(""), group_kind=np.zeros(3))
        assert file.exists()
    else:
        file.write_bytes(content[: 0 if damage == "empty" else len(content) // 2])

    assert read_cache(compiled.manifest, compiled.sha256) is None
    assert same(load_tables("dip", "demo"), compiled)
    rebuilt = read_cache(compiled.manifest, compiled.sha256)
    assert rebuilt is not None
    assert same(rebuilt, compiled)


def test_arrays_of_another_layout_are_not_trusted(compiled: DipTables) -> None:
    file = cache_file(compiled.sha256)
    with np.load(file) as stored:
        content = dict(stored)
    content["relative_weight_e4"] = content["relative_weight_e4"].astype(np.int32)
    with file.open("wb") as target:
        np.savez(target, **content)

    assert read_cache(compiled.manifest, compiled.sha256) is None


def test_two_that_race_both_get_whole_tables(compiled: DipTables) -> None:
    file = cache_file(compiled.sha256)

    def work(turn: int) -> bool:
        if turn % 3 == 0:
            write_cache(compiled)
        return same(load_tables("dip", "demo"), compiled)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(60)))
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot stand where a file is")
def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr("drgdip.tables.cache.user_cache_path", lambda name: tmp_path / "file" / name)

    assert load_tables("dip", "demo").group_codes[0] == "A46.X"


def test_the_cache_holds_nothing_to_execute(compiled: DipTables) -> None:
    with np.load(cache_file(compiled.sha256), allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored)
