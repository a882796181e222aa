"""What was decided, denied and held in closed months, taken along when they are settled again under another policy (6.4, 8.3, 11).

Whichever month a decision or denial came in, a stay ends as one that was decided on and denied together, with the values of its own
month. So each is taken up in the month of its stay, and the places of a quota are those of all months of the year that are tested.
The year counts them so, too (6.4). Open findings hold money in every month that had them, and it is paid in the first that has
them no longer: what is held in the end is what is open in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.reasons import REASONS
from drgdip.interface.denial import Denial, DenialLine
from drgdip.interface.held_finding import HeldFinding
from drgdip.interface.hold import HoldLine
from drgdip.interface.special import SpecialDecision, SpecialLine
from drgdip.pipeline.attribution.holding import holds, reserves
from drgdip.pipeline.attribution.inputs import ListInputs
from drgdip.pipeline.denials.inputs import FILE as DENIALS
from drgdip.pipeline.denials.inputs import HELD, NO_DENIALS, DenialInputs
from drgdip.pipeline.denials.lines import again
from drgdip.pipeline.special.earlier import stored_cases
from drgdip.pipeline.special.history import FILE as SPECIAL
from drgdip.pipeline.special.history import History, key_of
from drgdip.pipeline.special.inputs import NOTHING_GIVEN, SpecialInputs
from drgdip.pipeline.special.tally import Tally, added
from drgdip.statement.xlsx import both

if TYPE_CHECKING:
    from drgdip.pipeline.month import SettledMonth
    from drgdip.pipeline.run_folder import RunFolder
    from drgdip.policy.values import PolicyValues

DECISIONS_CAUSE, DENIALS_CAUSE, HOLDS_CAUSE = "decisions", "denials", "holds"


class NotApplied(NamedTuple):
    """A decision, denial or open finding that a policy leaves without effect. side : of the old policy or the new one; why : key of the reason."""

    side: str
    kind: str
    id: str
    setl_id: str
    month: str
    why: str

    @property
    def words(self) -> str:
        """What is so, in both languages."""
        return both(REASONS[self.why].words)

    @property
    def remedy(self) -> str:
        """What to do about it, in both languages."""
        return both(REASONS[self.why].remedy)


class Beside(NamedTuple):
    """Decisions and denials by the month of their stay.

    late : whether any came after that month, which was paid without it. fen : what runs have posted and denied for them. held :
    findings that were open, by month of the runs that were given a screening.
    """

    decisions: Mapping[str, Sequence[SpecialDecision]] = {}
    denials: Mapping[str, Sequence[Denial]] = {}
    late: bool = False
    fen: int = 0
    held: Mapping[str, Sequence[HeldFinding]] = {}

    @property
    def parts(self) -> list[tuple[str, Beside]]:
        """One after the other, each with those before it: decisions, denials, what is held; only those that there are."""
        found = {
            DECISIONS_CAUSE: (self.decisions, self._replace(denials={}, held={})),
            DENIALS_CAUSE: (self.denials, self._replace(held={})),
            HOLDS_CAUSE: (any(self.held.values()), self),
        }
        return [(cause, some) for cause, (there, some) in found.items() if there]

    def others(self, months: Iterable[str]) -> list[NotApplied]:
        """What is about stays of other months than those that are tested."""
        known = set(months)
        named = [
            *(("decision", month, one.id, one.setl_id) for month, own in sorted(self.decisions.items()) for one in own),
            *(("denial", month, one.id, one.setl_id) for month, own in sorted(self.denials.items()) for one in own),
        ]
        return [
            NotApplied("both", kind, id_, setl_id, month, "stay_not_tested")
            for kind, month, id_, setl_id in named
            if month not in known
        ]


NOTHING_BESIDE = Beside()


def beside_of(folders: Sequence[RunFolder], options: Sequence[Mapping[str, Sequence[str]]]) -> Beside:
    """What runs have decided and denied; as the files have it that they were given, else as the runs tell it.

    options : those of the runs' commands.
    """
    decided: dict[str, SpecialLine] = {}
    denied: dict[str, DenialLine] = {}
    posted, ordered = 0, sorted(folders, key=lambda one: one.record.month)
    for folder in ordered:
        special, denials = _lines(folder)
        # A year to date tells its decisions in every month.
        decided |= {line.decision_id: line for line in special if line.standing == "in_force"}
        denied |= {line.denial_id: line for line in denials if line.standing == "posted"}
        posted += sum(line.posted_fen for line in special)
    decisions, given = _given(options)
    lines: list[SpecialLine | DenialLine] = [*decided.values(), *denied.values()]
    told = {line.setl_id: line.stay_month for line in lines}
    own = told | _first_months(ordered, told.keys())
    by_month: dict[str, list[SpecialDecision]] = {}
    for id_, line in sorted(decided.items()):
        by_month.setdefault(own[line.setl_id], []).append(decisions.get(id_) or _decision_of(line))
    denials_by_month: dict[str, list[Denial]] = {}
    for id_, one in sorted(denied.items()):
        denials_by_month.setdefault(own[one.setl_id], []).append(given.get(id_) or again(one))
    late = any(line.month != own[line.setl_id] for line in lines)
    fen = posted - sum(line.denied_fen for line in denied.values())
    return Beside(by_month, denials_by_month, late, fen, _held(folders, options))


def _held(
    folders: Sequence[RunFolder], options: Sequence[Mapping[str, Sequence[str]]]
) -> dict[str, Sequence[HeldFinding]]:
    """Open findings as the screenings have them that runs were given, by month."""
    from drgdip.intake.held_files import read_held

    found: dict[str, Sequence[HeldFinding]] = {}
    for folder, one in zip(folders, options, strict=False):
        for screening in one["screening"]:
            found[folder.record.month] = read_held(Path(screening) / HELD)[0]
    return found


def _first_months(folders: Sequence[RunFolder], stays: Set[str]) -> dict[str, str]:
    """By stay, the month whose run has it first: its own, also where later runs of a year to date have it again."""
    found: dict[str, str] = {}
    for folder in folders:
        if missing := stays - found.keys():
            with folder.reading("cases.parquet") as path:
                found |= {stored["setl_id"]: folder.record.month for stored in stored_cases(path, missing)}
    return found


def _lines(folder: RunFolder) -> tuple[list[SpecialLine], list[DenialLine]]:
    from drgdip.statement.denial_csv import denial_line
    from drgdip.statement.special_csv import special_line

    special: list[SpecialLine] = []
    denials: list[DenialLine] = []
    if folder.has(SPECIAL):
        with folder.reading(SPECIAL):
            special = [special_line(cells) for cells in folder.rows(SPECIAL)]
    if folder.has(DENIALS):
        with folder.reading(DENIALS):
            denials = [denial_line(cells) for cells in folder.rows(DENIALS)]
    return special, denials


def _given(
    options: Sequence[Mapping[str, Sequence[str]]],
) -> tuple[dict[str, SpecialDecision], dict[str, Denial]]:
    """Decisions and denials of the files that runs were given, by ID."""
    from drgdip.intake.denial_files import read_denials
    from drgdip.intake.special_files import read_special_decisions

    decisions: dict[str, SpecialDecision] = {}
    denials: dict[str, Denial] = {}
    for one in options:
        for name in one["decisions"]:
            decisions |= {found.id: found for found in read_special_decisions(Path(name))[0]}
        for path in (*map(Path, one["denials"]), *(Path(folder) / DENIALS for folder in one["screening"])):
            denials |= {found.id: found for found in read_denials(path)[0]}
    return decisions, denials


def _decision_of(line: SpecialLine) -> SpecialDecision:
    """The decision that a line holds; a standard in money stands there as the points that it became."""
    by_item = line.outcome == "by_item"
    return SpecialDecision(
        "--run", 0, line.decision_id, line.setl_id, line.outcome, line.decision_date,  # type: ignore[arg-type]
        tuple(line.reviewers.split("|")), (), line.allowed_fen if by_item else None, line.factor_e4 or None,
        line.decided_points_e4 or None,
    )  # fmt: skip


class Taking:
    """Decisions and denials on their way through the months of one policy.

    tallies : what the months' discharges and difficult cases come to, by month.
    """

    def __init__(self, beside: Beside, tallies: Mapping[str, Tally]) -> None:
        self._beside, self._tallies = beside, tallies
        self._lines: dict[str, SpecialLine] = {}
        self._holds: list[HoldLine] = []
        self.not_applied: list[NotApplied] = []

    def inputs(self, month: str, months: Sequence[str], values: PolicyValues) -> tuple[SpecialInputs, DenialInputs]:
        """What a month is given beside its cases. months : whose stays it settles."""
        decisions = [one for own in months for one in self._beside.decisions.get(own, ())]
        denials = [one for own in months for one in self._beside.denials.get(own, ())]
        special, denied = NOTHING_GIVEN, NO_DENIALS
        if values.special is None:
            self._tell("decision", month, ((one.id, one.setl_id, "special_no_section") for one in decisions))
        elif decisions:
            others = [tally for name, tally in self._tallies.items() if name not in months and name[:4] == month[:4]]
            held = {key: line for key, line in self._lines.items() if line.stay_month[:4] == month[:4]}
            special = SpecialInputs((), decisions, History(held, added(others), ()))
        if values.sanctions is None:
            self._tell("denial", month, ((one.id, one.setl_id, "denial_no_section") for one in denials))
        elif denials:
            denied = DenialInputs(denials)
        return special, self._with_held(denied, month, months, values)

    def _with_held(self, denied: DenialInputs, month: str, months: Sequence[str], values: PolicyValues) -> DenialInputs:
        """What is open in the month, or of a year to date in the last month that says it, where the policy would hold its money."""
        held = next((self._beside.held[own] for own in reversed(months) if own in self._beside.held), None)
        if held is None:
            return denied
        terms = values.screening
        if terms is None or not reserves(values):
            told = {one.id for one in self.not_applied}
            new = [(one.key, one.setl_id, "held_no_section") for one in held if one.key not in told]
            self._tell("finding", month, new)
            return denied
        kept = [
            one for one in held
            if not (one.severity or one.official_class) or terms.holds(one.severity, one.official_class)
        ]  # fmt: skip
        return denied._replace(held=kept)

    def lists(self, values: PolicyValues) -> ListInputs | None:
        """What months before have held, which a month may release; None under a policy that holds nothing."""
        from drgdip.intake.list_register import ListRegister

        return ListInputs(ListRegister(), {}, tuple(self._holds)) if holds(values) else None

    def done(self, settled: SettledMonth) -> None:
        """What became of them."""
        self._holds += settled.attribution.lines if settled.attribution else ()
        special = settled.special.lines if settled.special else []
        denials = settled.denials.lines if settled.denials else []
        self._lines |= {key_of(line): line for line in special if line.standing == "in_force"}
        left = ((one.decision_id, one.setl_id, one.why) for one in special if one.standing != "in_force")
        self._tell("decision", settled.month, left)
        refused = ((one.denial_id, one.setl_id, one.why) for one in denials if one.standing == "refused")
        self._tell("denial", settled.month, refused)

    def _tell(self, kind: str, month: str, some: Iterable[tuple[str, str, str]]) -> None:
        self.not_applied += [NotApplied("", kind, id_, setl_id, month, why) for id_, setl_id, why in some]
