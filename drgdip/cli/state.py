"""``drgdip state``: states of settlement files and lists in the ledger (settlement arithmetic 4.6)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import UsageError
from drgdip.base.money import format_yuan
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.ledger import Event
    from drgdip.ledger.states import Kind

_PATH = click.Path(path_type=Path)
_store = click.option("--store", required=True, type=_PATH, help="台账文件 | ledger")
_run = click.option(
    "--run", type=_PATH, help="settle 的结果文件夹:该月全部申报 | folder of a run: all files of its month"
)


@click.group()
def state() -> None:
    """结算申报与清单的状态:变更、查看 | states of settlement files and lists."""


@state.command("set", help="变更状态;不允许的变更一概拒绝 | Change a state; what is not allowed is refused.")
@click.option("--to", required=True, type=int, help="新状态代码 | code of the new state")
@click.option("--by", required=True, metavar="NAME", help="经办人 | who changes it")
@_run
@click.option("--hospital", "hospitals", multiple=True, help="只限这些机构,可多次 | these hospitals only, repeatable")
@click.option("--pool", "pools", multiple=True, help="只限这些基金池,可多次 | these pools only, repeatable")
@click.option(
    "--list", "lists", multiple=True, metavar="SETL_ID", help="结算清单,可多次 | settlement lists, repeatable"
)
@click.option("--note", default="", help="说明 | a remark")
@_store
@json_option
@language_option
def set_state(
    to: int,
    by: str,
    run: Path | None,
    hospitals: tuple[str, ...],
    pools: tuple[str, ...],
    lists: tuple[str, ...],
    note: str,
    store: Path,
    as_json: bool,
    lang: Language,
) -> None:
    """Bring files of a run, or lists, into a state: all of them or none."""
    from drgdip.ledger import SqliteStore, change

    kind: Kind = "list" if lists else "file"
    subjects = list(lists) or _files(run, hospitals, pools)
    events = change(SqliteStore(store), kind, subjects, to, by, note)
    if as_json:
        print_json([_plain(event) for event in events])
        return
    words = Text("已将 {count} 项变更为“{state}”", "{count} brought into “{state}”")
    named = _machine(kind).named(to)
    click.echo(Text(words.zh.format(count=len(events), state=named.zh), words.en.format(count=len(events), state=named.en)).in_language(lang))  # fmt: skip


def _machine(kind: Kind) -> Any:
    from drgdip.ledger.states import MACHINES

    return MACHINES[kind]


def _files(run: Path | None, hospitals: tuple[str, ...], pools: tuple[str, ...]) -> list[str]:
    """Subjects of the files of a run; UsageError where none is meant."""
    from drgdip.ledger import FileKey
    from drgdip.pipeline.finished_run import read_finished_run

    if run is None:
        raise UsageError(
            Text("没有指定要变更的申报或清单。", "Nothing is named whose state could change."),
            Text("请给出 --run(及 --hospital、--pool)或 --list。", "Give --run (with --hospital, --pool) or --list."),
        )
    finished = read_finished_run(run)
    keys = [FileKey(finished.record.month, row.hospital_code, row.pool) for row in finished.rows]
    chosen = [key for key in keys if (not hospitals or key.hospital in hospitals) and (not pools or key.pool in pools)]
    if not chosen:
        raise UsageError(
            Text("该月结算单没有这样的机构或基金池。", "The statement of the month has no such hospital or pool."),
            Text("请核对 --hospital 与 --pool。", "Check --hospital and --pool."),
        )
    return [key.subject for key in chosen]


@state.command(help="查看某月各申报的状态及其款项 | The states of a month's files, and what they do to the money.")
@click.option("--run", required=True, type=_PATH, help="settle 的结果文件夹 | folder of a run")
@_store
@json_option
@language_option
def show(run: Path, store: Path, as_json: bool, lang: Language) -> None:
    """List the files of a month with their states, and how much of the month is held, paid and void."""
    from drgdip.ledger import FileKey, SqliteStore, file_states, states
    from drgdip.pipeline.finished_run import read_finished_run
    from drgdip.statement.file_states import file_money, month_is_closed, state_name

    finished, opened = read_finished_run(run), SqliteStore(store, create=False)
    month = finished.record.month
    events = states(opened, "file")
    found = file_money(finished.rows, file_states(opened, month))
    if as_json:
        print_json([{"month": month, **one._asdict()} for one in found])
        return
    for one in found:
        event = events.get(FileKey(month, one.hospital_code, one.pool).subject)
        since = f"  {event.at[:10]} {event.actor}" if event else ""
        held, paid, void = (format_yuan(fen) for fen in (one.held_fen, one.paid_fen, one.void_fen))
        click.echo(
            f"  {one.hospital_code}  {one.pool}  {state_name(one.state).in_language(lang)}  {held}  {paid}  {void}{since}"
        )
    held, paid, void = (
        format_yuan(sum(getattr(one, name) for one in found)) for name in ("held_fen", "paid_fen", "void_fen")
    )
    closed = _CLOSED[month_is_closed(found)]
    words = Text(
        f"{month}({closed.zh}):待拨 {held} 元,已拨 {paid} 元,不拨 {void} 元",
        f"{month} ({closed.en}): held {held}, paid {paid}, void {void} yuan",
    )
    click.echo(words.in_language(lang))


_CLOSED = {True: Text("已关闭", "closed"), False: Text("未关闭", "open")}


def _plain(event: Event) -> dict[str, Any]:
    return {**event._asdict(), "body": dict(event.body)}
