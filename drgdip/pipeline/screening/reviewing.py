"""A screening within its review: earlier events and new decisions before it, states, denials and notices after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.findings import Finding as DataFinding
from drgdip.base.text import Text
from drgdip.interface.review_decision import ReviewDecision
from drgdip.screening.catalogue import rules
from drgdip.screening.review.course import Course
from drgdip.screening.review.outcome import Outcome, as_found, held_mode, is_of_stay, is_open, outcome
from drgdip.screening.review.quality import LifeCycle, Quality, qualities
from drgdip.screening.review.reason_codes import shipped_codes, without_code
from drgdip.screening.review.states import CHOICES, Standing
from drgdip.screening.review.triage import DEFAULTS, Lane

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.screening.data import Dataset
    from drgdip.screening.engine import Screened
    from drgdip.screening.findings import Finding
    from drgdip.screening.rule import Rule


class ReviewOptions(NamedTuple):
    """decisions : a file of them, or several. policy : file or name. as_of : day of the run. previous : folder of the run before. settled : settled months.

    seed, share_e4 : of the stays that are looked at although nothing was found; none without a seed.
    """

    policy: str | Path
    as_of: str
    previous: Path | None = None
    decisions: Path | Sequence[Path] | None = None
    settled: Sequence[str | Path] = ()
    seed: str = ""
    share_e4: int = 100


class Held(NamedTuple):
    """An open finding whose money waits. mode : how it would be denied, empty where it is the region's own."""

    standing: Standing
    official_class: str
    mode: str


class Review:
    """What becomes of findings. known : rules by ID, the catalogue's if not given. reasons : codes of reviewers, those shipped if not given.

    findings : what is wrong with decisions that were not taken. doubtful : of those that were.

    Raises PolicyError for a policy that does not say what becomes of findings, UsageError for files and days.
    """

    def __init__(
        self, options: ReviewOptions, known: Mapping[str, Rule] | None = None, reasons: Mapping[str, Text] | None = None
    ) -> None:
        from drgdip.intake.review_files import read_review_decisions
        from drgdip.pipeline.screening.review_files import broken, read_events
        from drgdip.policy import load_policy

        self._options, self._rules = options, rules() if known is None else known
        self.day = _day(options.as_of)
        self.policy = load_policy(options.policy)
        values = _values(self.policy, self.day)
        assert values.screening is not None
        self.policy_name, self.region = self.policy.name, self.policy.region_name
        self.terms = values.screening
        self._mode = values.sanctions.denial if values.sanctions else "deduct_amount"
        events = read_events(options.previous)
        latest = max((event.at for event in events), default="")
        if self.day.isoformat() < latest:
            raise _too_early(self.day, latest, options.previous)
        try:
            self.course = Course(events, self.terms, self.day, self._rules)
        except ValueError as error:
            raise broken(options.previous or Path()) from error
        self._before = [*self.course.standings.values()]
        given = options.decisions or ()
        read = [read_review_decisions(path, CHOICES) for path in ([given] if isinstance(given, Path) else given)]
        decisions = [one for own, _ in read for one in own]
        self.findings = [one for _, own in read for one in own]
        self.course.decide(decisions, self._say)
        refused = {(found.file, found.row) for found in self.findings}
        taken = [one for one in decisions if (one.file, one.row) not in refused]
        self.doubtful = [
            DataFinding(one.file, one.row, "", "reason", one.reason, "review_unknown_reason")
            for one in without_code(taken, shipped_codes() if reasons is None else reasons)
        ]
        self.outcome = Outcome([], {}, [])
        self._stays: dict[str, str] = {}
        self._found: dict[str, Finding] = {}
        self.triage: Mapping[str, Lane] = DEFAULTS
        self.cycle, self.in_shadow = LifeCycle(), frozenset[str]()

    def _say(self, decision: ReviewDecision, field: str, key: str) -> None:
        value = str(getattr(decision, {"finding_key": "key", "group_code": "group"}.get(field, field), ""))
        self.findings.append(DataFinding(decision.file, decision.row, "", field, value, key))

    @property
    def passed(self) -> dict[str, str]:
        """Findings that were decided to be none."""
        return self.course.passed

    def follow(self, screened: Screened, data: Dataset) -> None:
        """Compare what was found with where findings stood, and work out what is denied."""
        ran = {row.rule for row in screened.coverage if row.life == "active" and row.state != "NOT_RUN"}
        places = {name for frame in (data.cases, data.outpatient) if frame is not None and frame.has("settlement")
                  for name in (frame.text("settlement", row) for row in range(frame.rows))}  # fmt: skip
        cases = data.cases
        self._stays = {cases.text("settlement", row): cases.text("hospital", row) for row in range(cases.rows)}
        self._found = {finding.key: finding for finding in screened.findings}
        self.course.see(screened.findings, lambda one: one.rule in ran and one.settlement in places)
        self.course.close(_posted(self._options.settled))
        self.outcome = outcome(self.course.standings, screened.findings, self._mode)
        self.course.enter(self.outcome.of)

    def fallen(self, cycle: LifeCycle) -> frozenset[str]:
        """Rules that are in shadow in this run, by what the run before has left."""
        self.cycle = cycle
        self.in_shadow = frozenset(one.rule for one in qualities(self._before, cycle, self.day) if one.falls)
        return self.in_shadow

    @property
    def quality(self) -> list[Quality]:
        """What has been decided of each rule, the decisions of this run among it: the next run goes by it."""
        return qualities(self.course.standings.values(), self.cycle, self.day)

    @property
    def held(self) -> list[Held]:
        """Findings whose money waits for a decision, where the region holds it."""
        found = []
        for key, standing in sorted(self.course.standings.items()):
            finding, rule = self._found.get(key), self._rules.get(standing.rule)
            one = as_found(standing, finding)
            official = rule.official_class if rule else ""
            if is_open(one) and self.terms.holds(one.severity, official):
                claimed = finding.claimed.fund_fen if finding else one.fund_fen
                held = one._replace(group=one.group or one.should)
                found.append(Held(held, official, held_mode(one, self._mode, claimed) if is_of_stay(one) else ""))
        return found

    def write(self, folder: Path, findings: Sequence[Finding]) -> None:
        """Write events, states, denials, what is held, and a notice for each hospital."""
        from drgdip.pipeline.screening.notices import write_notices
        from drgdip.pipeline.screening.review_files import write_quality, write_review
        from drgdip.pipeline.screening.review_list import write_review_list

        done = self.outcome
        write_quality(folder, self.quality, self.in_shadow, self.cycle)
        write_review(folder, self.course.events, self.course.standings, done.denials, self.held, done.elsewhere)
        write_notices(folder, findings, self)
        write_review_list(
            folder, self.course.standings, self._stays, self._options.seed, self._options.share_e4, self.triage
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            Text(f"--as-of“{text}”不是日期。", f"--as-of '{text}' is no date."),
            Text("请按 YYYY-MM-DD 填写。", "Write it as YYYY-MM-DD."),
        ) from error


def _too_early(day: date, latest: str, previous: Path | None) -> UsageError:
    name = previous.name if previous else ""
    return UsageError(
        Text(f"审核日期 {day} 早于上次审核 {name} 已记录的 {latest}。",
             f"The day {day} is before what the earlier screening {name} has recorded on {latest}."),
        Text(f"请以 {latest} 或之后的 --as-of 运行,或给出更早的 --previous。",
             f"Run with --as-of {latest} or later, or give an earlier --previous."),
    )  # fmt: skip


def _values(loaded: Policy, day: date) -> PolicyValues:
    values = loaded.on(day)
    if values.screening is None:
        raise PolicyError(
            Text(f"政策 {loaded.name} 没有 screening 一节,不能处理疑点。",
                 f"The policy {loaded.name} has no section screening: it does not say what becomes of findings."),
            Text("请在政策中规定答复期限与处理方式。", "Give the policy a section screening."),
        )  # fmt: skip
    return values


def _posted(runs: Sequence[str | Path]) -> dict[str, str]:
    """Denials that settled months have taken: ID -> day of the decision."""
    from drgdip.pipeline.run_folder import RunFolder
    from drgdip.statement.denial_csv import denial_line

    found: dict[str, str] = {}
    for run in map(RunFolder, runs):
        if run.has("denials.csv"):
            with run.reading("denials.csv"):
                lines = [denial_line(cells) for cells in run.rows("denials.csv")]
            found |= {line.denial_id: line.date for line in lines if line.standing == "posted"}
    return found
