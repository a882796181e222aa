"""What comes beside the cases for special-case review, read and handed to the month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.interface.special import Application, SpecialDecision
from drgdip.pipeline.special.history import NO_HISTORY, History, read_history

if TYPE_CHECKING:
    from drgdip.interface.denial import DenialLine
    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process
    from drgdip.pipeline.special.review import Review
    from drgdip.policy import Policy
    from drgdip.policy.sections.special_values import Special
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import GroupTables


class SpecialInputs(NamedTuple):
    """Applications, decisions, and what earlier months hand on."""

    applications: Sequence[Application] = ()
    decisions: Sequence[SpecialDecision] = ()
    history: History = NO_HISTORY


NOTHING_GIVEN = SpecialInputs()


def read_special(
    values: PolicyValues,
    month: str,
    applications: str | Path | Sequence[Application] | None,
    decisions: str | Path | Sequence[SpecialDecision] | None,
    prior: Sequence[str | Path],
) -> tuple[SpecialInputs, list[Finding]]:
    """Files of applications and decisions, or such objects, and the earlier runs. Raises UsageError as the readers do."""
    from drgdip.intake.special_files import read_applications, read_special_decisions

    if values.special is None and not (applications or decisions):
        return NOTHING_GIVEN, []
    findings: list[Finding] = []
    if applications is None or isinstance(applications, str | Path):
        applications, found = read_applications(Path(applications) if applications else None)
        findings += found
    if decisions is None or isinstance(decisions, str | Path):
        decisions, found = read_special_decisions(Path(decisions) if decisions else None)
        findings += found
    history = read_history(prior, month, values.month.point_value == "cumulative")
    return SpecialInputs(applications, decisions, history), findings


def missing_months(given: SpecialInputs, month: str, terms: Special | None) -> list[Finding]:
    """Earlier months of the year without a run, or whose run does not count by level where the policy does, where something is
    decided: their discharges and places do not count.
    """
    if not given.decisions:
        return []
    known = {name for name, _ in given.history.runs}
    earlier = [f"{month[:4]}-{number:02d}" for number in range(1, int(month[5:]))]
    missing = [Finding("--prior", 0, "", "", name, "special_prior_missing") for name in earlier if name not in known]
    if terms is None or terms.share_e4 is not None:
        return missing
    other = given.history.without_levels
    return missing + [Finding("--prior", 0, "", "", name, "special_prior_without_levels") for name in other]


def review_of(
    month: str,
    policy: Policy,
    tables: GroupTables,
    process: Process,
    contexts: Sequence[Context],
    given: SpecialInputs,
    tell: Callable[[Sequence[Finding]], None],
    denied: Sequence[DenialLine] = (),
) -> Review | None:
    """The month's review, or None under a policy without; ``denied`` are the lines of earlier runs. Raises PolicyError where something is given all the same."""
    if contexts[-1].values.special is None:
        if given.applications or given.decisions:
            raise PolicyError(
                Text(f"政策 {policy.name} 没有 special 一节,不能处理特例单议的申请与决定。",
                     f"The policy {policy.name} has no section special: it knows no applications and decisions."),
                Text("请在政策中规定特例单议(special 一节)。", "Give the policy a section special."),
            )  # fmt: skip
        return None
    from drgdip.pipeline.special.review import Review

    return Review(month, policy, tables, process, contexts, given, tell, denied=denied)
