"""The files of a review: events, where every finding stands, denials for ``settle``, and what is held."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.errors import UsageError
from drgdip.base.money import format_yuan
from drgdip.base.provenance import sha256_of_file
from drgdip.base.text import Text
from drgdip.interface.denial import COLUMNS, OPTIONAL, Denial
from drgdip.screening.findings import canonical
from drgdip.screening.review.quality import CITE, MARK, LifeCycle, Quality
from drgdip.screening.review.states import Event, Standing
from drgdip.statement.csv_tables import Bare, write_csv

if TYPE_CHECKING:
    from drgdip.pipeline.screening.reviewing import Held

EVENTS, STATES, DENIALS, HELD, ELSEWHERE = "events.jsonl", "states.csv", "denials.csv", "held.csv", "other_denials.csv"
QUALITY = "rule_quality.csv"
_AMOUNTS = ("fee_fen", "scope_fen", "fund_fen", "seen_fund_fen", "decided_fen")
_STATES = Standing._fields


def read_events(folder: Path | None) -> list[Event]:
    """The events of an earlier run; none without one. Raises UsageError if they cannot be read, or are not those that it wrote.

    The chain of hashes alone does not tell that its last events are missing.
    """
    if folder is None:
        return []
    try:
        lines = (folder / EVENTS).read_text(encoding="utf-8").splitlines()
        if is_changed(folder, EVENTS):
            raise broken(folder)
        return [_event(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            Text(
                f"无法读取 {folder.name} 的审核记录 {EVENTS}。", f"The events {EVENTS} of {folder.name} cannot be read."
            ),
            Text(
                "请用 --previous 给出以前带 --policy 的审核结果。",
                "Give an earlier screening that was run with --policy.",
            ),
        ) from error


def is_changed(folder: Path, name: str) -> bool:
    """Whether a file is not the one that the run wrote, as its record ``run.json`` says. Without a record nothing is known.

    Raises ValueError for a record that cannot be read.
    """
    record = folder / "run.json"
    if not record.is_file():
        return False
    content = json.loads(record.read_text(encoding="utf-8"))
    outputs = content.get("outputs", {}) if isinstance(content, dict) else {}
    return outputs.get(name) not in (None, sha256_of_file(folder / name))


def broken(folder: Path, name: str = EVENTS) -> UsageError:
    """The fault of a file that is not what it was."""
    return UsageError(
        Text(
            f"审核结果 {folder.name} 的 {name} 已被改动。", f"{name} of the screening {folder.name} has been changed."
        ),
        Text("请恢复原文件,或重新审核。", "Restore the file as it was written, or screen again."),
    )


def _event(values: dict[str, object]) -> Event:
    after = values.pop("after")
    assert isinstance(after, dict)
    return Event(**values, after=Standing(**after))  # type: ignore[arg-type]


def write_review(
    folder: Path,
    events: Iterable[Event],
    standings: Mapping[str, Standing],
    denials: Sequence[Denial],
    held: Sequence[Held],
    elsewhere: Sequence[Standing],
) -> None:
    """Write a review: the same bytes for the same events and findings."""
    text = "".join(f"{canonical(event.content() | {'hash': event.hash})}\n" for event in events)
    (folder / EVENTS).write_text(text, encoding="utf-8", newline="\n")
    header = [_header(field) for field in _STATES]
    for name, rows in ((STATES, [standings[key] for key in sorted(standings)]), (ELSEWHERE, elsewhere)):
        write_csv(folder / name, header, map(_standing, rows))
    waits = ([*_standing(one.standing), one.official_class, one.mode] for one in held)
    write_csv(folder / HELD, [*header, "official_class", "hold_mode"], waits)
    write_csv(folder / DENIALS, [*COLUMNS, *OPTIONAL], map(_denial, denials))


def write_quality(folder: Path, found: Iterable[Quality], fallen: frozenset[str], cycle: LifeCycle) -> None:
    """Write what was decided of each rule, and whether it is in shadow for it, in this run and in the next."""
    header = ["rule_id", "decided", "upheld", "floor", "decisions_needed", "rule_errors_of_month", "in_shadow", "in_shadow_next",
              "to_be_reviewed", "mark", "source"]  # fmt: skip
    rows = (
        [one.rule, Bare(str(one.decided)), Bare(str(one.upheld)), Bare(f"{float(cycle.floor):g}"), Bare(str(cycle.decisions)), Bare(str(one.errors)),
         _flag(one.rule in fallen), _flag(one.falls), _flag(one.again), MARK, CITE]
        for one in found
    )  # fmt: skip
    write_csv(folder / QUALITY, header, rows)


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _header(field: str) -> str:
    return f"{field[:-4]}_yuan" if field in _AMOUNTS else field


def _standing(one: Standing) -> list[str]:
    return [
        Bare(_yuan(value)) if field in _AMOUNTS else str(value)
        for field, value in zip(_STATES, one, strict=True)
    ]  # fmt: skip


def _yuan(fen: object) -> str:
    return format_yuan(fen) if isinstance(fen, int) else ""


def _denial(denial: Denial) -> list[str]:
    return [denial.id, denial.setl_id, denial.date, denial.decided_by, denial.mode, Bare(format_yuan(denial.fund_fen)),
            Bare(format_yuan(denial.fee_fen)), denial.group, denial.reason]  # fmt: skip
