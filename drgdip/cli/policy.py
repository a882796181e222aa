"""``drgdip policy``: list, show and check payment policies; what changes and approves them is beside."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import PolicyError, TablesError
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.policy import Policy, Problem
    from drgdip.policy.rows import Row

#: Marks of values, as ``status`` names them.
MARKS = {
    "sourced": Text("见原文", "sourced: from the text"),
    "derived": Text("推导得出", "derived"),
    "unverified": Text("未核实原文", "unverified against the text"),
    "memory": Text("凭一般知识,无文件", "from general knowledge, no text"),
    "disputed": Text("存疑:各文件不一致", "disputed: texts disagree"),
}
_STATUS = {
    "official": Text("正式", "official"),
    "transcribed": Text("转录", "transcribed"),
    "derived": Text("推导", "derived"),
    "draft": Text("草案", "draft"),
    "synthetic": Text("虚构", "synthetic"),
}

_LATER = Text("核对日期 {day} 晚于今日 {today}:请写实际与原文核对的日期",
              "confirmed on {day}, which is after today, {today}: write the day on which it was compared with its text")  # fmt: skip


@click.group()
def policy() -> None:
    """支付政策:查看、检查、比较、新建、批准、回测 | payment policies, from file to approval."""


@policy.command("list")
@json_option
@language_option
def list_policies(as_json: bool, lang: Language) -> None:
    """列出随附政策 | list the policies that come with the package."""
    from drgdip.policy import load_policy, shipped_policies

    policies = [load_policy(name) for name in shipped_policies()]
    if as_json:
        print_json([_head(one) for one in policies])
        return
    for one in policies:
        click.echo(_title(one, lang))


@policy.command("show")
@click.argument("name")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="仅该日有效的取值 | only what holds on this day")
@json_option
@language_option
def show(name: str, day: datetime | None, as_json: bool, lang: Language) -> None:
    """显示政策 NAME(名称或文件)的取值与依据 | show a policy's values and citations."""
    from drgdip.policy import load_policy

    shown = load_policy(name)
    rows = shown.describe(day.date() if day else None)
    if as_json:
        print_json(
            {**_head(shown), "warnings": _problems(_warnings(shown)), "values": [row_content(row) for row in rows]}
        )
        return
    click.echo(_title(shown, lang))
    _echo_warnings(shown, lang)
    for row in rows:
        _echo_row(row, shown, lang)


@policy.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@json_option
@language_option
def check(file: str, as_json: bool, lang: Language) -> None:
    """检查政策文件及其与所用目录的配合,列出全部问题 | check a policy file, and with its tables, and list every problem."""
    from drgdip.policy import PolicyFileError, Problem
    from drgdip.policy.load import load_policy_file

    try:
        checked = load_policy_file(file)
        _refuse_unknown(checked)
        _check_with_tables(checked)
    except PolicyFileError as error:
        if as_json:
            print_json({"file": file, "valid": False, "problems": _problems(error.problems)})
        else:
            for problem in error.problems:
                click.echo(problem.in_language(lang))
        raise
    except (PolicyError, TablesError) as error:
        if as_json:
            problem = Problem(Path(file).name, 0, "tables", error.fact)
            print_json({"file": file, "valid": False, "problems": _problems([problem])})
        raise
    if as_json:
        print_json({"file": file, "valid": True, **_head(checked), "warnings": _problems(_warnings(checked)),
                    "cliffs": [cliff._asdict() for cliff in _cliffs(checked)]})  # fmt: skip
        return
    click.echo(_title(checked, lang))
    _echo_warnings(checked, lang)
    _echo_cliffs(checked, lang)
    click.echo(Text("政策文件有效", "the policy file is valid").in_language(lang))


def _refuse_unknown(checked: Policy) -> None:
    """Raise for values that the author has not filled in, each with its place."""
    from drgdip.policy import PolicyFileError, Problem
    from drgdip.policy.skeleton import NO_PLACE

    words = Text("取值未知,不能据此结算:请依据本地文件填写并注明出处",
                 "the value is unknown, nothing can be settled with it: fill it in from the document of the place")  # fmt: skip
    file = checked.source_path.name
    problems = [Problem(file, row.line, row.key, words) for row in sorted(checked.unknown(), key=lambda row: row.line)]
    if checked.region_admdvs == NO_PLACE:
        place = Text(
            "000000 不是统筹区:请填写六位行政区划代码", "000000 is no place: write its division code of six digits"
        )
        problems.insert(0, Problem(file, 1, "region.admdvs", place))
    if problems:
        raise PolicyFileError(problems)


def _check_with_tables(checked: Policy) -> None:
    """Raise what would stop a month: an edition that is not at hand, or numbers that could overflow with it."""
    from drgdip.pipeline.month_terms import prove
    from drgdip.tables import load_tables

    prove(checked, load_tables(checked.tables_scheme, checked.tables_edition))


def _head(one: Policy) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "status": one.status,
        "title": one.title._asdict(),
        "admdvs": one.region_admdvs,
        "from": one.period.first.isoformat(),
        "to": one.period.last.isoformat(),
        "tables": {"scheme": one.tables_scheme, "edition": one.tables_edition},
        "sha256": one.sha256,
    }


def row_content(row: Row) -> dict[str, str]:
    """A value as JSON carries it."""
    return {
        "key": row.key,
        "value": row.value,
        "from": row.period.first.isoformat(),
        "to": row.period.last.isoformat(),
        "cite": row.citation,
        "status": row.status,
        "note": row.note,
        "confirmed": row.confirmed,
    }


def _problems(problems: list[Problem] | tuple[Problem, ...]) -> list[dict[str, Any]]:
    return [{"file": p.file, "line": p.line, "path": p.path, "zh": p.words.zh, "en": p.words.en} for p in problems]


def _title(one: Policy, lang: Language) -> str:
    status = _STATUS[one.status].in_language(lang)
    tables = f"{Text('目录', 'tables').in_language(lang)} {one.tables_scheme} {one.tables_edition}"
    return (
        f"{one.name} {one.version} [{status}] {one.title.in_language(lang)}\n"
        f"  {one.period} · {one.region_admdvs} · {tables} · sha256 {one.sha256[:12]}"
    )


def _warnings(one: Policy) -> list[Problem]:
    """What departs from national rules, and what somebody is said to have compared with its source on a day to come.

    That day goes by the clock, and so is told here and nowhere that a result is made.
    """
    from drgdip.policy import Problem

    today, file = date.today().isoformat(), one.source_path.name
    later = [
        Problem(file, row.line, row.key, _LATER.fill(day=row.confirmed, today=today))
        for row in one.describe()
        if row.confirmed > today
    ]
    return [*one.warnings, *later]


def _echo_warnings(one: Policy, lang: Language) -> None:
    label = Text("提示", "warning").in_language(lang)
    for warning in _warnings(one):
        click.echo(f"! {label} {warning.in_language(lang)}")


def _cliffs(one: Policy) -> list[Text]:
    """Jumps of payment on any day of the policy, each once."""
    from drgdip.policy.cliffs import cliffs

    return list(dict.fromkeys(text for values in one.distinct_values() for text in cliffs(values)))


def _echo_cliffs(one: Policy, lang: Language) -> None:
    label = Text("断崖", "cliff").in_language(lang)
    for cliff in _cliffs(one):
        click.echo(f"· {label}: {cliff.in_language(lang)}")


def _echo_row(row: Row, one: Policy, lang: Language) -> None:
    click.echo(f"{row.key} = {row.value}")
    period = "" if row.period == one.period else f"{row.period} · "
    click.echo(f"    {period}{row.citation}")
    confirmed = f"{Text('核对日期', 'last confirmed').in_language(lang)} {row.confirmed}" if row.confirmed else ""
    marks = [MARKS[row.status].in_language(lang)] if row.status else []
    if marks or confirmed:
        click.echo(f"    [{' · '.join([*marks, *([confirmed] if confirmed else [])])}]")
    if row.note:
        click.echo(f"    {Text('注', 'note').in_language(lang)}: {row.note}")


from drgdip.cli import policy_approvals, policy_backtest, policy_change  # noqa: E402 - they add to the group above

for _command in (
    policy_change.diff,
    policy_change.new,
    policy_change.schema,
    policy_approvals.approve,
    policy_approvals.approvals,
    policy_backtest.backtest,
):
    policy.add_command(_command)
