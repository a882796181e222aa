"""What all commands share: the options for language and JSON, and how JSON is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from drgdip.ledger import Keeper

language_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="输出语言 | language"
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON,供程序读取 | print JSON, for programs")


def print_json(content: Any) -> None:
    """Print JSON: in UTF-8 whatever the terminal's encoding is, since programs read it."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8"))


def open_store(path: Path | None) -> Keeper | None:
    """The keeper of a store of runs, if one is named."""
    if path is None:
        return None
    from drgdip.ledger import open_keeper

    return open_keeper(path)
