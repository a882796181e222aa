"""Where typed codes would be grouped, without a run: for questions at the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.reasons import Reason, reason
from drgdip.base.text import Text

if TYPE_CHECKING:
    from drgdip.audit.dip_candidates import Candidate
    from drgdip.policy.values import Grouping
    from drgdip.tables import CodeSystem, DipTables


class CodesExplained(NamedTuple):
    """Codes with their names, the group they lead to and the runner-up as rows of the catalogue (empty: none).

    candidates : every group that the diagnoses could lead to, with its layer, what it asks and why it is not the one.
    differences : where the candidates disagree with the grouping; a fault of the program if anywhere.
    """

    diagnoses: list[tuple[str, str]]
    procedures: list[tuple[str, str, str]]
    reason: Reason
    group: Mapping[str, str]
    runner_up: Mapping[str, str]
    candidates: list[Candidate]
    differences: list[str]


def explain_codes(
    tables: DipTables,
    diagnoses: Sequence[str],
    procedures: Sequence[str],
    choices: Grouping | None = None,
    *,
    age: int | None = None,
    age_days: int | None = None,
    birth_weight: int | None = None,
) -> CodesExplained:
    """Group one stay given by its codes, principal diagnosis and main operation first.

    Parameters
    ----------
    choices : how a policy groups; the national order if left out.
    age, age_days, birth_weight : years, days below one year, grams.

    Raises
    ------
    UsageError : without a diagnosis, or for a code that the edition's code lists do not have.
    """
    import numpy as np

    from drgdip.audit.dip_candidates import differences, find_candidates
    from drgdip.grouping.dip import assign_groups, grouping_parameters
    from drgdip.grouping.dip.parameters import TREATMENT_TYPES
    from drgdip.pipeline.group import NATIONAL_ORDER

    if not diagnoses:
        raise UsageError(
            Text("没有给出诊断编码。", "No diagnosis is given."),
            Text(
                "请至少给出主要诊断,例如 --dx K35.300。", "Give the principal diagnosis at least, such as --dx K35.300."
            ),
        )
    dx = [_id(code, tables.diagnoses) for code in diagnoses]
    op = [_id(code, tables.procedures) for code in procedures]
    columns: dict[str, np.ndarray] = {
        "diagnosis_id": np.array(dx, dtype=np.int32),
        "diagnosis_offset": np.array([0, len(dx)], dtype=np.int32),
        "procedure_id": np.array(op, dtype=np.int32),
        "procedure_offset": np.array([0, len(op)], dtype=np.int32),
        "total_cost_fen": np.zeros(1, dtype=np.int64),
        "age_days": np.array([-1 if age else _known(age_days)], dtype=np.int16),
        "age_years": np.array([0 if age is None and age_days is not None else _known(age)], dtype=np.int16),
        "birth_weight_g": np.array([_known(birth_weight)], dtype=np.int32),
    }
    choices = choices or NATIONAL_ORDER
    parameters = grouping_parameters(choices, tables.groups)
    result = assign_groups(columns, tables.groups, parameters)
    candidates = find_candidates(columns, tables, choices, parameters)
    kinds = tables.groups.procedure_treatment_type
    group, second = int(result["group_id"][0]), int(result["runner_up_group_id"][0])
    return CodesExplained(
        [(tables.diagnoses.codes[i], tables.diagnoses.names[i]) for i in dx],
        [
            (tables.procedures.codes[i], tables.procedures.names[i], TREATMENT_TYPES[kinds[i]] if kinds[i] >= 0 else "")
            for i in op
        ],
        reason(result["group_reason"][0]),
        tables.row(group) if group >= 0 else {},
        tables.row(second) if second >= 0 else {},
        candidates.found,
        differences(candidates, result, tables),
    )


def _known(number: int | None) -> int:
    return -1 if number is None else number


def _id(code: str, system: CodeSystem) -> int:
    if code in system.ids:
        return system.ids[code]
    raise UsageError(
        Text(f"编码 {code} 不在该版本的编码表中。", f"The code {code} is not in the code lists of this edition."),
        Text("请使用医保版编码。", "Use a code of the insurance edition."),
    )
