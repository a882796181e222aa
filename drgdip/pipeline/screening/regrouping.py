"""Grouping of changed stays again, by the edition and the choices of a policy (rules A09, G01, G02, G03 and G09).

Only stays whose coding is in doubt are grouped, one at a time. Weights and mean costs of groups are the edition's, unless
the params file gives others; yuan per weight are the params file's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled
from drgdip.intake.code_index import code_index, ids_in

if TYPE_CHECKING:
    from datetime import date

    from drgdip.policy import Policy
    from drgdip.screening.context import Grouper
    from drgdip.screening.data import Dataset
    from drgdip.screening.settings import Settings
    from drgdip.tables import GroupTables

#: Lists without which rules with weights of groups do not group again.
_LISTS = ("evidence", "oprn_fee_map", "explains")
#: Rule that asks whether a stay is ambiguous: only CHS-DRG has groups for that.
_AMBIGUOUS = "A09"


def lists_of(settings: Settings) -> dict[str, str]:
    """Rules that group again, G01 to G03 and G09 and a region's own -> the list without which they do not."""
    return {
        rule.id: name
        for rule in settings.known.values()
        for name in _LISTS
        if {"weight", name} <= rule.parameters.keys()
    }


class Columns(Protocol):
    """Groups one stay of a batch."""

    def group(self, place: int, codes: Mapping[str, np.ndarray]) -> str | None:
        """The group of a stay with other codes; None where no group takes it."""
        ...


def regrouped(settings: Settings, policy: Policy, day: date, data: Dataset) -> tuple[Settings, Grouper]:
    """Settings with the weights of a policy's edition, and a grouper by it. Raises TablesError if it cannot be used."""
    from drgdip.tables import load_tables

    tables: GroupTables = load_tables(policy.tables_scheme, policy.tables_edition)
    return with_edition(settings, tables), grouper_of(policy, tables, day, data)


def with_edition(settings: Settings, tables: GroupTables) -> Settings:
    """Settings in which the rules that group again have the edition's weights and mean costs, where none are given."""
    values = tables.group_values
    weights, means = (values.relative_weight_e4.tolist(), values.mean_cost_fen.tolist())
    weight = {code: _weight(e4, values.point_scale) for code, e4 in zip(tables.group_codes, weights, strict=True) if e4}
    mean = {code: format_scaled(fen, 2) for code, fen in zip(tables.group_codes, means, strict=True) if fen}
    params: dict[str, Mapping[str, Any]] = dict(settings.params)
    for rule in lists_of(settings):
        own = {"weight": weight, **({"mean_fee": mean} if "mean_fee" in settings.known[rule].parameters else {})}
        params[rule] = {**own, **params.get(rule, {})}
    return settings._replace(params=params)


def _weight(points_e4: int, scale: int) -> str:
    """A group's weight, of which mean cost is 1: its points at the edition's scale; twelve places where they do not end."""
    places = 4 + len(str(scale)) - 1
    if 10 ** (places - 4) == scale:
        return format_scaled(points_e4, places)
    return format_scaled(divide(points_e4 * 10**8, scale), 12)


def regroups(settings: Settings, rules: Sequence[str], scheme: str) -> bool:
    """Whether a rule that groups again is asked for and has its list, or is told ambiguous stays by the scheme."""
    if scheme == "chs-drg" and (not rules or _AMBIGUOUS in rules):
        return True
    return any(
        own.get(name) is not None
        for rule, name in lists_of(settings).items()
        if not rules or rule in rules
        for own in settings.all_params(rule)
    )


def grouper_of(policy: Policy, tables: GroupTables, day: date, data: Dataset) -> Grouper:
    """A grouper of the batch's stays by other codes."""
    indexes = code_index(tables.diagnoses), code_index(tables.procedures)
    columns: Columns = _Drg(tables, data) if policy.tables_scheme == "chs-drg" else _Dip(policy, tables, day, data)

    def group(principal: str, others: Sequence[str], operations: Sequence[str], settlement: str) -> str | None:
        codes: dict[str, np.ndarray] = {}
        for name, listed, index in zip(
            ("diagnosis", "procedure"), ((principal, *others), operations), indexes, strict=True
        ):
            found = ids_in("|".join(listed), index) if listed else np.empty(0, dtype=np.int32)
            codes[f"{name}_id"] = found
            codes[f"{name}_offset"] = np.array([0, len(found)], dtype=np.int32)
        return columns.group(data.case_of(settlement), codes)

    return group


class _Dip:
    """By a DIP catalogue."""

    def __init__(self, policy: Policy, tables: Any, day: date, data: Dataset) -> None:
        from drgdip.grouping import dip

        self._tables, self._cases = tables, data.cases
        self._parameters = dip.grouping_parameters(policy.grouping_on(day), tables.groups)

    def group(self, place: int, codes: Mapping[str, np.ndarray]) -> str | None:
        from drgdip.grouping import dip

        cases = self._cases
        numbers: dict[str, np.ndarray] = {
            "total_cost_fen": np.array([int(cases["total_fen"][place])], dtype=np.int64),
            "age_days": np.array([_number(cases, "newborn_days", place)], dtype=np.int16),
            "age_years": np.array([_years(cases, place)], dtype=np.int16),
            "birth_weight_g": np.array([-1], dtype=np.int32),
        }
        found = dip.assign_groups({**codes, **numbers}, self._tables.groups, self._parameters)
        group = int(found["group_id"][0])
        return self._tables.group_codes[group] if group >= 0 else None


class _Drg:
    """By an edition of CHS-DRG."""

    def __init__(self, tables: Any, data: Dataset) -> None:
        from drgdip.pipeline.drg_outcome import Outcomes
        from drgdip.tables.chs_drg.look_up import LookUp

        self._tables, self._cases = tables, data.cases
        self._outcomes = Outcomes(tables, LookUp(tables))

    def group(self, place: int, codes: Mapping[str, np.ndarray]) -> str | None:
        from drgdip.grouping.drg import READS, assign_groups

        cases = self._cases
        given = {
            "age_years": _years(cases, place), "age_days": _number(cases, "newborn_days", place),
            "sex": int(cases.text("sex", place) or -1), "length_of_stay_days": _number(cases, "stay_days", place),
            "discharge_way": int(cases.text("discharge_way", place) or -1),
        }  # fmt: skip
        numbers: dict[str, np.ndarray] = {
            column.name: np.array([given.get(column.name, -1)], dtype=column.dtype) for column in READS[4:]
        }
        outcome = self._outcomes.of(assign_groups({**codes, **numbers}, self._tables))
        return outcome.drg_code if outcome.reason in ("drg_grouped", "drg_ambiguous") else None


def _number(cases: Any, name: str, place: int) -> int:
    return int(cases[name][place]) if cases.is_known(name, place) else -1


def _years(cases: Any, place: int) -> int:
    return int(cases["age_e4"][place]) // 10_000 if cases.is_known("age_e4", place) else -1
