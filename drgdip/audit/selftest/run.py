"""Run one worked example."""

from __future__ import annotations

from inspect import Parameter, signature

from drgdip.audit.selftest.compare import differences
from drgdip.audit.selftest.examples import PROSE, Example
from drgdip.audit.selftest.kinds import KINDS
from drgdip.audit.selftest.report import Failure, Outcome, Refusal
from drgdip.audit.selftest.values import Unsupported, mapping
from drgdip.base.text import Text


def run_example(example: Example) -> Outcome:
    """Compute an example and compare. A fault of the computation is a failure of the example, not of the run."""
    try:
        got = _computed(example)
    except Unsupported as refusal:
        return Refusal(example.id, refusal.words)
    except Exception as fault:
        return [Failure(example.id, example.kind, "", f"{type(fault).__name__}: {fault}")]
    return [Failure(example.id, *difference) for difference in differences(example.expected, got)]


def _computed(example: Example) -> object:
    if example.kind == PROSE:
        raise Unsupported(Text("算例为文字,尚无结构化算例", "it is in prose, and there is no structured one yet"))
    if example.kind not in KINDS:
        raise Unsupported(
            Text(f"尚无该类计算:{example.kind}", f"a calculation the engine does not have yet: {example.kind}")
        )
    if not example.expected:
        raise Unsupported(Text("没有期望结果", "nothing is expected of it"))
    calculation = KINDS[example.kind]
    parameters = signature(calculation).parameters.values()
    known = [parameter.name for parameter in parameters]
    required = [parameter.name for parameter in parameters if parameter.default is Parameter.empty]
    return calculation(**mapping(example.inputs, known, required))
