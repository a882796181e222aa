"""K4: what a person had before: tests in a rolling period, stays soon after stays, drugs still in stock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.scaled import format_scaled
from drgdip.screening.context import Run
from drgdip.screening.data import DAY, Frame
from drgdip.screening.hits import Answers, Hit, Judged, State, in_cases, not_run
from drgdip.screening.params import wrong_choice
from drgdip.screening.shapes.common import diagnosed, numbered
from drgdip.screening.shapes.lines import line_answers, units_of_line

_UNIT = 10_000


def rolling_period(run: Run) -> Judged:
    """Tests of one group more often than a rolling period allows (C03). Greedy forward: earlier tests are payable."""
    if run.data.lines is None:
        return not_run(run.cases.rows, "missing:fee_lines")
    lines, scope = run.lines, run.params.text("scope")
    if scope not in ("institution", "patient"):
        raise wrong_choice("C03", "scope", scope, ("institution", "patient"))
    groups, limits = run.params.once("groups", "period_limit", lambda: _groups(run))
    names, number = run.params.once("numbers", "period_limit", lambda: numbered(groups))
    group = lines.looked_up("item", number, -1)
    there = lines.known("person") & lines.known("time_s") & (lines.known("hospital") | (scope == "patient"))
    chosen = np.flatnonzero((lines["net_quantity_e4"] > 0) & (group >= 0) & there)
    place = lines["hospital"][chosen] if scope == "institution" else np.zeros(len(chosen), dtype=np.int64)
    order = np.lexsort((np.arange(len(chosen)), lines["time_s"][chosen], group[chosen], place, lines["person"][chosen]))
    keys = np.stack([lines["person"][chosen], place, group[chosen]])[:, order].T.tolist()
    exempt = _exempt(run)
    hits: list[Hit] = []
    paid: list[tuple[int, int, int]] = []
    before: list[int] | None = None
    for key, row in zip(keys, chosen[order].tolist(), strict=True):
        if key != before:
            before, paid = key, []
        name = names[key[2]]
        days, times = limits[name]
        day, quantity = int(lines["day"][row]), int(lines["net_quantity_e4"][row])
        recent = [item for item in paid if day - item[0] < days]
        payable = min(quantity, max(0, times * _UNIT - sum(units for _, units, _ in recent)))
        if payable:
            paid.append((day, payable, row))
        if payable < quantity and not exempt[lines["case"][row]]:
            hits.append(
                _too_soon(
                    run, row, quantity - payable, recent, {"group": name, "period_days": days, "limit": times}, scope
                )
            )
    needed = {"med_list_codg": lines.known("item"), "psn_no": lines.known("person") | (group < 0),
              "fee_ocur_time": lines.known("time_s") | (group < 0)}  # fmt: skip
    if scope == "institution":
        needed["fixmedins_code"] = lines.known("hospital") | (group < 0)
    answers = line_answers(run, needed, hits)
    answers.mark(exempt[:-1] & in_cases(run.cases.rows, group >= 0, lines["case"]), State.NOT_APPLICABLE, "guard")
    return Judged(hits, answers)


def _groups(run: Run) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Code -> group, and group -> days and times."""
    groups = {code: str(item["group"]) for code, item in run.params.mapping("period_limit").items()}
    given: Mapping[str, Any] = run.params.mapping("groups")
    limits = {
        name: (int(run.params.number(f"groups.{name}", item["period_days"])),
               int(run.params.number(f"groups.{name}", item["limit_times"])))
        for name, item in given.items()
    }  # fmt: skip
    absent = sorted(set(groups.values()) - set(limits))
    if absent:
        raise wrong_choice("C03", "period_limit", absent[0], sorted(limits))
    return groups, limits


def _exempt(run: Run) -> np.ndarray:
    """Cases with a diagnosis that calls for closer tests; one more, False, for lines without a case."""
    found = diagnosed(run.cases, run.params.texts("exempt_dx_prefix"))
    return np.append(found, False)


def _too_soon(
    run: Run, row: int, units: int, recent: list[tuple[int, int, int]], facts: dict[str, Any], scope: str
) -> Hit:
    mains = tuple(item[2] for item in recent)
    total = sum(item[1] for item in recent) + int(run.lines["net_quantity_e4"][row])
    return Hit(
        run.params.text("outcome"), "line", run.line_keys(row), run.case_index(row), row, window=str(facts["group"]),
        severity="高度可疑" if scope == "patient" else "", lines=(row,), related=mains,
        involves=tuple(run.lines.text("line", main) for main in mains), amounts=units_of_line(run, row, units), facts=facts,
        formula=f"{format_scaled(total, 4)} − {facts['limit']}",
    )  # fmt: skip


class Stay(NamedTuple):
    """Settlements of one visit together: one stay. ``case`` is the last of them."""

    case: int
    person: int
    hospital: int
    visit: int
    first_s: int
    last_s: int


def stays_of(run: Run, nameless: bool = False) -> list[list[Stay]]:
    """The stays of each person in order of admission; refunded settlements and those without times are none.

    nameless : whether stays of persons not known come too, as if they were of one person.
    """
    return run.shared.once(f"stays {nameless}", lambda: list(_stays(run.cases, nameless)))


def several_stays_of(run: Run) -> list[list[Stay]]:
    """The same of the persons who have more than one."""
    return run.shared.once(
        "several stays", lambda: [stays for stays in _stays(run.cases, False, True) if len(stays) > 1]
    )


def settled_stays(cases: Frame, nameless: bool = False) -> np.ndarray:
    """The settlements that stays are made of, by place: not refunded, with a person unless ``nameless``, and with times."""
    there = (cases.known("person") | nameless) & cases.known("admission_s") & cases.known("discharge_s")
    there &= ~cases.is_any("refunded", ("1",)) & (cases["discharge_s"] >= cases["admission_s"])
    return np.flatnonzero(there)


def stays_of_persons(cases: Frame, persons: np.ndarray) -> dict[int, list[Stay]]:
    """The stays of some persons, whose codes are given, as :func:`stays_of` has them."""
    rows = settled_stays(cases)
    found = _by_person(cases, rows[np.isin(cases["person"][rows], persons)])
    return {stays[0].person: stays for stays in found}


def _stays(cases: Frame, nameless: bool, several: bool = False) -> Iterator[list[Stay]]:
    """Stays by person. several : of those only who have several settlements."""
    rows = settled_stays(cases, nameless)
    if several:
        _, place, settlements = np.unique(cases["person"][rows], return_inverse=True, return_counts=True)
        rows = rows[settlements[place] > 1]
    return _by_person(cases, rows)


def _by_person(cases: Frame, rows: np.ndarray) -> Iterator[list[Stay]]:
    """The stays that some settlements come to, person by person."""
    columns = [cases[name][rows].tolist() for name in ("person", "hospital", "visit", "admission_s", "discharge_s")]
    persons: dict[int, list[Stay]] = {}
    for case, person, hospital, visit, first, last in zip(rows.tolist(), *columns, strict=True):
        persons.setdefault(person, []).append(Stay(case, person, hospital, visit, first, last))
    for person in sorted(persons):
        yield _merged(persons[person]) if len(persons[person]) > 1 else persons[person]


def _merged(found: list[Stay]) -> list[Stay]:
    visits: dict[tuple[int, int], Stay] = {}
    for stay in found:
        key = (0, stay.visit) if stay.visit >= 0 else (1, stay.case)
        known = visits.get(key)
        if known:
            last = max(known, stay, key=lambda one: (one.last_s, one.case))
            stay = last._replace(first_s=min(known.first_s, stay.first_s), last_s=max(known.last_s, stay.last_s))
        visits[key] = stay
    return sorted(visits.values(), key=lambda stay: (stay.first_s, stay.case))


def readmission(run: Run) -> Judged:
    """Stays soon after another for the same disease in the same hospital (E01)."""
    cases, answers, hits = run.cases, Answers(run.cases.rows), []
    relation, open_ = _Relation(run), list[int]()
    for stays in several_stays_of(run):
        for place, later in enumerate(stays):
            earlier = [stay for stay in stays[:place] if relation.holds(stay, later)]
            if earlier and not run.closed[later.case]:
                nearest = max(earlier, key=lambda stay: (stay.last_s, stay.case))
                gap = later.first_s // DAY - nearest.last_s // DAY
                hits.append(
                    Hit(run.params.text("outcome"), "case", (cases.text("settlement", later.case),), later.case, later.case,
                        others=(nearest.case,), involves=(cases.text("settlement", nearest.case),),
                        facts={"gap_days": gap, **relation.facts(nearest, later)})
                )  # fmt: skip
            elif any(relation.is_open(stay, later) for stay in stays[:place]):
                open_.append(later.case)
    answers.require({"psn_no": cases.known("person"), "adm_time": cases.known("admission_s"),
                     "dscg_time": cases.known("discharge_s"), "main_dx": cases.known("principal"),
                     "fixmedins_code": cases.known("hospital") | (not run.params.flag("same_institution"))})  # fmt: skip
    answers.mark(np.array(open_, dtype=np.int64), State.NOT_RUN, "missing:group")
    answers.mark(relation.exempt_later, State.NOT_APPLICABLE, "guard")
    answers.mark(np.array([hit.case for hit in hits], dtype=np.int64), State.FINDING, "")
    return Judged(hits, answers)


class _Relation:
    """When a later stay counts as the same disease as an earlier one."""

    def __init__(self, run: Run) -> None:
        cases, params = run.cases, run.params
        self._cases, self._params = cases, params
        self._days, self._inclusive = params.integer("days"), params.flag("days_inclusive")
        self._characters = params.integer("dx_chars")
        self._same_institution, self._by_group = params.flag("same_institution"), params.flag("related_by_group")
        self._principal, self._group = (cases[name].tolist() for name in ("principal", "group"))
        self._alike = _numbers([text[: self._characters] for text in cases.words.get("principal", ())])
        self._symptoms = {str(key): tuple(value) for key, value in params.mapping("symptoms").items()}
        left = cases.is_any("discharge_way", params.texts("exempt_prev_dscg_way"))
        planned = cases.known("planned_purpose") & ~cases.is_any("planned_flag", ("0",))
        self._exempt_earlier = left | planned
        self.exempt_later = (
            cases.starts_with("principal", params.texts("exempt_dx_prefix"))
            | cases.is_any("admission_way", params.texts("exempt_adm_way"))
            | cases.is_any("care", params.texts("exempt_med_type"))
        )

    def holds(self, earlier: Stay, later: Stay) -> bool:
        return self._comparable(earlier, later) and self._related(earlier.case, later.case)

    def is_open(self, earlier: Stay, later: Stay) -> bool:
        """Whether only their groups could say that they are for the same disease, and one of these is not known."""
        known = self._group[earlier.case] >= 0 and self._group[later.case] >= 0
        principals = self._principal[earlier.case], self._principal[later.case]
        return self._by_group and not known and min(principals) >= 0 and self._comparable(earlier, later)

    def _comparable(self, earlier: Stay, later: Stay) -> bool:
        """Whether one stay follows the other soon enough in the same place, and neither is exempt."""
        gap = later.first_s // DAY - earlier.last_s // DAY
        near = gap >= 0 and (gap <= self._days if self._inclusive else gap < self._days)
        exempt = self._exempt_earlier[earlier.case] or self.exempt_later[later.case]
        there = earlier.hospital == later.hospital and later.hospital >= 0
        return bool(near and not exempt and (there or not self._same_institution))

    def _related(self, earlier: int, later: int) -> bool:
        first, second = self._principal[earlier], self._principal[later]
        if first < 0 or second < 0:
            return False
        group = self._group[later]
        if self._alike[first] == self._alike[second] or (self._by_group and 0 <= group == self._group[earlier]):
            return True
        one, other = self._cases.text("principal", earlier), self._cases.text("principal", later)
        return any(
            other.startswith(symptom) and one.startswith(diseases) for symptom, diseases in self._symptoms.items()
        )

    def facts(self, earlier: Stay, later: Stay) -> dict[str, str]:
        return {
            "main_dx": self._cases.text("principal", later.case),
            "earlier_dx": self._cases.text("principal", earlier.case),
        }


def _numbers(texts: list[str]) -> list[int]:
    """A number for each text, the same for equal ones."""
    known: dict[str, int] = {}
    return [known.setdefault(text, len(known)) for text in texts]
