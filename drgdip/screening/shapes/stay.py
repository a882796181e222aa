"""K2: what the fee lines of a stay say together: days without treatment, and signs of a needless admission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run, stay_days
from drgdip.screening.exact import exceeds, reaches
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run


def idle_days(run: Run) -> Judged:
    """Stays with inner days on which nothing but bed, visit and nursing is billed (E05)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    first, last = stay_days(cases)
    answers = Answers(cases.rows)
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    unclear = run.judged() & ~(lines.known("charge_class") & lines.known("time_s"))
    answers.require({"med_chrgitm_type": ~in_cases(cases.rows, unclear, lines["case"]),
                     "adm_time": cases.known("admission_s"), "dscg_time": cases.known("discharge_s")})  # fmt: skip
    answers.mark(cases.is_any("care", params.texts("exempt_med_type")), State.NOT_APPLICABLE, "guard")
    answers.mark(last - first < max(2, params.integer("min_los")), State.NOT_APPLICABLE, "short_stay")
    active = _ActiveDays(run, np.flatnonzero((answers.state == State.PASS) & ~run.closed), first, last)
    longest, inner, least = active.longest_idle, active.inner, params.integer("min_run")
    if params.flag("inclusive"):
        found = (longest >= least) | reaches(active.idle, params.ratio("min_share"), inner)
    else:
        found = (longest > least) | exceeds(active.idle, params.ratio("min_share"), inner)
    hits = [
        _idle(run, int(active.cases[place]), active.idle_days(place), int(longest[place]), int(inner[place]))
        for place in np.flatnonzero(found & (active.idle > 0)).tolist()
    ]
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


class _ActiveDays:
    """The inner days of some stays: on which there was care, and how long there was none. Arrays (n,), one a stay."""

    def __init__(self, run: Run, cases: np.ndarray, first: np.ndarray, last: np.ndarray) -> None:
        self.cases, self._first, self._last = cases, first[cases], last[cases]
        self.inner = self._last - self._first - 1
        lines = run.lines
        care = (
            run.judged() & lines.is_any("charge_class", run.params.texts("substantive_types")) & lines.known("time_s")
        )
        place = np.full(run.cases.rows + 1, -1, dtype=np.int64)
        place[cases] = np.arange(len(cases))
        place, day = place[lines["case"][care]], lines["day"][care]
        chosen = place >= 0
        place, day = place[chosen], day[chosen]
        inside = (day > self._first[place]) & (day < self._last[place])
        place, day = place[inside], day[inside]
        # Admission and discharge close the runs of idle days.
        low = int(self._first.min(initial=0))
        self._span = int(self._last.max(initial=0)) - low + 1
        each = np.arange(len(cases))
        care_keys = place * self._span + day - low  # in order already, as lines are
        care_keys = care_keys[np.append(True, np.diff(care_keys) != 0)[: len(care_keys)]]
        ends = [each * self._span + day - low for day in (self._first, self._last)]
        self._low, self._keys = low, np.sort(np.concatenate([care_keys, *ends]), kind="stable")  # three runs in order
        owner = self._keys // self._span
        gaps = np.append(np.diff(self._keys % self._span) - 1, 0)
        gaps[np.append(np.diff(owner) != 0, True)] = 0
        self._starts = np.searchsorted(owner, each)
        self.longest_idle = np.maximum.reduceat(gaps, self._starts) if len(cases) else gaps[:0]
        self.idle = np.add.reduceat(gaps, self._starts) if len(cases) else gaps[:0]

    def idle_days(self, place: int) -> list[int]:
        """The inner days of one stay without care."""
        end = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._keys)
        active = set((self._keys[self._starts[place] : end] % self._span + self._low).tolist())
        return [day for day in range(int(self._first[place]) + 1, int(self._last[place])) if day not in active]


def _idle(run: Run, case: int, idle: list[int], longest: int, inner: int) -> Hit:
    """The exposure is what was billed for bed, visit and nursing on idle days."""
    lines, (first, after) = run.lines, run.data.offsets[case : case + 2].tolist()
    of_days, days = set(run.params.texts("deny_types")), set(idle)
    rows = [
        row for row in range(first, after)
        if lines["net_quantity_e4"][row] > 0 and int(lines["day"][row]) in days and lines.text("charge_class", row) in of_days
    ]  # fmt: skip
    sums = [int(lines[f"net_{name}"][rows].sum()) for name in ("quantity_e4", "fee_fen", "scope_fen")]
    return Hit(
        run.params.text("outcome"), "case", (run.cases.text("settlement", case),), case, case, lines=tuple(rows),
        amounts=Amounts(sums[0], sums[1], sums[2], None),
        facts={"idle_days": len(idle), "longest_run": longest, "inner_days": inner},
        formula=f"{len(idle)} / {inner}",
    )  # fmt: skip


class _Sign(NamedTuple):
    """One sign in all cases: where it holds, and where the data leave it open; bool, (n,)."""

    held: np.ndarray
    open: np.ndarray


def low_standard(run: Run) -> Judged:
    """Admissions that weighted signs call needless (E06).

    A sign that the data leave open counts neither way: the rule answers NOT_RUN where it would decide.
    """
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    cases, params = run.cases, run.params
    weights = {name: int(weight) for name, weight in params.numbers("weights").items()}
    answers, hits = Answers(cases.rows), []
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    exempt = cases.is_any("discharge_way", params.texts("exempt_dscg_way")) | cases.is_any(
        "care", params.texts("exempt_med_type")
    )
    exempt |= cases.starts_with("principal", params.texts("exempt_dx_prefix"))
    answers.mark(exempt, State.NOT_APPLICABLE, "guard")
    signs = _signs(run)
    score, left_open = (
        sum(
            (sign._asdict()[side] * weights.get(name, 0) for name, sign in signs.items()),
            np.zeros(cases.rows, np.int64),
        )
        for side in ("held", "open")
    )
    threshold = params.integer("threshold") + _raised(run)
    judged = (answers.state == State.PASS) & ~run.closed
    for case in np.flatnonzero(judged & (score >= threshold)).tolist():
        held = sorted(name for name, sign in signs.items() if sign.held[case])
        hits.append(
            Hit(params.text("outcome"), "case", (cases.text("settlement", case),), case, case,
                amounts=Amounts(fund_fen=int(cases["fund_fen"][case]) if cases.known("fund_fen")[case] else None),
                facts={"score": int(score[case]), "threshold": int(threshold[case]), "evidence": held},
                formula=" + ".join(f"{name} {weights.get(name, 0)}" for name in held))
        )  # fmt: skip
    _undecided(answers, signs, judged & (score < threshold) & (score + left_open >= threshold))
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _undecided(answers: Answers, signs: Mapping[str, _Sign], where: np.ndarray) -> None:
    """NOT_RUN with the names of the signs that would decide."""
    names = sorted(signs)
    kinds = sum(
        (signs[name].open.astype(np.int64) << bit for bit, name in enumerate(names)), np.zeros(len(where), np.int64)
    )
    for kind in np.unique(kinds[where]).tolist():
        named = "+".join(name for bit, name in enumerate(names) if kind >> bit & 1)
        answers.mark(where & (kinds == kind), State.NOT_RUN, f"undecided:{named}")


def _raised(run: Run) -> np.ndarray:
    """The threshold is one higher for small children and the very old."""
    age, low, high = run.cases["age_e4"], run.params.integer("young_below"), run.params.integer("old_above")
    return (run.cases.known("age_e4") & ((age < low * 10_000) | (age > high * 10_000))).astype(np.int64)


def _signs(run: Run) -> dict[str, _Sign]:
    """All signs of all cases; what lines say is added up for all at once."""
    cases, lines, params = run.cases, run.lines, run.params
    net, case = lines["net_quantity_e4"] > 0, lines["case"]
    drugs = net & lines.is_any("charge_class", params.texts("drug_types"))
    treated = drugs | (net & lines.is_any("charge_class", params.texts("treatment_types")))
    exam = net & lines.is_any("charge_class", params.texts("exam_types"))
    words = params.texts("parenteral_ways")

    def where(rows: np.ndarray) -> np.ndarray:
        return in_cases(cases.rows, rows, case)

    unsorted = where(net & ~lines.known("charge_class"))
    unpriced = where(net & ~lines.known("fee_fen"))
    parenteral = where(drugs & lines.matching("way", lambda way: any(word in way.lower() for word in words)))
    no_way = where(drugs & ~lines.known("way")) | unsorted
    nursing = where(net & lines.is_any("item", params.texts("high_nursing_codes")))
    total, mean = cases["total_fen"], cases["group_mean_fen"]
    priced, sorted_out = cases.known("total_fen"), cases.known("total_fen") & ~unsorted & ~unpriced
    none, acute = np.zeros(cases.rows, dtype=np.bool_), cases.known("principal")
    answers = {
        "no_procedure": (cases["procedures"] == 0, cases.known("procedures")),
        "low_cost": (~reaches(total, params.ratio("cost_ratio"), mean), priced & cases.known("group_mean_fen")),
        "exam_share": (reaches(sums_by_case(run, exam), params.ratio("exam_share"), total), sorted_out),
        "little_treatment": (~exceeds(sums_by_case(run, treated), params.ratio("treat_share"), total), sorted_out),
        "low_acuity_dx": (cases.starts_with("principal", params.texts("low_acuity_dx")), acute),
        "no_parenteral": (~parenteral, parenteral | ~no_way),
        "low_nursing": (~nursing, ~none),
    }
    return {name: _Sign(held & known, ~known) for name, (held, known) in answers.items()}


def sums_by_case(run: Run, rows: np.ndarray) -> np.ndarray:
    """What lines charge after refunds, by case, in fen; rows : which lines count, bool."""
    chosen = np.flatnonzero(rows)
    sums = np.append(0, np.cumsum(run.lines["net_fee_fen"][chosen]))
    return np.asarray(np.diff(sums[np.searchsorted(chosen, run.data.offsets)]))
