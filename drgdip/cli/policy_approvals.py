"""``drgdip policy approve`` and ``approvals``: two persons stand behind a policy before its results are official."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.ledger import Event, PolicyApprovals
    from drgdip.policy import Policy

_PATH = click.Path(path_type=Path)
_store = click.option("--store", required=True, type=_PATH, help="台账文件 | ledger of approvals and runs")


@click.command(help="批准政策文件(按内容指纹),两人批准后结算方为正式 | Approve a policy file, by its hash.")
@click.argument("policy")
@click.option("--by", required=True, metavar="NAME", help="批准人 | who approves")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="编制人,可多次 | who wrote it, repeatable")
@click.option("--note", default="", help="说明 | a remark")
@click.option("--withdraw", is_flag=True, help="撤回本人的批准 | take one's approval back")
@_store
@json_option
@language_option
def approve(
    policy: str,
    by: str,
    authors: tuple[str, ...],
    note: str,
    withdraw: bool,
    store: Path,
    as_json: bool,
    lang: Language,
) -> None:
    """Record an approval and say what still lacks."""
    from drgdip.ledger import SqliteStore
    from drgdip.ledger import approve as record
    from drgdip.policy import load_policy

    loaded = load_policy(policy)
    found = record(SqliteStore(store), loaded, by, authors, note, withdraw=withdraw)
    _tell(loaded, found, [], store, as_json, lang)


@click.command(help="列出政策的批准与在其下登记的结算 | What stands behind a policy, and the runs under it.")
@click.argument("policy")
@_store
@json_option
@language_option
def approvals(policy: str, store: Path, as_json: bool, lang: Language) -> None:
    """List the approvals of a policy and the runs under it; the chain of the store is checked."""
    from drgdip.ledger import SqliteStore, approvals_of
    from drgdip.policy import load_policy

    loaded, opened = load_policy(policy), SqliteStore(store, create=False)
    runs = [event for event in opened.events(subject=loaded.sha256) if event.kind.startswith("run.")]
    _tell(loaded, approvals_of(opened, loaded.sha256), runs, store, as_json, lang)


def _tell(
    loaded: Policy, found: PolicyApprovals, runs: list[Event], store: Path, as_json: bool, lang: Language
) -> None:
    if as_json:
        print_json({
            "policy": loaded.name, "version": loaded.version, "sha256": loaded.sha256, "official": found.official,
            "authors": found.authors, "approved_by": [event.actor for event in found.standing],
            "events": [_plain(event) for event in found.events], "runs": [_plain(event) for event in runs],
        })  # fmt: skip
        return
    from drgdip.statement.standing import approval_words

    click.echo(f"{loaded.name} {loaded.version} · sha256 {loaded.sha256[:12]}")
    for event in found.events:
        what = _KINDS[event.kind].in_language(lang)
        note = f" · {event.body['note']}" if event.body["note"] else ""
        wrote = Text("编制人", "author").in_language(lang)
        authors = f" · {wrote} {', '.join(event.body['authors'])}" if event.body["authors"] else ""
        click.echo(f"  {event.seq}. {event.at} {event.actor} {what}{authors}{note}")
    for event in runs:
        mark = _OFFICIAL[bool(event.body["official"])].in_language(lang)
        click.echo(f"  {event.seq}. {event.at} {_KINDS[event.kind].in_language(lang)} {event.body['period']} [{mark}]")
    click.echo(approval_words(found.mark(str(store))).in_language(lang))


_KINDS = {
    "policy.approved": Text("批准", "approved"),
    "policy.withdrawn": Text("撤回批准", "took the approval back"),
    "run.settled": Text("月度结算", "month settled"),
    "run.cleared": Text("年终清算", "year cleared"),
}
_OFFICIAL = {True: Text("正式", "official"), False: Text("试算", "trial")}


def _plain(event: Event) -> dict[str, Any]:
    return {**event._asdict(), "body": dict(event.body)}
