"""The explanation of a CHS-DRG grouping as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drgdip.audit.drg_candidates import Rejected
from drgdip.audit.drg_conditions import Checked, Severity, severity_asked
from drgdip.audit.drg_explanation import TRUTH, CodeLine, DrgExplanation, PathStep, WhatIf
from drgdip.audit.drg_language import JOINTS, NONE, ROLES, condition, instance, kind_of
from drgdip.audit.drg_walk import Tried
from drgdip.base.reasons import REASONS
from drgdip.base.text import Language, Text
from drgdip.pipeline.drg_outcome import DrgOutcome

#: Both stand in the character sets of Chinese Windows consoles.
_TRUE, _FALSE = "√", "×"
_WHY = {
    "rule_fails": Text("未满足", "lacks"),
    "category_fails": Text("规则成立,但所属 MDC 未满足", "its rule holds, but its category lacks"),
    "no_group_holds": Text("规则成立,但其中没有 DRG 成立", "its rule holds, but none of its groups does"),
    "comes_later": Text("规则成立,但排在入组的 ADRG 之后", "its rule holds, but it comes after the deciding one"),
}
#: The same for rows of categories that fail.
_ELSEWHERE = {
    "rule_fails": Text(
        "有编码符合,但规则与所属 MDC 均不成立", "codes meet a part, but neither rule nor category holds"
    ),
    "category_fails": Text("规则成立,但所属 MDC 不成立", "their rules hold, but their categories do not"),
}
_STANDING = {
    "official": Text("正式", "official"),
    "transcribed": Text("转录", "transcribed"),
    "derived": Text("推导", "derived"),
    "synthetic": Text("虚构", "synthetic"),
}


def explanation_lines(explanation: DrgExplanation, language: Language, everything: bool) -> list[str]:
    """The explanation line by line; ``everything`` : rejected rows one by one, and rules in full."""
    return list(_Writer(explanation, language, everything).lines())


class _Writer:
    def __init__(self, explanation: DrgExplanation, language: Language, everything: bool) -> None:
        self._all, self._language, self._everything = explanation, language, everything

    def lines(self) -> Iterator[str]:
        parts = (self._edition, self._case, self._outcome, self._path, self._decided, self._severities, self._rejected,
                 self._near, self._what_if, self._differences)  # fmt: skip
        for number, part in enumerate(filter(None, map(list, (part() for part in parts)))):
            yield from ("", *part) if number else part

    def _say(self, zh: str, en: str) -> str:
        return Text(zh, en).in_language(self._language)

    def _in(self, text: Text) -> str:
        return text.in_language(self._language)

    def _edition(self) -> Iterator[str]:
        known = self._all.identity
        base = f" < {known['extends']}" if "extends" in known else ""
        standing = self._in(_STANDING[known["standing"]])
        yield f"{known[f'title_{self._language}']} [{known['scheme']}/{known['edition']}{base}] {standing} {known['sha256'][:12]}"

    def _case(self) -> Iterator[str]:
        if "setl_id" in self._all.identity:
            yield f"{self._say('结算ID', 'settlement ID')}: {self._all.identity['setl_id']}"
        for line in (*self._all.diagnoses, *self._all.operations):
            yield self._code(line)
        if not self._all.operations:
            yield f"{self._in(ROLES['ZYSS'])}: {self._in(NONE)}"
        for note in self._all.notes:
            yield f"! {note.codes}: {self._in(note.words)}"
        values = (f"{self._in(line.label)} {line.value}" for line in self._all.values if line.value)
        yield "; ".join(values) or self._say("年龄、性别等均缺", "age, sex and the like are missing")

    def _code(self, line: CodeLine) -> str:
        text = f"{self._in(ROLES[line.variable])}: {line.code or line.given} {line.name}"
        if not line.code:
            return text + self._say("编码表中没有,不参与入组", "not in the code list, plays no part")
        if line.code != line.given:
            text += self._say(f"(写作 {line.given})", f" (written {line.given})")
        return text + (self._say("  ← 入组所依据", "  <- decided") if line.deciding else "")

    def _group(self, outcome: DrgOutcome) -> str:
        weight = self._say(f"权重 {outcome.weight}", f"weight {outcome.weight}") if outcome.weight else ""
        return "  ".join(filter(None, (outcome.drg_code, outcome.name, weight)))

    def _outcome(self) -> Iterator[str]:
        outcome = self._all.outcome
        yield f"→ {self._group(outcome)}  {self._in(REASONS[outcome.reason].words)}"
        if self._all.decided:
            yield "  " + " → ".join(f"{row.code} {row.name}".rstrip() for row in self._all.decided)

    def _row(self, row: Tried) -> str:
        place = self._say(f"{row.sheet} 第 {row.row} 行", f"{row.sheet} row {row.row}")
        return " ".join(filter(None, (row.code, row.name, f"[{place}]")))

    def _path(self) -> Iterator[str]:
        yield self._say("路径(MDC 按顺序)", "Path (categories in order)")
        for step in self._all.path:
            yield from self._step(step)

    def _step(self, step: PathStep) -> Iterator[str]:
        row = step.row
        if not row.holds:
            yield f"  {_FALSE} {self._row(row)}: {self._lacking(row.checked.shortfall())}"
        elif step.decided:
            tried = self._say(
                f"第 {step.adjacent + 1} 个 ADRG 入组", f"takes the case with its ADRG no. {step.adjacent + 1}"
            )
            yield f"  {_TRUE} {self._row(row)}: {tried}"
        else:
            none = self._say(f"{step.adjacent} 个 ADRG 均不成立", f"none of its {step.adjacent} ADRGs takes the case")
            yield f"  {_TRUE} {self._row(row)}: {none}"
        if self._everything and row.checked.joint:
            yield from self._tree(row.checked, 2)

    def _lacking(self, conditions: Sequence[Checked]) -> str:
        return "; ".join(map(self._condition, conditions))

    def _condition(self, one: Checked) -> str:
        if one.joint:
            return self._in(JOINTS[one.joint]).join(map(self._condition, one.parts))
        instead = self._in(instance(one))
        text = self._in(condition(one)) + (f": {instead}" if instead else "")
        excluded = [s.code for s in self._all.severities if s.level in severity_asked(one) and not s.counts]
        if excluded and not one.holds:
            text += self._say(f"({'、'.join(excluded)} 被排除)", f" ({', '.join(excluded)} excluded)")
        return text

    def _tree(self, checked: Checked, depth: int) -> Iterator[str]:
        mark = _TRUE if checked.holds else _FALSE
        if not checked.joint:
            yield f"{'  ' * depth}{mark} {self._condition(checked)}"
            return
        word = self._say("同时成立", "all of") if checked.joint == "and" else self._say("任一成立", "any of")
        yield f"{'  ' * depth}{mark} {word}:"
        for part in checked.parts:
            yield from self._tree(part, depth + 1)

    def _decided(self) -> Iterator[str]:
        yield self._say("入组规则", "Deciding rules")
        if not self._all.decided:
            yield "  " + self._say("没有规则成立。", "No rule holds.")
        for row in self._all.decided:
            yield f"  {self._row(row)}" + (f"  {' '.join(row.text.split())}" if row.text else "")
            yield from self._tree(row.checked, 2)

    def _severities(self) -> Iterator[str]:
        yield self._say("其他诊断的严重程度", "Severity of other diagnoses")
        if not self._all.severities:
            yield f"  {self._in(NONE)}"
        for line, one in zip(self._all.diagnoses[1:], self._all.severities, strict=True):
            yield f"  {line.code or line.given}: {self._severity(one)}"

    def _severity(self, one: Severity) -> str:
        if not one.code:
            return self._say("编码表中没有", "not in the code list")
        if not one.level:
            return self._say("不是 MCC 或 CC", "neither MCC nor CC")
        row = self._sheet_row("CC", one.row)
        if one.counts:
            return self._say(f"{one.level},计入{row}", f"{one.level}, counts{row}")
        principal, table = self._all.diagnoses[0].code, one.excluded_by + self._sheet_row("排除表", one.exclusion_row)
        return self._say(
            f"{one.level},不计入{row}:主要诊断 {principal} 在排除表 {table} 中",
            f"{one.level}, excluded{row}: the principal diagnosis {principal} is in exclusion table {table}",
        )

    def _sheet_row(self, sheet: str, row: int) -> str:
        return self._say(f" [{sheet} 第 {row} 行]", f" [{sheet} row {row}]") if row else ""

    def _rejected(self) -> Iterator[str]:
        """Rows near the stay in categories that hold one by one, the others by what they fail by."""
        by_kind: dict[Text, list[str]] = {}
        lines = []
        for one in self._all.rejected:
            if self._everything or (one.near and one.holds):
                lines.append(self._candidate(one))
            elif one.near:
                by_kind.setdefault(_ELSEWHERE[one.why], []).append(one.row.code)
            elif one.tried:
                by_kind.setdefault(kind_of(one.lacking), []).append(one.row.code)
        if lines or by_kind:
            yield self._say("未入的 ADRG 与 DRG", "Rejected ADRGs and DRGs")
        yield from lines
        for kind, codes in by_kind.items():
            yield f"  {_FALSE} {self._in(kind)} ({len(codes)}): {' '.join(codes)}"

    def _candidate(self, one: Rejected) -> str:
        text = f"  {_FALSE} {one.category} {self._row(one.row)}: {self._in(_WHY[one.why])}"
        return f"{text} {self._lacking(one.lacking)}" if one.lacking else text

    def _near(self) -> Iterator[str]:
        if self._all.near_misses:
            yield self._say("只差一个条件", "One condition away")
        for one in self._all.near_misses:
            yield f"  {self._row(one.row)}: {self._lacking(one.lacking)}"

    def _what_if(self) -> Iterator[str]:
        if not self._all.what_if:
            return
        yield self._say("换一个编码作主要诊断或主要手术操作", "Another code as principal diagnosis or main operation")
        for one in self._all.what_if:
            yield f"  {self._one(one)}"
        yield "  " + self._in(TRUTH)

    def _one(self, one: WhatIf) -> str:
        first = self._in(ROLES["ZYZD" if one.kind == "principal" else "ZYSS"])
        same = self._say("(不变)", " (the same)") if one.same else ""
        against = f"  ! {self._in(REASONS[one.note].words)}" if one.note else ""
        return f"{first} {one.code} {one.name} → {self._group(one.outcome)}{same}{against}"

    def _differences(self) -> Iterator[str]:
        if self._all.differences:
            yield self._say("与入组结果不一致(程序缺陷):", "Disagrees with grouping (a defect of the program):")
        yield from (f"  {difference}" for difference in self._all.differences)
