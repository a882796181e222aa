"""The layers before the core groups, compiled: pre-groups, merges, diagnosis-assisted groups, and conditions.

Source: DIP technical specification 3.0, ch. 3 (after settlement arithmetic 1.3–1.4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from drgdip.tables.code_system import CodeSystem
from drgdip.tables.dip_catalogue import KINDS, LISTED_KINDS, Group
from drgdip.tables.dip_conditions import ANY, DiagnosisFinder, alternatives, parse_range, terms

#: Where operations must stand, by its word in the catalogue; the policy decides where there is none.
OPERATION_PLACES = {"": 0, "main": 1, "any": 2}
#: Bits of ``has_bounds``.
AGE_DAYS, AGE_YEARS, BIRTH_WEIGHT, OTHER_DIAGNOSES = 1, 2, 4, 8

_RANGES = ("age_days", "age_years", "birth_weight_g")
#: Least value of each range. A birth weight of 0 stands in lists where none was recorded: no row takes it, as the national
#: DRG rules say in so many words (``XSRTZ > 0``).
_LEAST = (0, 0, 1)


def layer_arrays(
    groups: Sequence[Group],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    operation_terms: Sequence[Sequence[Sequence[tuple[int, int]]]],
    excluded_principals: Collection[str] = (),
    unused_operations: Collection[str] = (),
) -> dict[str, np.ndarray]:
    """Arrays of what :class:`~drgdip.tables.dip_compile.DipArrays` says about layers and conditions.

    ``operation_terms`` : by group and term, procedure ids and whether a sub-category stands for them.
    """
    finder = DiagnosisFinder(diagnoses)
    order = _order(groups)
    listed = [place for place in order if groups[place].kind in LISTED_KINDS]
    closed = [place for place in listed if not _is_open(groups[place])]
    extra = [place for place, group in enumerate(groups) if group.kind == "core" and not group.has_one_category]
    others = [[finder.ids(term) for term in terms(group.other_diagnoses)] for group in groups]
    held = {place: _held(groups[place], finder) for place in (*listed, *extra)}
    # A row whose diagnoses the code list does not have is for no stay.
    opened = [place for place in listed if _is_open(groups[place]) and held[place] != []]
    found_anywhere = [(held[place] or []) if place in opened else [] for place in range(len(groups))]
    return {
        "group_order": _ranks(order),
        **_by_diagnosis("listed", closed, held, len(diagnoses.codes)),
        **_by_diagnosis("extra", extra, held, len(diagnoses.codes)),
        "open_group": np.array(opened, dtype=np.int32),
        "any_diagnosis_offset": _offsets(found_anywhere),
        "any_diagnosis": _flat(found_anywhere),
        "procedure_opens": _marks(
            len(procedures.codes),
            (code for place in opened for term in operation_terms[place] for code, _ in term),
        ),
        "diagnosis_opens": _marks(
            len(diagnoses.codes),
            (code for place in opened for codes in (found_anywhere[place], *others[place]) for code in codes),
        ),
        "diagnosis_term_offset": _offsets(others),
        "diagnosis_alternative_offset": _offsets([term for group in others for term in group]),
        "diagnosis_alternative": _flat([term for group in others for term in group]),
        "operation_place": np.array([OPERATION_PLACES[group.operation_place] for group in groups], dtype=np.int8),
        "bounds": _bounds(groups),
        "has_bounds": np.array([_asked(group) for group in groups], dtype=np.int8),
        "principal_excluded": _listed_codes(diagnoses, excluded_principals),
        "procedure_unused": _listed_codes(procedures, unused_operations),
    }


def _order(groups: Sequence[Group]) -> list[int]:
    """Positions by layer, and within one as they stand in the file."""
    return sorted(range(len(groups)), key=lambda place: (KINDS.index(groups[place].kind), place))


def _ranks(order: Sequence[int]) -> np.ndarray:
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[list(order)] = np.arange(len(order), dtype=np.int32)
    return ranks


def _is_open(group: Group) -> bool:
    """Whether the principal diagnosis alone cannot lead to the row."""
    return group.diagnosis_category == ANY or group.diagnosis_place == "any"


def _held(group: Group, finder: DiagnosisFinder) -> list[int] | None:
    """Diagnoses that a row is for, None: all."""
    return None if group.diagnosis_category == ANY else finder.ids(alternatives(group.diagnosis_category))


def _by_diagnosis(
    name: str, places: Sequence[int], held: dict[int, list[int] | None], diagnoses: int
) -> dict[str, np.ndarray]:
    """Rows by the principal diagnosis, in the order given."""
    rows: list[list[int]] = [[] for _ in range(diagnoses)]
    for place in places:
        for code in held[place] or ():
            rows[code].append(place)
    return {f"{name}_offset": _offsets(rows), f"{name}_group": _flat(rows)}


def _asked(group: Group) -> int:
    cells = (group.age_days, group.age_years, group.birth_weight_g, group.other_diagnoses)
    return sum(
        bit for bit, cell in zip((AGE_DAYS, AGE_YEARS, BIRTH_WEIGHT, OTHER_DIAGNOSES), cells, strict=True) if cell
    )


def _bounds(groups: Sequence[Group]) -> np.ndarray:
    ends = [
        [end for name, least in zip(_RANGES, _LEAST, strict=True) for end in _ends(getattr(group, name), least)]
        for group in groups
    ]
    return np.array(ends, dtype=np.int32).reshape(-1, 2 * len(_RANGES))


def _ends(cell: str, least: int) -> tuple[int, int]:
    low, high = parse_range(cell) or (-1, -1)
    return (max(low, least) if cell else low), high


def _listed_codes(system: CodeSystem, codes: Collection[str]) -> np.ndarray:
    wanted = {code.casefold() for code in codes}
    return np.array([code.casefold() in wanted for code in system.codes], dtype=np.int8)


def _marks(length: int, places: Iterable[int]) -> np.ndarray:
    marks = np.zeros(length, dtype=np.int8)
    marks[list(places)] = 1
    return marks


def _flat(parts: Sequence[Sequence[int]]) -> np.ndarray:
    return np.array([code for part in parts for code in part], dtype=np.int32)


def _offsets(parts: Sequence[Sequence[object]]) -> np.ndarray:
    offsets = np.zeros(len(parts) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return offsets
