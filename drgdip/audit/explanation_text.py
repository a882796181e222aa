"""An explanation as lines of text."""

from __future__ import annotations

from drgdip.audit.dip_candidates import lines_of
from drgdip.audit.steps import Explanation, Line, Step
from drgdip.base.text import Language, Text


def explanation_lines(explanation: Explanation, language: Language) -> list[str]:
    """The explanation of a case, one line a value."""
    lines = ["  ".join(f"{name}: {value}" for name, value in explanation.identity.items()), ""]
    if explanation.set_aside:
        lines.append(Text("该行未结算:", "This row was not settled:").in_language(language))
        for row in explanation.set_aside:
            lines += ["  " + "  ".join(f"{name}={value}" for name, value in row.items() if value)]
        return lines
    for number, step in enumerate(explanation.steps, 1):
        lines += _step_lines(number, step, language)
    if explanation.differences:
        lines.append(Text("与运行记录不一致:", "Differs from the run's record:").in_language(language))
        lines += [f"  {difference}" for difference in explanation.differences]
    return lines


def _step_lines(number: int, step: Step, language: Language) -> list[str]:
    lines = [f"{number}. {step.title.in_language(language)}"]
    lines += ["   " + _value(line, language) for line in step.reads]
    if step.table_row:
        head = Text("目录行", "table row").in_language(language)
        lines.append(f"   [{head}] " + "  ".join(f"{name}={value}" for name, value in step.table_row.items() if value))
    lines += ["   " + line for line in lines_of(step.candidates, language)]
    lines += ["   → " + _value(line, language) for line in step.writes]
    lines += [f"     § {key}: {citation}" for key, citation in step.citations if citation]
    return [*lines, ""]


def _value(line: Line, language: Language) -> str:
    text = f"{line.label.in_language(language)} [{line.column}]: "
    text += f"{line.working} = {line.value}" if line.working else line.value
    return f"{text}    ({line.source})" if line.source else text
