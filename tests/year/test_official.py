"""A year is official under an approved policy, and says which of its months were trials."""

from __future__ import annotations

import json
from pathlib import Path

import drgdip
from drgdip.ledger import SqliteStore, approve, open_keeper


def test_official_or_trial(policy: Path, runs: Path, scores: Path, tmp_path: Path) -> None:
    store, loaded = SqliteStore(tmp_path / "runs.db"), drgdip.load_policy(policy)
    results = []
    for name in ("trial", "one", "official"):
        result = drgdip.clear_year_to_folder(
            policy, "2026", runs, tmp_path / name, scores=scores, keeper=open_keeper(store.name)
        )
        results.append(result)
        approve(store, loaded, name)

    records = [
        json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8")) for name in ("trial", "one", "official")
    ]
    assert [record["approval"]["official"] for record in records] == [False, False, True]
    assert len({(tmp_path / name / "year.csv").read_bytes() for name in ("trial", "one", "official")}) == 1
    pages = [(tmp_path / name / "year.html").read_text(encoding="utf-8") for name in ("trial", "one", "official")]
    assert ["试算:所用政策" in page for page in pages] == [True, True, False]
    warned = [any("月度结算为试算" in words.zh for words in result.report.warnings) for result in results]
    assert warned == [False, False, True]
    assert "2026-12 的月度结算为试算" in pages[2]
    events = store.events(kind="run.cleared")
    assert [(event.body["period"], event.body["official"]) for event in events] == [
        ("2026", False),
        ("2026", False),
        ("2026", True),
    ]
