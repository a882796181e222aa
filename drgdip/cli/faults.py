"""What ends a command early: one sentence of fact, one of advice, an exit code. Never a trace."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import click

from drgdip.base.errors import EXIT_BLOCKED, DrgdipError, UsageError
from drgdip.base.text import Text

#: Set to anything, it lets a fault of the program show where it happened.
TRACE_VARIABLE = "DRGDIP_TRACE"

_SYSTEM = {
    errno.ENOENT: Text("文件或文件夹不存在", "no such file or folder"),
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.EPERM: Text("没有权限", "permission denied"),
    errno.EROFS: Text("磁盘为只读", "the disk is read-only"),
    errno.ENOSPC: Text("磁盘空间不足", "the disk is full"),
    errno.EDQUOT: Text("磁盘配额已用完", "the disk quota is used up"),
    errno.EFBIG: Text("文件超出允许的大小", "the file is larger than allowed"),
    errno.EISDIR: Text("该处是文件夹", "it is a folder"),
    errno.ENOTDIR: Text("路径中有一处不是文件夹", "a part of the path is not a folder"),
    errno.EEXIST: Text("该处已有文件", "a file is in the way"),
    errno.ENAMETOOLONG: Text("名称过长", "the name is too long"),
    errno.EBUSY: Text("正在使用中", "it is in use"),
}


class ProgramFault(DrgdipError):
    """Something that the program did not foresee."""

    exit_code = EXIT_BLOCKED


def told(error: Exception) -> DrgdipError:
    """The fault that people are told of for whatever ended a command."""
    if isinstance(error, DrgdipError):
        return error
    if isinstance(error, click.ClickException):
        return _usage(error)
    for cause in _chain(error):
        if isinstance(cause, OSError):
            return _system(cause)
        if isinstance(cause, MemoryError):
            return UsageError(
                Text("内存不足。", "There is not enough memory."),
                Text("请关闭其他程序,或减小 --threads(settle 还有 --chunk-rows)。",
                     "Close other programs, or lower --threads (and --chunk-rows, where the command has it)."),
            )  # fmt: skip
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return ProgramFault(
        Text(f"程序内部出错({what})。", f"The program failed ({what})."),
        Text(f"这是程序的缺陷,请连同命令与版本反馈;设置环境变量 {TRACE_VARIABLE}=1 重跑可看到出错位置。",
             f"This is a defect: report it with command and version; with {TRACE_VARIABLE}=1 set it shows the place."),
    )  # fmt: skip


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it arose from: cleaning up after a full disk may fail in its own way."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _system(error: OSError) -> DrgdipError:
    fallback = os.strerror(error.errno) if error.errno else " ".join(str(error).split())
    why = _SYSTEM.get(error.errno or 0, Text(fallback, fallback))
    if error.filename is None:
        fact = Text(f"读写失败:{why.zh}。", f"Reading or writing failed: {why.en}.")
    else:
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(error.filename)
        fact = Text(f"无法读写 {name}:{why.zh}。", f"{name} cannot be read or written: {why.en}.")
    return UsageError(
        fact, Text("请检查路径、权限与磁盘空间后重试。", "Check path, permissions and disk space, then try again.")
    )


def _usage(error: click.ClickException) -> DrgdipError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "drgdip"
    advice = Text(f"请用 {command} --help 查看用法。", f"{command} --help shows how it is used.")
    return UsageError(Text(_chinese(error), error.format_message()), advice)


def _chinese(error: click.ClickException) -> str:
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}{_near(error.possibilities)}"
    if message.startswith("No such command"):
        name = message.split("'")[1]
        context = getattr(error, "ctx", None)
        known = context.command.list_commands(context) if context else []
        return f"没有命令 {name}{_near(get_close_matches(name, known))}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 的写法有误(缺少取值,或多写了取值)。"
    if isinstance(error, click.MissingParameter) and error.param:
        return f"缺少{_name(error.param)}。"
    if isinstance(error, click.BadParameter) and error.param:
        return f"{_name(error.param)} 的值不可用:{_expected(error.param.type) or error.message}。"
    return f"命令写法有误:{message}"


def _near(names: Sequence[str] | None) -> str:
    return f",是否为 {'、'.join(names)}?" if names else "。"


def _name(parameter: click.Parameter) -> str:
    return (
        f"选项 {parameter.opts[0]}" if isinstance(parameter, click.Option) else f"参数 {parameter.human_readable_name}"
    )


def _expected(kind: click.ParamType[Any]) -> str:
    """What a value must be, in Chinese."""
    if isinstance(kind, click.IntRange):
        return f"应为 {kind.min} 至 {kind.max} 的整数" if kind.max is not None else f"应为不小于 {kind.min} 的整数"
    if isinstance(kind, click.Choice):
        return f"应为 {'、'.join(map(str, kind.choices))} 之一"
    if isinstance(kind, click.DateTime):
        return "应为 YYYY-MM-DD 格式的日期"
    if isinstance(kind, click.Path):
        return f"应为{'已有的' if kind.exists else ''}{'文件' if not kind.dir_okay else '文件夹'}"
    return ""
