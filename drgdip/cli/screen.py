"""``drgdip screen``: rules over stays, fee lines and histories, before settlement."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drgdip.base.errors import EXIT_BLOCKED, EXIT_DONE, UsageError
from drgdip.base.text import Language, Text
from drgdip.cli.options import json_option, language_option, print_json

if TYPE_CHECKING:
    from drgdip.base.findings import Finding as DataFinding
    from drgdip.pipeline.screening.planted import Planted
    from drgdip.pipeline.screening.reviewing import Review
    from drgdip.screening.engine import Screened

_PATH = click.Path(path_type=Path)
_DATA = Text("数据", "data")
#: Faults of decisions that are told one by one; all of them are in ``data_findings.csv``.
_TOLD = 20


@click.command(
    help="结算前疑点审核:按规则目录审核数据表或单个病例 | Screen tables, or one case, by the rule catalogue."
)
@click.option("--data", type=_PATH, help="存放数据表的文件夹 | folder of tables, files named after them")
@click.option("--case", "case_file", type=_PATH, help="单个病例 JSON | one case as JSON, with --params if needed")
@click.option("--rules", help="规则编号,逗号分隔(默认全部) | IDs of rules, by commas; all if not given")
@click.option(
    "--params", type=_PATH, help="参数文件 YAML 或 JSON | parameters by rule, states, suppressions, by place and day"
)
@click.option("--knowledge", help="知识包名称或文件夹 | knowledge pack, by name or folder")
@click.option("--out", type=_PATH, help="结果文件夹(与 --data 同用) | folder for the results, with --data")
@click.option(
    "--policy", help="政策文件或内置政策名:疑点按其 screening 一节办理 | policy whose section screening findings follow"
)
@click.option(
    "--group-by",
    help="重新分组所依政策(不办理疑点)| policy whose edition G01 to G03 and G09 group again by, without following findings up",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="审核日期(与 --policy 同用) | day of the run, with --policy")
@click.option("--previous", type=_PATH, help="上次审核结果文件夹 | results of the run before")
@click.option("--decisions", type=_PATH, help="疑点处理决定 CSV | decisions on findings")
@click.option("--settled", multiple=True, type=_PATH, help="已结算月份的结果文件夹,可多次 | settled months, repeatable")
@click.option(
    "--seed",
    default="",
    help="随机抽查未发现疑点病例的种子 | seed of the stays that are looked at although nothing was found",
)
@click.option("--random-share", default="0.01", show_default=True, metavar="SHARE", help="随机抽查比例 | share of them")
@click.option(
    "--key", type=_PATH, help="植入违规的答案 violations.csv:逐条比对 | key of synth --violations, to compare with"
)
@click.option("--overwrite", is_flag=True, help="替换已有结果 | replace an earlier result")
@json_option
@language_option
def screen(
    data: Path | None,
    case_file: Path | None,
    rules: str | None,
    params: Path | None,
    knowledge: str | None,
    out: Path | None,
    policy: str | None,
    group_by: str | None,
    as_of: str | None,
    previous: Path | None,
    decisions: Path | None,
    settled: tuple[Path, ...],
    seed: str,
    random_share: str,
    key: Path | None,
    overwrite: bool,
    as_json: bool,
    lang: Language,
) -> None:
    """Screen and say what was found. A case that would be held or denied ends with exit code 1, as does a wrong key."""
    wanted = [name.strip() for name in rules.split(",") if name.strip()] if rules else []
    if (data is None) == (case_file is None) or (data is None) != (out is None) or (case_file and (key or group_by)):
        raise UsageError(
            Text("须给出 --data 与 --out,或只给出 --case。", "Give --data with --out, or --case alone."),
            Text("用法见 drgdip screen --help。", "drgdip screen --help shows how."),
        )
    if (policy is None) != (as_of is None) or (policy is None and (previous or decisions or settled)):
        raise UsageError(
            Text("--policy 与 --as-of 须同时给出,其他审核选项须与它们同用。", "--policy and --as-of go together, and the other options of a review with them."),
            Text("用法见 drgdip screen --help。", "drgdip screen --help shows how."),
        )  # fmt: skip
    planted: Sequence[Planted] = ()
    told_of_data: Sequence[DataFinding] = ()
    reviewed: Review | None = None
    unused: Sequence[DataFinding] = ()
    in_data = 0
    if case_file is not None:
        screened, told_of_data, code = _one_case(case_file, wanted, params, knowledge)
    else:
        assert data is not None
        assert out is not None
        from drgdip.pipeline.screening.reviewing import ReviewOptions
        from drgdip.pipeline.screening.run import screen_to_folder

        share = _share(random_share)
        review = ReviewOptions(policy, as_of, previous, decisions, settled, seed, share) if policy and as_of else None
        run = screen_to_folder(
            data,
            out,
            rules=wanted,
            params=params,
            knowledge=knowledge,
            group_by=group_by,
            overwrite=overwrite,
            command=["drgdip", *sys.argv[1:]],
            review=review,
            key=key,
        )
        screened, planted, reviewed = run.screened, run.planted, run.review
        unused = reviewed.findings if reviewed else ()
        in_data = len(run.data_findings) - len(unused)
        code = EXIT_DONE if all(one.right for one in planted) else EXIT_BLOCKED
    if as_json:
        told: dict[str, Any] = {"planted": [one._asdict() for one in planted]} if planted else {}
        if reviewed:
            told["rule_quality"] = [one._asdict() for one in reviewed.quality]
        if told_of_data:
            told["data_findings"] = [_said_of_data(one) for one in told_of_data]
        if case_file is None:
            told |= {"data_finding_count": in_data, "unused_decisions": [_said_of_data(one) for one in unused]}
        print_json({**_content(screened, whole=case_file is not None), **told})
    else:
        of_files = _lines_of_files(in_data, unused)
        lines = [*_lines(screened, out, planted), *_of_rules(reviewed), *of_files, *map(_line_of_data, told_of_data)]
        click.echo("\n".join(line.in_language(lang) for line in lines))
    raise SystemExit(code)


def _share(text: str) -> int:
    """A share with at most four decimals, as ten-thousandths. UsageError for any other."""
    from drgdip.base.scaled import E4, parse_scaled

    try:
        share = parse_scaled(text, 4)
    except ValueError:
        share = -1
    if not 0 <= share <= E4:
        raise UsageError(
            Text(
                f"--random-share“{text}”不是 0 至 1 之间的小数。",
                f"--random-share '{text}' is no share between 0 and 1.",
            ),
            Text("请填写最多四位小数,例如 0.05。", "Write at most four decimals, such as 0.05."),
        )
    return share


def _one_case(
    file: Path, rules: list[str], params: Path | None, knowledge: str | None
) -> tuple[Screened, list[DataFinding], int]:
    from drgdip.pipeline.screening.case_file import read_case
    from drgdip.pipeline.screening.in_memory import dataset_of_rows
    from drgdip.pipeline.screening.params_file import read_params
    from drgdip.pipeline.screening.run import load_pack, span_of
    from drgdip.screening import screen

    settings: Mapping[str, Any] = read_params(params) if params else {}
    batch, told = dataset_of_rows(read_case(file))
    screened = screen(batch, rules, settings, load_pack(knowledge, batch, span_of(batch.lines)) if knowledge else None)
    return screened, told, EXIT_BLOCKED if any(finding.lane for finding in screened.findings) else EXIT_DONE


def _said_of_data(one: DataFinding) -> dict[str, Any]:
    return {"row": one.row, "setl_id": one.setl_id, "field": one.field, "value": one.value, "reason": one.key,
            "words": one.reason.words._asdict(), "remedy": one.reason.remedy._asdict()}  # fmt: skip


def _line_of_data(one: DataFinding, name: Text = _DATA) -> Text:
    words, remedy = one.reason.words, one.reason.remedy
    return Text(f"  {name.zh}第 {one.row} 行 {one.field}“{one.value}”:{words.zh};{remedy.zh}",
                f"  {name.en}, row {one.row}, {one.field} '{one.value}': {words.en}; {remedy.en}")  # fmt: skip


def _lines_of_files(in_data: int, unused: Sequence[DataFinding]) -> Iterator[Text]:
    """What was not taken of the files of a run: the data's own defects by number, decisions one by one."""
    if in_data:
        yield Text(
            f"  数据问题 {in_data:,} 条,见 data_findings.csv",
            f"  {in_data:,} defects of the data: see data_findings.csv",
        )
    if unused:
        yield Text(f"  未采用的处理决定 {len(unused):,} 处,见 data_findings.csv",
                   f"  {len(unused):,} faults of decisions that were not taken: see data_findings.csv")  # fmt: skip
    for one in unused[:_TOLD]:
        yield _line_of_data(one, Text(f"  {one.file} ", f"  {one.file}"))


def _of_rules(reviewed: Review | None) -> Iterator[Text]:
    """Rules that are upheld too seldom."""
    from drgdip.screening.review.quality import lines_of

    return lines_of(reviewed.quality, reviewed.in_shadow, reviewed.cycle) if reviewed else iter(())


def _content(screened: Screened, *, whole: bool) -> dict[str, Any]:
    from drgdip.pipeline.screening.answer import answer
    from drgdip.pipeline.screening.outputs import counted
    from drgdip.screening.plain import in_yuan, row

    content: dict[str, Any] = {
        "gate": screened.gate,
        "counts": [
            {"rule_id": rule, "outcome": outcome, "count": n}
            for (rule, outcome), n in counted(screened.findings).items()
        ],
        "coverage": [covered._asdict() for covered in screened.coverage],
    }
    if whole:
        content["findings"] = [in_yuan(row(finding)) for finding in screened.findings]
        content |= answer(screened.findings, {})
    return content


def _lines(screened: Screened, out: Path | None, planted: Sequence[Planted]) -> Iterator[Text]:
    from drgdip.pipeline.screening.outputs import counted, not_run

    yield Text(f"疑点 {len(screened.findings):,} 条", f"{len(screened.findings):,} findings")
    if not screened.gate:
        yield Text("  未运行数据校验 A02", "  the gate A02 was not run, so no case was held for its data")
    if out is None:
        for finding in screened.findings:
            name, tried = f"{finding.rule.id} {finding.hit.outcome}", finding.shadow
            yield Text(f"  [{name}{',试运行' if tried else ''}] {finding.sentence.zh}",
                       f"  [{name}{', in shadow' if tried else ''}] {finding.sentence.en}")  # fmt: skip
    else:
        for (rule, outcome), number in counted(screened.findings).items():
            yield Text(f"  {rule} {outcome}: {number:,}", f"  {rule} {outcome}: {number:,}")
    for rule, reasons in not_run(screened.coverage).items():
        listed = ", ".join(f"{reason} {number:,}" for reason, number in sorted(reasons.items()))
        yield Text(f"  {rule} 未运行:{listed}", f"  {rule} did not run: {listed}")
    if planted:
        from drgdip.pipeline.screening.planted import lines_of

        yield from lines_of(planted)
    if out is not None:
        yield Text(f"  结果:{out}", f"  Results: {out}")
