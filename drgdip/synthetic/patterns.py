"""Patterns: principal diagnosis and operations that land a stay in each group of an edition."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.synthetic import clinical
from drgdip.synthetic.matching import CONSERVATIVE, DIAGNOSTIC, SURGERY, THERAPEUTIC, Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from drgdip.tables import DipTables

MAX_PATTERNS = 10
MAX_EXTRAS = 6
_MAX_DIAGNOSES = 10
_MAX_TRIALS = 400

Pattern = tuple[int, tuple[int, ...]]


class Patterns(NamedTuple):
    """Patterns of all groups, flat.

    group_offset : (groups + 1,) first pattern of each group; equal bounds: the group has none.
    diagnosis : (patterns,) principal diagnosis id. listed_offset, listed : the diagnoses that a stay must have, the
    principal first. operation_offset, operation : operations, main one first.
    sex, age_class : (patterns,) codes of :mod:`drgdip.synthetic.clinical`. department : (patterns,) text.
    extra : (groups, MAX_EXTRAS) further operations that never change the group, −1 beyond the last.
    """

    group_offset: np.ndarray
    diagnosis: np.ndarray
    listed_offset: np.ndarray
    listed: np.ndarray
    operation_offset: np.ndarray
    operation: np.ndarray
    sex: np.ndarray
    age_class: np.ndarray
    department: list[str]
    extra: np.ndarray


class _Edition:
    """Look-ups over an edition that choosing patterns needs."""

    def __init__(self, tables: DipTables) -> None:
        self.tables = tables
        self.matcher = Matcher(tables.groups)
        self.codes, self.names = tables.diagnoses.codes, tables.diagnoses.names
        self.operations = tables.procedures.codes
        self.core_diagnoses = _members(self.codes, self.matcher.core_category)
        self.comprehensive_diagnoses = _members(self.codes, self.matcher.comprehensive_category)
        self.of_type = {
            kind: [p for p, t in enumerate(self.matcher.procedure_type) if t == kind]
            for kind in (SURGERY, THERAPEUTIC, DIAGNOSTIC, CONSERVATIVE, -1)
        }
        self.used_in = self._used_in()

    def _used_in(self) -> dict[str, list[int]]:
        """Operations of core groups by category (three characters) and by chapter letter, first seen first."""
        used: dict[str, dict[int, None]] = {}
        for category, groups in enumerate(self.matcher.core_groups):
            if category not in self.core_diagnoses:
                continue
            code = self.codes[self.core_diagnoses[category][0]]
            named = [p for group in groups for term in self.matcher.terms[group] for p in term.exact]
            for key in (code[:3], code[:1]):
                used.setdefault(key, {}).update(dict.fromkeys(named))
        return {key: list(operations) for key, operations in used.items()}

    def sex_of(self, pattern: Pattern) -> int:
        diagnosis, operations = pattern
        bound = clinical.sex_of_diagnosis(self.codes[diagnosis], self.names[diagnosis])
        if bound != clinical.ANY:
            return bound
        return next(filter(None, (clinical.sex_of_operation(self.operations[p]) for p in operations)), clinical.ANY)

    def fits(self, diagnosis: int, operation: int) -> bool:
        """Whether sex and childbirth agree between a diagnosis and an operation."""
        code = self.operations[operation]
        if clinical.is_obstetric_operation(code) and not self.codes[diagnosis].startswith("O"):
            return False
        sexes = clinical.sex_of_diagnosis(self.codes[diagnosis], self.names[diagnosis]), clinical.sex_of_operation(code)
        return clinical.ANY in sexes or sexes[0] == sexes[1]


def find_patterns(tables: DipTables) -> Patterns:
    """Up to MAX_PATTERNS verified patterns for every group. Groups without any have none."""
    edition = _Edition(tables)
    core = _core_patterns(edition)
    comprehensive = _comprehensive_patterns(edition)
    found = [core.get(group) or comprehensive.get(group, []) for group in range(len(tables.group_codes))]
    return _flatten(edition, found)


def _members(codes: Sequence[str], category: Sequence[int]) -> dict[int, list[int]]:
    """Diagnoses of each category; a manifestation code (asterisk) is never a principal diagnosis."""
    members: dict[int, list[int]] = {}
    for diagnosis, key in enumerate(category):
        if key >= 0 and not (codes[diagnosis].endswith("*") and "+" not in codes[diagnosis]):
            members.setdefault(key, []).append(diagnosis)
    return members


def _core_patterns(edition: _Edition) -> dict[int, list[Pattern]]:
    found: dict[int, list[Pattern]] = {}
    for category, groups in enumerate(edition.matcher.core_groups):
        diagnoses = edition.core_diagnoses.get(category, [])[:_MAX_DIAGNOSES]
        for group in groups if diagnoses else ():
            every = list(_core_candidates(edition, group, diagnoses))
            plausible = [(d, operations) for d, operations in every if all(edition.fits(d, p) for p in operations)]
            found[group] = _verified(edition, group, plausible) or _verified(edition, group, every)
    return found


def _core_candidates(edition: _Edition, group: int, diagnoses: Sequence[int]) -> Iterator[Pattern]:
    terms = edition.matcher.terms[group]
    if any(not term.exact for term in terms):
        return  # only sub-category codes: whether they count is the policy's choice
    variants = max((len(term.exact) for term in terms), default=1)
    for k in range(max(len(diagnoses), variants)):
        yield diagnoses[k % len(diagnoses)], tuple(term.exact[k % len(term.exact)] for term in terms)


def _verified(edition: _Edition, group: int, candidates: Iterable[Pattern]) -> list[Pattern]:
    kept: dict[Pattern, None] = {}
    for pattern in islice(candidates, _MAX_TRIALS):
        if pattern not in kept and edition.matcher.lands_in(group, *pattern):
            kept[pattern] = None
            if len(kept) == MAX_PATTERNS:
                break
    return list(kept)


def _comprehensive_patterns(edition: _Edition) -> dict[int, list[Pattern]]:
    found = {}
    for category, groups in enumerate(edition.matcher.comprehensive_group):
        diagnoses = edition.comprehensive_diagnoses.get(category, [])
        for kind, group in enumerate(groups):
            if group >= 0 and diagnoses:
                found[group] = _verified(edition, group, _comprehensive_candidates(edition, kind, diagnoses))
    return found


def _comprehensive_candidates(edition: _Edition, kind: int, diagnoses: Sequence[int]) -> Iterator[Pattern]:
    """Diagnoses of each sub-category in turn, with operations of the kind that its core groups do not name."""
    if kind == CONSERVATIVE:
        yield from ((diagnosis, ()) for diagnosis in diagnoses)
    spread = _one_of_each_subcategory(edition, diagnoses)
    operations = _operations_for(edition, kind, edition.codes[diagnoses[0]])
    named = {diagnosis: edition.matcher.named_operations(diagnosis) for diagnosis in spread}
    for position, operation in enumerate(operations):
        for step in range(len(spread)):
            diagnosis = spread[(position + step) % len(spread)]
            if operation not in named[diagnosis] and edition.fits(diagnosis, operation):
                yield diagnosis, (operation,)
                break


def _one_of_each_subcategory(edition: _Edition, diagnoses: Sequence[int]) -> list[int]:
    first = {edition.codes[diagnosis][:5]: diagnosis for diagnosis in reversed(diagnoses)}
    return list(reversed(first.values()))


def _operations_for(edition: _Edition, kind: int, code: str) -> Iterator[int]:
    """Operations of a kind, the nearest first: named for the category, for the chapter, any; then untyped ones."""
    wanted = (kind, -1) if kind == CONSERVATIVE else (kind,)
    near = chain(edition.used_in.get(code[:3], ()), edition.used_in.get(code[:1], ()))
    far = chain.from_iterable(edition.of_type[key] for key in wanted)
    return (p for p in dict.fromkeys(chain(near, far)) if edition.matcher.procedure_type[p] in wanted)


def _extras(edition: _Edition, found: Sequence[list[Pattern]]) -> np.ndarray:
    """Diagnostic operations, sexless, that no core group of the patterns' categories names."""
    pool = [p for p in edition.of_type[DIAGNOSTIC] if clinical.sex_of_operation(edition.operations[p]) == clinical.ANY]
    extra = np.full((len(found), MAX_EXTRAS), -1, dtype=np.int32)
    for group, patterns in enumerate(found):
        if not pool or not any(operations for _, operations in patterns):
            continue
        named = set().union(*(edition.matcher.named_operations(diagnosis) for diagnosis, _ in patterns))
        named.update(p for _, operations in patterns for p in operations)
        turned = (pool[(group * 7 + step) % len(pool)] for step in range(len(pool)))
        chosen = list(islice((p for p in turned if p not in named), MAX_EXTRAS))
        extra[group, : len(chosen)] = chosen
    return extra


def _flatten(edition: _Edition, found: Sequence[list[Pattern]]) -> Patterns:
    every = list(chain.from_iterable(found))
    diagnoses = [diagnosis for diagnosis, _ in every]
    surgical = [bool(p) and edition.matcher.procedure_type[p[0]] == SURGERY for _, p in every]
    described = [(edition.codes[d], edition.names[d]) for d in diagnoses]
    return Patterns(
        group_offset=offsets([len(patterns) for patterns in found]),
        diagnosis=np.array(diagnoses, dtype=np.int32),
        listed_offset=np.arange(len(diagnoses) + 1),
        listed=np.array(diagnoses, dtype=np.int32),
        operation_offset=offsets([len(operations) for _, operations in every]),
        operation=np.array(list(chain.from_iterable(operations for _, operations in every)), dtype=np.int32),
        sex=np.array([edition.sex_of(pattern) for pattern in every], dtype=np.int8),
        age_class=np.array([clinical.age_class_of(*pair) for pair in described], dtype=np.int8),
        department=[clinical.department_of(code, cut) for (code, _), cut in zip(described, surgical, strict=True)],
        extra=_extras(edition, found),
    )


def offsets(counts: Sequence[int]) -> np.ndarray:
    """Where each of several lists begins, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.array(counts, dtype=np.int64))))
