"""Every DIP group that a stay's diagnoses could lead to: which one takes it, why the others do not, what decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from drgdip.audit.dip_rows import Condition, OneStay, Rows
from drgdip.audit.dip_ties import lost_by, tie_values
from drgdip.base.text import Text
from drgdip.grouping.dip import grouping_parameters, used_operations
from drgdip.grouping.dip.parameters import CONSERVATIVE, NO_STEP, TREATMENT_TYPES
from drgdip.tables.dip_catalogue import KINDS

if TYPE_CHECKING:
    import numpy as np

    from drgdip.grouping.dip import GroupingParameters
    from drgdip.policy.values import Grouping
    from drgdip.tables import DipTables

Verdict = Literal["taken", "runner_up", "lost", "unmet", "not_reached"]

#: What people call the layers.
LAYER_NAMES = {
    "pre": Text("先期病种", "pre-group"),
    "merge": Text("并项病种", "merged group"),
    "assisted": Text("诊断辅助病种", "diagnosis-assisted group"),
    "core": Text("核心病种", "core group"),
    "comprehensive": Text("综合病种", "comprehensive group"),
}
VERDICTS = {
    "taken": Text("入组", "taken"),
    "runner_up": Text("次选", "runner-up"),
    "lost": Text("落选", "lost"),
    "unmet": Text("不符", "not met"),
    "not_reached": Text("未轮到", "not reached"),
}
TYPE_NAMES = {
    "surgery": Text("手术", "surgery"),
    "therapeutic": Text("治疗性操作", "therapeutic"),
    "diagnostic": Text("诊断性操作", "diagnostic"),
    "conservative": Text("保守治疗", "conservative"),
}
_EARLIER = Text("前面已有病种收入该病例", "an earlier step has taken the stay")


class Candidate(NamedTuple):
    """One group.

    step : place among the policy's steps, from 1; 0 before them. conditions : what the row asks beside the principal
    diagnosis. why : what told against it, or for it.
    """

    group_id: int
    dip_code: str
    name: str
    layer: str
    step: int
    verdict: Verdict
    conditions: tuple[Condition, ...]
    why: Text


class Candidates(NamedTuple):
    """All candidates in the order they are looked at, and where the stay ended: group, runner-up (−1 none)."""

    found: list[Candidate]
    group_id: int
    runner_up_id: int


def find_candidates(
    columns: Mapping[str, np.ndarray],
    tables: DipTables,
    choices: Grouping,
    parameters: GroupingParameters | None = None,
) -> Candidates:
    """The candidates of the only stay of a batch, read row by row; the grouping kernel has no part in it.

    ``parameters`` : those of the choices, where they are at hand.
    """
    stay = _stay_of(columns, tables)
    if tables.groups.principal_excluded[stay.diagnoses[0]]:
        return Candidates([], -1, -1)
    parameters = parameters or grouping_parameters(choices, tables.groups)
    reading = _Reading(Rows(tables, parameters, stay), choices.layers)
    reading.first_layers()
    for step in range(len(choices.steps)):
        reading.step(step)
    reading.unused()
    return Candidates(reading.found, reading.best, reading.second)


def differences(candidates: Candidates, result: Mapping[str, np.ndarray], tables: DipTables) -> list[str]:
    """Where the candidates of a stay disagree with what grouping wrote for it."""
    shown = candidates.group_id, candidates.runner_up_id
    grouped = int(result["group_id"][0]), int(result["runner_up_group_id"][0])
    names = {-1: "—", **{group: tables.group_codes[group] for group in (*shown, *grouped) if group >= 0}}
    words = zip(("group", "runner-up"), shown, grouped, strict=True)
    return [f"{what}: {names[one]} shown, {names[other]} grouped" for what, one, other in words if one != other]


def _stay_of(columns: Mapping[str, np.ndarray], tables: DipTables) -> OneStay:
    operations, _ = used_operations(columns["procedure_id"], columns["procedure_offset"], tables.groups)
    names = ("age_days", "age_years", "birth_weight_g")
    return OneStay(
        tuple(columns["diagnosis_id"].tolist()),
        tuple(operations.tolist()),
        {name: int(columns[name][0]) for name in names if name in columns},
        int(columns["total_cost_fen"][0]),
    )


class _Reading:
    """Goes through the layers; ``best`` is the group once there is one."""

    def __init__(self, rows: Rows, layers: Sequence[str]) -> None:
        self.layers = layers
        self.rows, self.tables, self.arrays, self.parameters = rows, rows.tables, rows.arrays, rows.parameters
        self.principal = rows.stay.diagnoses[0]
        self.found: list[Candidate] = []
        self.best, self.second = -1, -1

    # --- layers before the core groups

    def first_layers(self) -> None:
        """Rows for the principal diagnosis, and those for any of which a code is there, in their order."""
        listed = _part(self.arrays.listed_offset, self.arrays.listed_group, self.principal)
        rows = [*listed, *filter(self._is_near, self.arrays.open_group.tolist())]
        for group in sorted(rows, key=lambda group: int(self.arrays.group_order[group])):
            self._first_row(group, self.rows.conditions(group))

    def _is_near(self, group: int) -> bool:
        """Whether something that a row for any principal diagnosis asks is there, or it asks for no code."""
        row = self.tables.rows[group]
        asks_codes = row.operations or row.diagnosis_category != "*"
        return not asks_codes or any(one.holds for one in self.rows.conditions(group))

    def _first_row(self, group: int, conditions: tuple[Condition, ...]) -> None:
        verdict: Verdict
        if KINDS[self.arrays.group_kind[group]] not in self.layers:
            verdict, why = "unmet", Text("政策不使用该层", "the policy does not use this layer")
        elif not all(one.holds for one in conditions):
            verdict, why = "unmet", _unmet(conditions)
        elif self.best < 0:
            self.best, verdict = group, "taken"
            why = Text("本层第一个符合的病种", "the first row of these layers that holds")
        else:
            verdict = "lost" if self.second >= 0 else "runner_up"
            self.second = group if self.second < 0 else self.second
            code = self.tables.group_codes[self.best]
            why = Text(f"{code} 排在前面", f"{code} stands before it")
        self._add(group, 0, verdict, conditions, why)

    # --- steps

    def step(self, step: int) -> None:
        """Core and comprehensive groups that the policy looks at together."""
        cores = [group for group in self._cores() if self.parameters.core_step[group] == step]
        conditions = {group: self.rows.conditions(group) for group in cores}
        met = [group for group in cores if all(one.holds for one in conditions[group])]
        whole, reasons = self._comprehensive(step, self._types())
        met += whole
        if not met and self.rows.stay.operations and self.parameters.unmatched:
            conditions |= {
                group: _without_operations(conditions[group]) for group in cores if not self.rows.terms(group)
            }
            met = [group for group in cores if not self.rows.terms(group) and all(c.holds for c in conditions[group])]
            whole, reasons = self._comprehensive(step, [CONSERVATIVE])
            met += whole
        ranked = sorted(met, key=lambda group: tie_values(self.rows, group), reverse=True)
        reached = self.best < 0
        for group in [*ranked, *(group for group in (*cores, *reasons) if group not in met)]:
            verdict, why = self._judge(group, ranked, reached, conditions.get(group, ()), reasons)
            self._add(group, step + 1, verdict, conditions.get(group, ()), why)
        if reached and ranked:
            self.best, self.second = ranked[0], ranked[1] if len(ranked) > 1 else -1

    def _judge(
        self,
        group: int,
        ranked: list[int],
        reached: bool,
        conditions: tuple[Condition, ...],
        reasons: Mapping[int, Text],
    ) -> tuple[Verdict, Text]:
        if group not in ranked:
            return "unmet", reasons.get(group) or _unmet(conditions)
        if not reached:
            return "not_reached", _EARLIER
        if group != ranked[0]:
            key, why = lost_by(self.rows, group, ranked[0])
            words = Text(f"{why.zh}(决定项 {key})", f"{why.en} (decided by {key})")
            return ("runner_up" if group == ranked[1] else "lost"), words
        if len(ranked) > 1:
            key, _ = lost_by(self.rows, ranked[1], group)
            return "taken", Text(f"决定项 {key}", f"decided by {key}")
        return "taken", Text("该步骤唯一符合的病种", "the only row of the step that holds")

    def _cores(self) -> list[int]:
        category = int(self.arrays.diagnosis_core_category[self.principal])
        usual = _part(self.arrays.core_offset, self.arrays.core_group, category) if category >= 0 else []
        return [*usual, *_part(self.arrays.extra_offset, self.arrays.extra_group, self.principal)]

    def _types(self) -> list[int]:
        """Treatment types whose comprehensive group the stay may have, in the order they are tried."""
        operations = self.rows.stay.operations
        looked_at = operations if self.parameters.any_operation else operations[:1]
        kinds = {int(self.arrays.procedure_treatment_type[code]) for code in looked_at}
        named = {self.parameters.intervention_as if TREATMENT_TYPES[kind] == "intervention" else kind
                 for kind in kinds if kind >= 0}  # fmt: skip
        return sorted(named - {CONSERVATIVE}) or [CONSERVATIVE]

    def _comprehensive(self, step: int, types: list[int]) -> tuple[list[int], dict[int, Text]]:
        """The comprehensive group of a step, if any; and why the others of the category or its letter are not."""
        cells = [(place, kind, int(self.arrays.comprehensive_group[place, kind]))
                 for place in self._places() for kind in range(CONSERVATIVE + 1)
                 if self.parameters.comprehensive_step[kind] == step]  # fmt: skip
        cells = [cell for cell in cells if cell[2] >= 0]
        best = next((group for place in self._places() for kind in types
                     for at, of, group in cells if (at, of) == (place, kind)), None)  # fmt: skip
        zh, en = zip(*(TYPE_NAMES[TREATMENT_TYPES[kind]] for kind in types), strict=True)
        other_type = Text(f"按治疗类型应为{'或'.join(zh)}", f"by the treatment type it is {' or '.join(en)}")
        before = Text("另有综合病种在先", "another comprehensive group comes first")
        why = {group: before if kind in types else other_type for _, kind, group in cells if group != best}
        return ([] if best is None else [best]), why

    def _places(self) -> list[int]:
        found = (self.arrays.diagnosis_comprehensive_category, self.arrays.diagnosis_letter_category)
        return [int(places[self.principal]) for places in found if places[self.principal] >= 0]

    def unused(self) -> None:
        """Rows of classes that no step of the policy looks at."""
        nowhere = Text("政策的各步骤均不含该类病种", "no step of the policy looks at this class")
        whole, kinds = self.arrays.comprehensive_group, self.parameters.comprehensive_step
        left = [group for group in self._cores() if self.parameters.core_step[group] == NO_STEP]
        left += [int(whole[place, kind]) for place in self._places() for kind in range(len(kinds))
                 if kinds[kind] == NO_STEP and whole[place, kind] >= 0]  # fmt: skip
        for group in left:
            self._add(group, 0, "unmet", (), nowhere)

    def _add(self, group: int, step: int, verdict: Verdict, conditions: tuple[Condition, ...], why: Text) -> None:
        row = self.tables.rows[group]
        self.found.append(Candidate(group, row.dip_code, row.name, row.kind, step, verdict, conditions, why))


def _part(offset: np.ndarray, values: np.ndarray, place: int) -> list[int]:
    found: list[int] = values[offset[place] : offset[place + 1]].tolist()
    return found


def _without_operations(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Conditions of a conservative group for a stay whose operations no group meets."""
    words = Text("手术操作没有其他病种收入", "operations that no other group meets")
    return Condition(words, True), *list(conditions)[1:]


def _unmet(conditions: Iterable[Condition]) -> Text:
    failed = [one.words for one in conditions if not one.holds]
    return Text("须" + "、".join(words.zh for words in failed), "asks for " + "; ".join(words.en for words in failed))


def lines_of(found: Iterable[Candidate], language: Literal["zh", "en"]) -> Iterator[str]:
    """A line for every candidate."""
    for one in found:
        step = Text(f"第 {one.step} 步 ", f"step {one.step} ").in_language(language) if one.step else ""
        layer, verdict = LAYER_NAMES[one.layer].in_language(language), VERDICTS[one.verdict].in_language(language)
        yield f"[{step}{layer}] {one.dip_code} {one.name} — {verdict}: {one.why.in_language(language)}"
