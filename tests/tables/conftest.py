"""A cache of the test's own, and small catalogues to import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drgdip.tables.dip_import import import_dip, resolve_lists
from drgdip.tables.manifest import About, Manifest, Words
from drgdip.tables.problems import TableProblem

HEADER = (
    "dip_code,type,dx_code,dx_name,proc_codes,proc_names,other_proc_codes,other_proc_names,points,avg_fee,"
    "region_avg_fee,avg_los,weight,cv,cases,upper_limit_multiple,single_review_flag"
)
APPENDIX = "K35.3:47.0100,core,K35.3,阑尾炎,47.0100,腹腔镜阑尾切除,,,1000,10000,10000,6,1.000000,0.3,40,3,0"
ERYSIPELAS = "A46.x,core,A46.x,丹毒,,,,,300.00004,3000.005,10000,6,0.300000,0.4,20,3,0"
SURGERY = "K35:SS,comprehensive,K35,阑尾炎,,,,,950,9500,10000,7,0.950000,0.5,6,3,1"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts without compiled tables."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("drgdip.tables.cache.user_cache_path", lambda name: folder / name)
    monkeypatch.delenv("DRGDIP_TABLES", raising=False)
    return folder


@pytest.fixture
def catalogue(tmp_path: Path) -> Callable[..., Path]:
    """Write a published catalogue of the given rows."""

    def write(*rows: str, header: str = HEADER, name: str = "city.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., tuple[Manifest, list[TableProblem]]]:
    """Import a published catalogue into ``tmp_path / "edition"``."""

    def run(source: Path, **options: Any) -> tuple[Manifest, list[TableProblem]]:
        about = options.pop("about", About(title=Words(zh="测试", en="test")))
        lists = options.pop("lists", None) or resolve_lists({})
        out = options.pop("out", tmp_path / "edition")
        edition = options.pop("edition", "test-1")
        return import_dip(source, edition, out, about, lists=lists, imported_at=date(2026, 1, 1), **options)

    return run
