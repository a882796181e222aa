"""K8: group again without what the record does not support, and compare what the groups are worth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.money import format_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.screening.amounts import Amounts
from drgdip.screening.context import Run
from drgdip.screening.hits import Answers, Hit, Judged, State, not_run
from drgdip.screening.params import MissingList, wrong_choice
from drgdip.screening.shapes.common import distinct_rows, share_text


def _fen(yuan: Fraction) -> int:
    fen = yuan * 100
    return divide(fen.numerator, fen.denominator)


def decimal(value: Fraction, places: int) -> str:
    """A fraction as a decimal, half-up."""
    scaled = value * 10**places
    return format_scaled(divide(scaled.numerator, scaled.denominator), places)


class Worth:
    """Weights of groups, and what a difference comes to for the funds."""

    def __init__(self, run: Run) -> None:
        self._run, self._weights, self._rate = run, run.params.numbers("weight"), run.params.values.get("rate")
        if self._rate is None:
            raise MissingList("rate")

    def weight(self, group: str | None) -> Fraction | None:
        return self._weights.get(group) if group else None

    def fund(self, case: int, gain: Fraction) -> Amounts:
        """``gain × rate × fund share`` (Order 7 Art. 35(1)); the share is the case's own where it is not given."""
        cases = self._run.cases
        share = None
        if cases.known("fund_share_e6")[case]:
            share = Fraction(int(cases["fund_share_e6"][case]), 10**6)
        elif cases.known("fund_fen")[case] and cases.known("total_fen")[case] and cases["total_fen"][case] > 0:
            share = Fraction(int(cases["fund_fen"][case]), int(cases["total_fen"][case]))
        fund = None if share is None else _fen(gain * self._run.params.ratio("rate") * share)
        return Amounts(fund_fen=fund)

    def formula(self, case: int, claimed: Fraction, should: Fraction) -> str:
        """``(1.2 − 0.65) × 8000 × 0.7 = 3080.00``; without a fund share there is no sum."""
        fund = self.fund(case, claimed - should).fund_fen
        text = f"({decimal(claimed, 4)} − {decimal(should, 4)}) × {self._run.params.text('rate')}"
        return text if fund is None else f"{text}{share_text(self._run.cases, case)} = {format_yuan(fund)}"


def billed_items(run: Run, case: int) -> set[str]:
    """Items of a case that still charge something after refunds."""
    first, after = run.data.offsets[case : case + 2].tolist()
    charged = np.flatnonzero(run.lines["net_quantity_e4"][first:after] > 0) + first
    return {run.lines.text("item", row) for row in distinct_rows([run.lines["item"]], charged).tolist()}


class Regrouped(NamedTuple):
    """What a case groups to as it is claimed and without some of its codes, and the weights of both where they are known."""

    claimed: str | None
    should: str | None
    own: Fraction | None
    other: Fraction | None

    def facts(self, unsupported: list[str]) -> dict[str, Any]:
        """As findings have it."""
        return {"unsupported": unsupported, "claimed": self.claimed, "should": self.should}


def without(
    run: Run, case: int, worth: Worth, *, diagnoses: Collection[str] = (), operations: Collection[str] = ()
) -> Regrouped:
    """A case grouped again without some other diagnoses or operations."""
    cases, grouper = run.cases, run.grouper
    assert grouper is not None
    principal, settlement = cases.text("principal", case), cases.text("settlement", case)
    others, done = cases.codes("diagnoses", case), cases.codes("operations", case)
    claimed = grouper(principal, others, done, settlement)
    left = [code for code in others if code not in diagnoses], [code for code in done if code not in operations]
    should = grouper(principal, *left, settlement)
    return Regrouped(claimed, should, worth.weight(claimed), worth.weight(should))


def supported_share(profile: Sequence[Sequence[str]], billed: set[str]) -> Fraction:
    """Share of a diagnosis's kinds of evidence of which something is billed."""
    return Fraction(sum(1 for kind in profile if billed.intersection(kind)), len(profile)) if profile else Fraction(1)


def unsupported_diagnosis(run: Run) -> Judged:
    """Principal diagnoses that neither evidence nor cost supports, where another one groups lower (G01)."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    if run.grouper is None:
        return not_run(run.cases.rows, "no_grouper")
    cases, params, worth = run.cases, run.params, Worth(run)
    profiles: Mapping[str, Any] = params.mapping("evidence")
    means = params.numbers("mean_fee")
    answers, hits = Answers(cases.rows), []
    answers.mark(np.diff(run.data.offsets) == 0, State.NOT_RUN, "missing:fee_lines")
    answers.require({"main_dx": cases.known("principal"), "medfee_sumamt": cases.known("total_fen")})
    answers.mark(cases.is_any("discharge_way", params.texts("exempt_dscg_way")), State.NOT_APPLICABLE, "guard")
    answers.mark(~cases.is_any("principal", tuple(profiles)), State.NOT_APPLICABLE, "not_listed")
    for case in np.flatnonzero((answers.state == State.PASS) & ~run.closed).tolist():
        found = _upcoded(run, case, worth, profiles, means)
        if isinstance(found, str):
            answers.mark(np.array([case]), State.NOT_RUN, found)
        elif found:
            hits.append(found)
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _upcoded(
    run: Run, case: int, worth: Worth, profiles: Mapping[str, Any], means: Mapping[str, Fraction]
) -> Hit | str | None:
    """The hit, the reason why the rule cannot run, or nothing."""
    cases, params, billed, group = run.cases, run.params, billed_items(run, case), _group_of(run, case)
    principal, others = cases.text("principal", case), cases.codes("diagnoses", case)
    evidence = supported_share(profiles[principal], billed)
    if evidence >= params.ratio("min_evidence"):
        return None
    claimed = group(principal, others)
    if claimed is None or worth.weight(claimed) is None or claimed not in means:
        return "no_weight_or_mean"
    cost = Fraction(int(cases["total_fen"][case]), 100) / means[claimed]
    if cost >= params.ratio("cost_ratio"):
        return None
    best: tuple[Fraction, str, str] | None = None
    for candidate in sorted({*cases.codes("alternatives", case), *others} - {principal}):
        if supported_share(profiles.get(candidate, ()), billed) < params.ratio("min_evidence"):
            continue
        should = group(candidate, (principal, *(code for code in others if code != candidate)))
        weight = worth.weight(should)
        if should and weight is not None and (best is None or weight > best[0]):
            best = (weight, should, candidate)
    own = worth.weight(claimed)
    if best is None or own is None or own - best[0] < params.ratio("min_weight_gain"):
        return None
    return Hit(
        run.params.text("outcome"), "case", (cases.text("settlement", case),), case, case, amounts=worth.fund(case, own - best[0]),
        facts={"claimed": claimed, "should": best[1], "should_main_dx": best[2], "cost_ratio": decimal(cost, 4),
               "evidence": decimal(evidence, 4)},
        formula=worth.formula(case, own, best[0]),
    )  # fmt: skip


def _group_of(run: Run, case: int) -> Callable[[str, Sequence[str]], str | None]:
    operations, settlement = run.cases.codes("operations", case), run.cases.text("settlement", case)
    grouper = run.grouper
    assert grouper is not None
    return lambda principal, others: grouper(principal, others, operations, settlement)


def split_pairs(run: Run) -> Judged:
    """Upheld pairs of split stays: which one loses points (E02). A stay is cut once."""
    pairs, modes = run.data.pairs, ("halve_prev", "merge_max", "void_next")
    if pairs is None:
        return not_run(run.cases.rows, "missing:pairs")
    mode, point_value = run.params.text("mode"), run.params.values.get("point_value")
    if mode not in modes:
        raise wrong_choice("E02", "mode", mode, modes)
    if point_value is None:
        return not_run(run.cases.rows, "missing:point_value")
    hits, cut = [], set[str]()
    order = sorted(range(pairs.rows), key=lambda row: (pairs.text("earlier", row), pairs.text("later", row)))
    answers = Answers(run.cases.rows)
    for row in order:
        if pairs.text("earlier_hospital", row) != pairs.text("later_hospital", row):
            continue
        if run.params.flag("same_group") and pairs.text("earlier_group", row) != pairs.text("later_group", row):
            continue
        if not all(pairs.known(name)[row] for name in ("earlier_points_e4", "later_points_e4", "fund_share_e6")):
            continue
        stay, points = _cut(pairs["earlier_points_e4"][row], pairs["later_points_e4"][row], mode)
        name, other = (pairs.text(side, row) for side in (("earlier", "later") if stay == 0 else ("later", "earlier")))
        if name in cut:
            continue
        cut.add(name)
        share = Fraction(int(pairs["fund_share_e6"][row]), 10**6)
        fund = _fen(Fraction(points, 10_000) * run.params.ratio("point_value") * share)
        hits.append(
            Hit(run.params.text("outcome"), "case", (name,), run.data.case_of(name), row, involves=(other,), amounts=Amounts(fund_fen=fund),
                facts={"cut_points": format_scaled(points, 4), "mode": mode},
                formula=f"{format_scaled(points, 4)} × {point_value} × {decimal(share, 4)}")
        )  # fmt: skip
    in_pairs = [
        place
        for row in order
        for side in ("earlier", "later")
        if (place := run.data.case_of(pairs.text(side, row))) >= 0
    ]
    paired = np.zeros(run.cases.rows, dtype=np.bool_)
    paired[in_pairs] = True
    answers.mark(~paired, State.NOT_APPLICABLE, "no_upheld_pair")
    answers.mark(np.array([hit.case for hit in hits if hit.case >= 0], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


def _cut(earlier: int, later: int, mode: str) -> tuple[int, int]:
    """Which stay is cut (0 the earlier one), and by how many points, e4."""
    if mode == "halve_prev":
        return 0, int(earlier) - divide(int(earlier), 2)
    if mode == "void_next" or later <= earlier:
        return 1, int(later)
    return 0, int(earlier)
