"""The ledger: only grows, notices every change; two persons make a policy official."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

import drgdip
from drgdip.base.errors import PolicyError, UsageError
from drgdip.cli.policy import policy
from drgdip.ledger import LedgerError, SqliteStore, approvals_of, approve, open_keeper
from drgdip.ledger.events import ORIGIN, chained
from drgdip.policy import load_policy
from tests.policy.samples import TINY

TINY_POLICY = load_policy("demo_tiny")
HASH = TINY_POLICY.sha256


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.db"


@pytest.fixture
def store(path: Path) -> SqliteStore:
    return SqliteStore(path)


# --- the store -----------------------------------------------------------------------------------


def test_events_come_back_in_order_each_on_the_hash_of_the_one_before(store: SqliteStore) -> None:
    first = store.append("甲", "a.b", "s", {"note": "一", "n": 1})
    second = store.append("乙", "a.c", "t", {})

    assert list(SqliteStore(store.name).events()) == [first, second]
    assert (first.seq, first.prev_hash, second.seq, second.prev_hash) == (1, ORIGIN, 2, first.hash)
    assert store.events(kind="a.c") == [second]
    assert store.events(subject="s") == [first]


def test_a_hash_covers_everything() -> None:
    """The chain of a known event, by hand: SHA-256 over the hash before and canonical JSON."""
    import hashlib

    text = '{"actor":"甲","at":"2026-01-01T00:00:00+00:00","body":{"n":1},"kind":"k","seq":1,"subject":"s"}'
    expected = hashlib.sha256((ORIGIN + text).encode()).hexdigest()

    assert chained(1, "2026-01-01T00:00:00+00:00", "甲", "k", "s", {"n": 1}, ORIGIN).hash == expected


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'x' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 2",
        "INSERT OR REPLACE INTO event SELECT 1, at, 'x', kind, subject, body, prev_hash, hash FROM event WHERE seq = 1",
        "INSERT INTO event SELECT 9, at, actor, kind, subject, body, hash, 'f' || substr(hash, 2) FROM event WHERE seq = 2",
        "INSERT INTO event SELECT 3, at, actor, kind, subject, body, prev_hash, 'f' || substr(hash, 2) FROM event WHERE seq = 2",
    ],
)
def test_any_program_that_would_change_it_is_refused(store: SqliteStore, statement: str) -> None:
    store.append("甲", "k", "s", {})
    store.append("乙", "k", "s", {})
    before = store.events()
    with sqlite3.connect(store.name) as connection, pytest.raises(sqlite3.IntegrityError, match="ledger"):
        connection.execute(statement)

    assert store.events() == before


@pytest.mark.parametrize(
    "change",
    ["UPDATE event SET actor = 'x' WHERE seq = 2", "DELETE FROM event WHERE seq = 1", "UPDATE event SET body = '{' WHERE seq = 1",
     "UPDATE event SET body = '{\"n\":2}' WHERE seq = 1"],
)  # fmt: skip
def test_a_change_behind_the_triggers_is_noticed(store: SqliteStore, change: str) -> None:
    for _ in range(3):
        store.append("甲", "k", "s", {"n": 1})
    with sqlite3.connect(store.name) as connection:
        for trigger in ("event_no_update", "event_no_delete", "event_at_the_end"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(change)

    with pytest.raises(LedgerError):
        store.events()


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    text, foreign, newer = (tmp_path / name for name in ("text.db", "foreign.db", "newer.db"))
    text.write_text("no database at all, but long enough to be read as one" * 20)
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE t (x)")
    SqliteStore(newer)
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 2")

    for file, words in ((text, "cannot be used"), (foreign, "no ledger"), (newer, "newer version"),
                        (tmp_path / "no" / "folder.db", "cannot be opened")):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            SqliteStore(file)
    with pytest.raises(UsageError, match="does not exist"):
        SqliteStore(tmp_path / "none.db", create=False)


def test_two_writers_leave_one_chain(store: SqliteStore) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: SqliteStore(store.name).append("甲", "k", str(n), {}), range(12)))

    assert [event.seq for event in store.events()] == list(range(1, 13))


# --- approvals -----------------------------------------------------------------------------------


def test_two_persons_make_it_official(store: SqliteStore) -> None:
    assert not approvals_of(store, HASH).official
    assert not approve(store, TINY_POLICY, "张三", note="2026 年文件").official
    assert approve(store, TINY_POLICY, "李四").official


@pytest.mark.parametrize("again", ["张三", " 张三 ", "张 三", "ZHANG", "Ｚｈａｎｇ"])
def test_one_person_counts_once_however_written(store: SqliteStore, again: str) -> None:
    approve(store, TINY_POLICY, "张三" if "张" in again else "zhang")

    with pytest.raises(UsageError, match="has approved the policy already"):
        approve(store, TINY_POLICY, again)


def test_an_author_may_be_one_of_the_two_but_not_both(store: SqliteStore) -> None:
    approve(store, TINY_POLICY, "张三", ["张三", "李四"])
    assert not approve(store, TINY_POLICY, "李四").official
    assert approve(store, TINY_POLICY, "王五").official


def test_an_approval_can_be_taken_back_and_stays_in_the_history(store: SqliteStore) -> None:
    approve(store, TINY_POLICY, "张三")
    approve(store, TINY_POLICY, "李四")
    found = approve(store, TINY_POLICY, "李四", withdraw=True)

    assert (found.official, [event.actor for event in found.standing], len(found.events)) == (False, ["张三"], 3)
    with pytest.raises(UsageError, match="no approval to take back"):
        approve(store, TINY_POLICY, "李四", withdraw=True)
    assert approve(store, TINY_POLICY, "李四").official


def test_a_changed_file_needs_approvals_of_its_own(store: SqliteStore, tmp_path: Path) -> None:
    approve(store, TINY_POLICY, "张三")
    approve(store, TINY_POLICY, "李四")
    copy = tmp_path / "city.yaml"
    copy.write_text(TINY, encoding="utf-8")
    assert approvals_of(store, load_policy(copy).sha256).official
    copy.write_text(TINY + "# one remark\n", encoding="utf-8")

    assert not approvals_of(store, load_policy(copy).sha256).official


@pytest.mark.parametrize("name", ["", "  ", "甲" * 61, "a\x00b"])
def test_names_that_are_none(store: SqliteStore, name: str) -> None:
    with pytest.raises(UsageError, match="A name is empty"):
        approve(store, TINY_POLICY, name)


def test_nobody_approves_what_cannot_be_settled_with(store: SqliteStore) -> None:
    with pytest.raises(PolicyError, match="unknown"):
        approve(store, load_policy("jining"), "张三")
    assert store.events() == []


# --- runs ----------------------------------------------------------------------------------------


def settle(folder: Path, path: Path | None) -> dict[str, object]:
    keeper = open_keeper(path) if path else None
    drgdip.settle_to_folder("demo_tiny", ["examples/cases.csv"], "2026-01", folder, keeper=keeper)
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def test_a_run_is_a_trial_until_two_have_approved_and_settles_the_same(tmp_path: Path, path: Path) -> None:
    without = settle(tmp_path / "0", None)
    alone = settle(tmp_path / "1", path)
    approve(SqliteStore(path), TINY_POLICY, "张三")
    one = settle(tmp_path / "2", path)
    approve(SqliteStore(path), TINY_POLICY, "李四")
    both = settle(tmp_path / "3", path)

    assert [run["approval"]["official"] for run in (without, alone, one, both)] == [False, False, False, True]
    assert [one["name"] for one in both["approval"]["approved_by"]] == ["张三", "李四"]
    tables = [(tmp_path / name / "statement.csv").read_bytes() for name in "0123"]
    assert len(set(tables)) == 1
    pages = [(tmp_path / name / "report.html").read_text(encoding="utf-8") for name in "0123"]
    assert ["试算" in page for page in pages] == [True, True, True, False]
    assert "张三" in pages[2]
    assert "正式:所用政策已经 张三" in pages[3]
    assert pages[0] == pages[1]


def test_runs_are_recorded_with_the_hash_of_their_record(tmp_path: Path, path: Path) -> None:
    import hashlib

    settle(tmp_path / "run", path)
    (event,) = SqliteStore(path).events(kind="run.settled")

    assert (event.subject, event.body["period"], event.body["official"]) == (HASH, "2026-01", False)
    assert event.body["record_sha256"] == hashlib.sha256((tmp_path / "run" / "run.json").read_bytes()).hexdigest()
    assert event.body["totals_fen"]["payable"] == 1_945_000


def test_a_run_that_cannot_be_recorded_leaves_no_folder(tmp_path: Path, path: Path) -> None:
    keeper = open_keeper(path)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'disk is full'); END")

    with pytest.raises(UsageError, match="disk is full"):
        drgdip.settle_to_folder("demo_tiny", ["examples/cases.csv"], "2026-01", tmp_path / "run", keeper=keeper)
    assert not (tmp_path / "run").exists()


def test_forms_say_what_the_run_is(tmp_path: Path, path: Path) -> None:
    from drgdip.pipeline.finished_run import read_finished_run
    from drgdip.statement.settlement_form import forms_html

    settle(tmp_path / "trial", path)
    approve(SqliteStore(path), TINY_POLICY, "张三")
    approve(SqliteStore(path), TINY_POLICY, "李四")
    settle(tmp_path / "official", path)
    trial, official = (
        forms_html(read_finished_run(tmp_path / name), ["H99010000001"]) for name in ("trial", "official")
    )

    assert "试算:所用政策未经两人批准" in trial
    assert "试算" not in official
    assert "正式:所用政策已经 张三" in official


# --- commands ------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(policy, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_commands(tmp_path: Path, path: Path) -> None:
    said = run("approve", "demo_tiny", "--by", "张三", "--author", "张三", "--note", "文件一", "--store", str(path))
    assert "试算:所用政策只经 张三" in said
    run("approve", "demo_tiny", "--by", "李四", "--store", str(path))
    settle(tmp_path / "run", path)

    told = run("approvals", "demo_tiny", "--store", str(path))
    assert [line.split()[2:4] for line in told.splitlines()[1:3]] == [["张三", "批准"], ["李四", "批准"]]
    assert "月度结算 2026-01 [正式]" in told
    plain = json.loads(run("approvals", "demo_tiny", "--store", str(path), "--json"))
    assert (plain["official"], plain["approved_by"], plain["authors"]) == (True, ["张三", "李四"], ["张三"])
    assert len(plain["runs"]) == 1
