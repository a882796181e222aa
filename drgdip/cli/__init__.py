"""The command line. Commands load on use, so that help is quick."""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import pairwise

import click

from drgdip import __version__
from drgdip.base.errors import DrgdipError

#: Command -> (module, attribute, short help).
_COMMANDS = {
    "tables": ("drgdip.cli.tables", "tables", "分组目录:列出、检查、查看、导入 | grouper tables"),
    "policy": ("drgdip.cli.policy", "policy", "支付政策:列出、查看、检查 | payment policies"),
    "synth": ("drgdip.cli.synth", "synth", "生成模拟病例 | synthetic cases"),
    "group": ("drgdip.cli.group", "group", "病例入组 | group cases"),
    "settle": ("drgdip.cli.settle", "settle", "月度预结算 | settle a month"),
    "explain": ("drgdip.cli.explain", "explain", "逐步解释一个病例 | explain one case"),
    "selftest": ("drgdip.cli.selftest", "selftest", "用算例自检 | prove against worked examples"),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, _, help_) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="drgdip")
def cli() -> None:
    """按病种分值(DIP)付费的月度结算:入组、计分、支付、结算单,逐分可查。

    Monthly settlement under DIP: grouping, points, payment and statements, exact to the fen.
    """


def main() -> None:
    """Entry point: faults end with their message and exit code, never with a trace."""
    language = "en" if _wants_english(sys.argv[1:]) else "zh"
    try:
        cli.main(standalone_mode=False)
    except DrgdipError as error:
        click.echo(error.message(language), err=True)  # type: ignore[arg-type]
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


def _wants_english(arguments: list[str]) -> bool:
    return "--lang=en" in arguments or any(
        first == "--lang" and second == "en" for first, second in pairwise(arguments)
    )
