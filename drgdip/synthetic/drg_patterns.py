"""Patterns of a CHS-DRG edition: codes that land a stay in each group, in each ambiguous one, and in none.

They begin with a witness that the search of the edition finds. Codes that are in the same sets take its place, and all of
them are grouped by the kernel for every age and sex that may be drawn: a pattern that misses its group once is dropped.
"""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.grouping.drg import assign_groups
from drgdip.pipeline.witnesses import witnesses
from drgdip.synthetic import clinical
from drgdip.synthetic.patterns import MAX_EXTRAS, MAX_PATTERNS, Patterns, offsets
from drgdip.synthetic.ragged import Ragged, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.code_system import CodeSystem

_TRIALS = 14
#: Age classes that are tried where that of the principal diagnosis does not fit the rules.
_CLASSES = ("adult", "fertile", "obstetric", "child", "newborn")
_NEWBORN_DAYS, _INFANT_DAYS, _WEIGHTS = (0, 7, 28), (29, 200, 364), (1_550, 2_050, 2_600, 3_250, 4_949)
_UNGROUPED_PATTERNS = 12


class Pattern(NamedTuple):
    """Ids of diagnoses and operations, those that decide first; sex and age class as drawing takes them."""

    diagnoses: tuple[int, ...]
    operations: tuple[int, ...]
    sex: int = clinical.ANY
    age_class: int = 0


class _Ages(NamedTuple):
    """Every age that a class can have: years, days and birth weight, -1 missing."""

    years: np.ndarray
    days: np.ndarray
    weight: np.ndarray


def find_drg_patterns(tables: DrgTables) -> Patterns:
    """Up to MAX_PATTERNS patterns for every id of ``tables.ids.drg_codes``; ids without any have none."""
    candidates: list[list[Pattern]] = [[] for _ in tables.ids.drg_codes]
    for target, case in witnesses(tables).found.items():
        group = tables.ids.group_of_drg[target.drg] if target.drg >= 0 else tables.ids.drg_of_adrg[target.adrg]
        dx, op = tables.diagnoses.ids, tables.procedures.ids
        first = Pattern(tuple(dx[code] for code in case.diagnoses), tuple(op[code] for code in case.operations))
        candidates[int(group)] += _variants(tables, first)
    candidates[-1] = _without_rows(tables)
    return _flatten(tables, _verified(tables, candidates))


def _variants(tables: DrgTables, first: Pattern) -> list[Pattern]:
    """The witness, and what it becomes with other codes of the same sets in its first places."""
    arrays = tables.arrays
    dx = _alike(arrays.diagnosis_class, first.diagnoses[0], tables.diagnoses)
    op = _alike(arrays.operation_class, first.operations[0], tables.procedures) if first.operations else [-1]
    pairs = ((dx[n % len(dx)], op[n % len(op)]) for n in range(_TRIALS))
    varied = (
        Pattern((d, *(k for k in first.diagnoses[1:] if k != d)), (o, *first.operations[1:]) if o >= 0 else ())
        for d, o in pairs
    )
    return list(dict.fromkeys((first, *varied)))


def _alike(of_code: np.ndarray, code: int, system: CodeSystem) -> list[int]:
    """Codes of the same class, spread over the list; a manifestation code (asterisk) is never the first."""
    same = [int(k) for k in np.flatnonzero(of_code[:-1] == of_code[code]) if not system.codes[k].endswith("*")] or [
        code
    ]
    step = max(len(same) // _TRIALS, 1)
    return same[::step][:_TRIALS]


def _without_rows(tables: DrgTables) -> list[Pattern]:
    """Principal diagnoses that no row takes where there is no operation; of adults, whatever the sex."""
    every = [Pattern((code,), ()) for code in range(len(tables.diagnoses.codes))]
    adult = np.array([[45, -1, -1, 1]] * len(every), dtype=np.int32)
    row = assign_groups(_columns(every, np.arange(len(every)), adult), tables)["adrg_row"]
    ids = np.flatnonzero(row < 0)
    chosen = ids[:: max(len(ids) // _UNGROUPED_PATTERNS, 1)][:_UNGROUPED_PATTERNS]
    return [every[code] for code in chosen]


def _verified(tables: DrgTables, candidates: Sequence[Sequence[Pattern]]) -> list[list[Pattern]]:
    """Patterns that land in their group at every age of a class and for every sex they may be drawn with."""
    found: list[dict[Pattern, None]] = [{} for _ in candidates]
    open_ = [(group, pattern) for group, some in enumerate(candidates) for pattern in some]
    for attempt in range(1 + len(_CLASSES)):
        if not open_:
            break
        tried = [
            (group, _with_person(tables, pattern, attempt, sex))
            for group, pattern in open_
            for sex in _sexes(tables, pattern)
        ]
        landed = {
            (group, one[:2]): one
            for (group, one), so in reversed([*zip(tried, _land(tables, tried), strict=True)])
            if so
        }
        for (group, _), pattern in reversed(landed.items()):
            if len(found[group]) < MAX_PATTERNS:
                found[group].setdefault(pattern)
        open_ = [one for one in open_ if not found[one[0]]]
    return [list(some) for some in found]


def _sexes(tables: DrgTables, pattern: Pattern) -> tuple[int, ...]:
    dx = pattern.diagnoses[0]
    bound = clinical.sex_of_diagnosis(tables.diagnoses.codes[dx], tables.diagnoses.names[dx])
    by_operation = (clinical.sex_of_operation(tables.procedures.codes[p]) for p in pattern.operations)
    own = bound if bound != clinical.ANY else next(filter(None, by_operation), clinical.ANY)
    return tuple(dict.fromkeys((own, clinical.FEMALE, clinical.MALE)))


def _with_person(tables: DrgTables, pattern: Pattern, attempt: int, sex: int) -> Pattern:
    dx = pattern.diagnoses[0]
    own = clinical.age_class_of(tables.diagnoses.codes[dx], tables.diagnoses.names[dx])
    return pattern._replace(
        sex=sex, age_class=own if not attempt else clinical.AGE_CLASSES.index(_CLASSES[attempt - 1])
    )


def _land(tables: DrgTables, tried: Sequence[tuple[int, Pattern]]) -> Iterator[bool]:
    """Whether each pattern lands in its group throughout."""
    ages = [_ages(row) for row in clinical.age_shares()]
    for start in range(0, len(tried), 1_000):
        some = tried[start : start + 1_000]
        sexes = [(1, 2) if one.sex == clinical.ANY else (one.sex,) for _, one in some]
        rows = [len(ages[one.age_class].years) * len(sex) for (_, one), sex in zip(some, sexes, strict=True)]
        people = [
            [(*age, sex) for sex, age in product(sex, zip(*ages[one.age_class], strict=True))]
            for (_, one), sex in zip(some, sexes, strict=True)
        ]
        values = np.array(list(chain.from_iterable(people)), dtype=np.int32)
        place = np.repeat(np.arange(len(some)), rows)
        columns = _columns([one for _, one in some], place, values)
        result = assign_groups(columns, tables)
        ids = tables.ids
        drg = np.where(
            result["drg_row"] >= 0,
            ids.group_of_drg[np.maximum(result["drg_row"], 0)],
            ids.drg_of_adrg[result["adrg_row"]],
        )
        wanted = np.array([group for group, _ in some])[place]
        yield from (np.bincount(place, drg != wanted, minlength=len(some)) == 0).tolist()


def _ages(shares: np.ndarray) -> _Ages:
    cells = np.flatnonzero(shares > 0)
    rows = [(int(cell) - 1, -1, -1) for cell in cells if cell > clinical.INFANT]
    rows += [(0, day, -1) for day in _INFANT_DAYS if shares[clinical.INFANT] > 0]
    rows += [(0, *one) for one in product(_NEWBORN_DAYS, _WEIGHTS) if shares[clinical.NEWBORN] > 0]
    return _Ages(*np.array(rows, dtype=np.int32).T)


def _columns(patterns: Sequence[Pattern], place: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    n = len(place)
    columns: dict[str, np.ndarray] = {}
    for kind, lists in (
        ("diagnosis", [p.diagnoses for p in patterns]),
        ("procedure", [p.operations for p in patterns]),
    ):
        chosen = _taken(lists, place)
        columns[f"{kind}_id"], columns[f"{kind}_offset"] = chosen.values, chosen.offset
    for name, column, kind_ in (("age_years", 0, "int16"), ("age_days", 1, "int16"), ("birth_weight_g", 2, "int32"),
                                ("sex", 3, "int8")):  # fmt: skip
        columns[name] = values[:, column].astype(kind_)
    columns["length_of_stay_days"] = np.full(n, 8, dtype=np.int32)
    columns["discharge_way"] = np.ones(n, dtype=np.int8)
    columns["icu_hours"] = np.full(n, -1, dtype=np.int32)
    columns["department_id"] = np.full(n, -2, dtype=np.int32)
    return columns


def _taken(lists: Sequence[Sequence[int]], place: np.ndarray) -> Ragged:
    """The lists at places, one a row."""
    first = offsets([len(one) for one in lists])
    flat = np.array([*chain.from_iterable(lists)], dtype=np.int32)
    count = np.diff(first)[place]
    row, inside = places(count)
    values = flat[first[place][row] + inside] if len(row) else flat[:0]
    return Ragged(values.astype(np.int32), np.concatenate(([0], np.cumsum(count))).astype(np.int32))


def neutral_diagnoses(tables: DrgTables) -> list[int]:
    """Diagnoses of no sex that change nothing beside a principal one, spread over the list."""
    arrays, system = tables.arrays, tables.diagnoses
    silent = (arrays.severity[:-1] == 0) & ~arrays.diagnosis_heard[arrays.diagnosis_class[:-1]]
    ids = [int(k) for k in np.flatnonzero(silent) if system.codes[k][:1] in "EIJKMNDHL"]
    sexless = [k for k in ids if clinical.sex_of_diagnosis(system.codes[k], system.names[k]) == clinical.ANY]
    return sexless[:: max(len(sexless) // 60, 1)]


def _extras(tables: DrgTables, found: Sequence[Sequence[Pattern]]) -> np.ndarray:
    """Operations that change nothing after a main one."""
    arrays, codes = tables.arrays, tables.procedures.codes
    silent = np.flatnonzero(~arrays.operation_heard[arrays.operation_class[:-1]])
    pool = [
        int(k)
        for k in silent
        if clinical.sex_of_operation(codes[k]) == clinical.ANY and codes[k][:2] in ("87", "88", "89")
    ]
    extra = np.full((len(found), MAX_EXTRAS), -1, dtype=np.int32)
    for group, patterns in enumerate(found):
        if pool and any(one.operations for one in patterns):
            used = {p for one in patterns for p in one.operations}
            chosen = [p for n in range(MAX_EXTRAS) if (p := pool[(group * 7 + n * 3) % len(pool)]) not in used]
            extra[group, : len(chosen)] = list(dict.fromkeys(chosen)) + [-1] * (len(chosen) - len(set(chosen)))
    return extra


def _flatten(tables: DrgTables, found: Sequence[Sequence[Pattern]]) -> Patterns:
    every = list(chain.from_iterable(found))
    codes = [tables.diagnoses.codes[one.diagnoses[0]] for one in every]
    return Patterns(
        group_offset=offsets([len(some) for some in found]),
        diagnosis=np.array([one.diagnoses[0] for one in every], dtype=np.int32),
        listed_offset=offsets([len(one.diagnoses) for one in every]),
        listed=np.array([*chain.from_iterable(one.diagnoses for one in every)], dtype=np.int32),
        operation_offset=offsets([len(one.operations) for one in every]),
        operation=np.array([*chain.from_iterable(one.operations for one in every)], dtype=np.int32),
        sex=np.array([one.sex for one in every], dtype=np.int8),
        age_class=np.array([one.age_class for one in every], dtype=np.int8),
        department=[clinical.department_of(code, bool(one.operations)) for code, one in zip(codes, every, strict=True)],
        extra=_extras(tables, found),
    )
