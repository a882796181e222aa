"""The command line. Commands load on use, so that help is quick."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from itertools import pairwise
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from drgdip import __version__
from drgdip.base.text import Language, Text

#: Command -> (module, attribute, short help).
_COMMANDS = {
    "tables": ("drgdip.cli.tables", "tables", "分组目录:列出、检查、查看、导入 | grouper tables"),
    "knowledge": ("drgdip.cli.knowledge", "knowledge", "知识包:审核规则所用清单 | lists behind the screening rules"),
    "policy": ("drgdip.cli.policy", "policy", "支付政策:查看、检查、比较、批准、回测 | payment policies"),
    "catalogue": ("drgdip.cli.catalogue", "catalogue", "由历史病例测算病种目录 | catalogues from history"),
    "synth": ("drgdip.cli.synth", "synth", "生成模拟病例 | synthetic cases"),
    "group": ("drgdip.cli.group", "group", "病例入组 | group cases"),
    "screen": ("drgdip.cli.screen", "screen", "结算前疑点审核 | screen before settlement"),
    "settle": ("drgdip.cli.settle", "settle", "月度预结算 | settle a month"),
    "state": ("drgdip.cli.state", "state", "结算申报与清单的状态 | states of settlement files and lists"),
    "special": ("drgdip.cli.special", "special", "特例单议:候选、名单、公布 | special-case review"),
    "prepay": ("drgdip.cli.prepay", "prepay", "预付金 | prepayment"),
    "smooth": ("drgdip.cli.smooth", "smooth", "点值测算:优值区间 | smoothed point values"),
    "sample": ("drgdip.cli.sample", "sample", "抽样核查与放大扣减 | samples of stays, and what their check comes to"),
    "clear": ("drgdip.cli.clear", "clear", "年终清算 | clear a year"),
    "cross-region": ("drgdip.cli.cross_region", "cross_region", "异地清算 | clear with other regions"),
    "analyse": ("drgdip.cli.analyse", "analyse", "运行分析与预警 | indicators and warnings"),
    "report": ("drgdip.cli.report", "report", "医疗机构月度报告 | a hospital's month as a page"),
    "statement": ("drgdip.cli.statement", "statement", "医疗机构结算单,供签章 | statements for hospitals to sign"),
    "explain": ("drgdip.cli.explain", "explain", "逐步解释一个病例 | explain one case"),
    "scores": ("drgdip.cli.scores", "scores", "五项监管评分 | monitoring scores"),
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

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader has seen enough, as with "| head"
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(_SIGNALLED + signal.SIGPIPE)

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
    language: Language = "en" if _wants_english(sys.argv[1:]) else "zh"
    _prepare_streams()
    _end_orderly_when_told_to()
    try:
        cli.main(standalone_mode=False)
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo(_INTERRUPTED.in_language(language), err=True)
        sys.exit(_SIGNALLED + signal.SIGINT)
    except Exception as error:
        from drgdip.cli.faults import TRACE_VARIABLE, told

        if os.environ.get(TRACE_VARIABLE):
            raise
        fault = told(error)
        click.echo(fault.message(language), err=True)
        sys.exit(fault.exit_code)


_INTERRUPTED = Text("已中断,未完成的结果不保留。", "Interrupted; nothing unfinished is kept.")
#: Exit code of a command that a signal ended, less the signal's number, as shells count.
_SIGNALLED = 128


def _prepare_streams() -> None:
    """Let a terminal that lacks a sign show its number; what cannot be shown must not end a run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end_orderly_when_told_to() -> None:
    """A scheduler's TERM and a closed terminal clear away what is unfinished, as Ctrl-C does; the same signal again ends at once."""

    def end(number: int, _frame: object) -> None:
        # Where the first one comes at a moment that swallows exceptions (a finalizer), nobody would hear it again.
        signal.signal(number, signal.SIG_DFL)
        raise SystemExit(_SIGNALLED + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup asks to be left alone
            signal.signal(number, end)


def _wants_english(arguments: list[str]) -> bool:
    return "--lang=en" in arguments or any(
        first == "--lang" and second == "en" for first, second in pairwise(arguments)
    )
