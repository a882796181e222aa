"""K2: what the fee lines of a stay say together: days without treatment, and signs of a needless admission."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run, stay_days
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run


def idle_days(run: Run) -> Judged:
    """Stays with inner days on which nothing but bed, visit and nursing is billed (E05)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, cases, params = run.lines, run.cases, run.params
    first, last = stay_days(cases)
    substantive = run.judged() & lines.is_any("charge_class", params.texts("substantive_types")) & lines.known("time_s")
    active: dict[int, set[int]] = {}
    for case, day in set(zip(lines["case"][substantive].tolist(), lines["day"][substantive].tolist(), strict=True)):
        active.setdefault(case, set()).add(day)
    answers = Answers(cases.rows)
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    unclear = run.judged() & ~(lines.known("charge_class") & lines.known("time_s"))
    answers.require({"med_chrgitm_type": ~in_cases(cases.rows, unclear, lines["case"]),
                     "adm_time": cases.known("admission_s"), "dscg_time": cases.known("discharge_s")})  # fmt: skip
    answers.mark(cases.is_any("care", params.texts("exempt_med_type")), State.NOT_APPLICABLE, "guard")
    answers.mark(last - first < max(2, params.integer("min_los")), State.NOT_APPLICABLE, "short_stay")
    judged = (answers.state == State.PASS) & ~run.closed
    hits = []
    for case in np.flatnonzero(judged).tolist():
        inner = range(int(first[case]) + 1, int(last[case]))
        idle = [day for day in inner if day not in active.get(case, ())]
        longest, inclusive = _longest_run(idle), params.flag("inclusive")
        share = params.ratio("min_share") * len(inner)
        long_enough = longest >= params.integer("min_run") if inclusive else longest > params.integer("min_run")
        if idle and (long_enough or (len(idle) >= share if inclusive else len(idle) > share)):
            hits.append(_idle(run, case, idle, longest, len(inner)))
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _longest_run(days: list[int]) -> int:
    longest = run = 0
    for place, day in enumerate(days):
        run = run + 1 if place and days[place - 1] == day - 1 else 1
        longest = max(longest, run)
    return longest


def _idle(run: Run, case: int, idle: list[int], longest: int, inner: int) -> Hit:
    """The exposure is what was billed for bed, visit and nursing on idle days."""
    lines, (first, after) = run.lines, run.data.offsets[case : case + 2].tolist()
    of_days = set(run.params.texts("deny_types"))
    rows = [
        row for row in range(first, after)
        if lines["net_quantity_e4"][row] > 0 and int(lines["day"][row]) in idle and lines.text("charge_class", row) in of_days
    ]  # fmt: skip
    sums = [int(lines[f"net_{name}"][rows].sum()) for name in ("quantity_e4", "fee_fen", "scope_fen")]
    return Hit(
        "HOLD_CASE", "case", (run.cases.text("settlement", case),), case, case, lines=tuple(rows),
        amounts=Amounts(sums[0], sums[1], sums[2], None),
        facts={"idle_days": len(idle), "longest_run": longest, "inner_days": inner},
        formula=f"{len(idle)} / {inner}",
    )  # fmt: skip


class _Signs(NamedTuple):
    """Signs of one case that hold, and those that the data leave open."""

    held: list[str]
    open: list[str]


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
    reader = _SignReader(run)
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        signs, threshold = reader.signs(case), params.integer("threshold") + reader.raised(case)
        score = sum(weights.get(name, 0) for name in signs.held)
        if score >= threshold:
            hits.append(
                Hit("HOLD_CASE", "case", (cases.text("settlement", case),), case, case,
                    amounts=Amounts(fund_fen=int(cases["fund_fen"][case]) if cases.known("fund_fen")[case] else None),
                    facts={"score": score, "threshold": threshold, "evidence": sorted(signs.held)},
                    formula=" + ".join(f"{name} {weights.get(name, 0)}" for name in sorted(signs.held)))
            )  # fmt: skip
        elif score + sum(weights.get(name, 0) for name in signs.open) >= threshold:
            answers.mark(np.array([case]), State.NOT_RUN, f"undecided:{'+'.join(sorted(signs.open))}")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


class _SignReader:
    """Reads the signs of one case after another; what lines say is added up for all cases at once."""

    def __init__(self, run: Run) -> None:
        cases, lines, params = run.cases, run.lines, run.params
        self._run, self._prefixes = run, params.texts("low_acuity_dx")
        self._cost, self._exam_share, self._treat_share = (
            params.ratio(name) for name in ("cost_ratio", "exam_share", "treat_share")
        )
        net, case = lines["net_quantity_e4"] > 0, lines["case"]
        drugs = net & lines.is_any("charge_class", params.texts("drug_types"))
        treated = drugs | (net & lines.is_any("charge_class", params.texts("treatment_types")))
        exam = net & lines.is_any("charge_class", params.texts("exam_types"))
        words = params.texts("parenteral_ways")
        parenteral = lines.matching("way", lambda way: any(word in way.lower() for word in words))
        nursing = lines.is_any("item", params.texts("high_nursing_codes"))

        def where(rows: np.ndarray) -> list[bool]:
            return in_cases(cases.rows, rows, case).tolist()

        self._unsorted = where(net & ~lines.known("charge_class"))
        self._parenteral, self._no_way = where(drugs & parenteral), where(drugs & ~lines.known("way"))
        self._nursing = where(net & nursing)
        self._exam, self._treated = (sum_by_case(run, rows) for rows in (exam, treated))

    def raised(self, case: int) -> int:
        """The threshold is one higher for small children and the very old."""
        cases = self._run.cases
        if not cases.known("age_e4")[case]:
            return 0
        age = int(cases["age_e4"][case])
        low, high = self._run.params.integer("young_below"), self._run.params.integer("old_above")
        return int(age < low * 10_000 or age > high * 10_000)

    def signs(self, case: int) -> _Signs:
        cases = self._run.cases
        total = int(cases["total_fen"][case]) if cases.known("total_fen")[case] else None
        mean = int(cases["group_mean_fen"][case]) if cases.known("group_mean_fen")[case] else None
        principal = cases.text("principal", case)
        sorted_out = not self._unsorted[case]
        parenteral = self._parenteral[case]
        no_way = self._no_way[case] or not sorted_out
        in_all = total if sorted_out else None
        answers = {
            "no_procedure": int(cases["procedures"][case]) == 0 if cases.known("procedures")[case] else None,
            "low_cost": None if total is None or mean is None else total < self._cost * mean,
            "exam_share": None if in_all is None else self._exam[case] >= self._exam_share * in_all,
            "little_treatment": None if in_all is None else self._treated[case] <= self._treat_share * in_all,
            "low_acuity_dx": principal.startswith(self._prefixes) if principal else None,
            "no_parenteral": False if parenteral else None if no_way else True,
            "low_nursing": not self._nursing[case],
        }
        return _Signs([n for n, held in answers.items() if held], [n for n, held in answers.items() if held is None])


def sum_by_case(run: Run, rows: np.ndarray) -> list[int]:
    """What lines charge after refunds, by case, in fen."""
    sums = np.zeros(run.cases.rows + 1, dtype=np.int64)
    np.add.at(sums, run.lines["case"][rows], run.lines["net_fee_fen"][rows])
    return [int(fen) for fen in sums]
