"""From combinations to the groups of a catalogue, before they have numbers.

Source: DIP technical specification 3.0 (draft), ch. 3: core groups are a category of four characters with a main
operation and the related operations that matter, where enough stays have it; what is left is put together in
comprehensive groups by three characters and the type of the main operation (after settlement arithmetic 1.1, 1.3).

How it is done here:

1. A category with a main operation, or without any operation, is a core group if it has the threshold of stays.
2. A related operation, or a set that occurs as a whole, splits off if enough stays have it and it raises their mean cost
   by at least the increase (:mod:`drgdip.catalogue.splits`).
3. Stays are grouped by what was found. Groups that are left below the threshold are dropped, those with the most
   operations first, and stays are grouped again, until every group keeps its threshold.
4. The rest form comprehensive groups where they have their own number of stays; stays of no group stay ungrouped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from drgdip.catalogue.combinations import Combinations
from drgdip.catalogue.settings import CoreThreshold
from drgdip.catalogue.splits import Cell, splits
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.dip_catalogue import COMPREHENSIVE_TYPES, Group
from drgdip.tables.dip_compile import comprehensive_category

#: Words of treatment types in names of comprehensive groups.
_TYPE_WORDS = {"surgery": "手术", "therapeutic": "治疗性操作", "diagnostic": "诊断性操作", "conservative": "保守治疗"}
#: Numbers of a group that it does not have yet; they decide nothing while groups are being found.
NO_NUMBER = "1"


class CoreKey(NamedTuple):
    """A core group: category, main operation (−1: none), related operations, ascending ids."""

    category: str
    main: int
    related: tuple[int, ...]


def threshold_of(combinations: Combinations, rule: CoreThreshold) -> int:
    """Stays that a core group needs: as given, or the largest number at which such groups cover the share of stays."""
    if rule.cases is not None:
        return rule.cases
    counts = sorted((sum(cell.stays for cell in cells) for _, _, cells in _by_main(combinations)), reverse=True)
    whole, covered, needed = sum(counts), 0, rule.coverage or Fraction(0)
    for count in counts:
        covered += count
        if covered >= needed * whole:
            return max(count, 1)
    return 1


def core_candidates(
    combinations: Combinations, procedures: CodeSystem, threshold: int, increase: Fraction
) -> list[CoreKey]:
    """Core groups that the combinations suggest; which of them keep enough stays is seen when stays are grouped."""
    found: list[CoreKey] = []
    for category, main, cells in _by_main(combinations):
        if sum(cell.stays for cell in cells) >= threshold:
            found.append(CoreKey(category, main, ()))
        if main >= 0:
            related = splits(cells, procedures.codes, threshold, increase)
            found += [CoreKey(category, main, tuple(sorted(one))) for one in related]
    return found


def _by_main(combinations: Combinations) -> Iterator[tuple[str, int, list[Cell]]]:
    """Combinations with the same category and main operation, in order."""
    together: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    keys = zip(combinations.category.tolist(), combinations.main.tolist(), strict=True)
    sums = zip(combinations.stays.tolist(), combinations.cost_fen.tolist(), strict=True)
    for row, (key, (stays, cost_fen)) in enumerate(zip(keys, sums, strict=True)):
        together[key].append(Cell(frozenset(combinations.related(row)), stays, cost_fen))
    for category, main in sorted(together):
        yield combinations.categories[category], main, together[category, main]


def core_group(key: CoreKey, procedures: CodeSystem, names: Mapping[str, str]) -> Group:
    """A core group as a row of the catalogue, without numbers."""
    related = sorted(key.related, key=procedures.codes.__getitem__)
    places = [place for place in (key.main, *related) if place >= 0]
    codes = [procedures.codes[place] for place in places]
    operations = "+".join(codes)
    words = [names[key.category], *(procedures.names[place] for place in places)]
    return Group(
        dip_code=f"{key.category}:{operations}" if operations else key.category,
        kind="core",
        treatment_type="" if operations else "conservative",
        diagnosis_category=key.category,
        operations=operations,
        name="+".join(words),
        points=NO_NUMBER,
        mean_cost_yuan=NO_NUMBER,
    )


def comprehensive_group(category: str, treatment_type: str, names: Mapping[str, str]) -> Group:
    """A comprehensive group as a row of the catalogue, without numbers."""
    return Group(
        dip_code=f"{category}:{treatment_type}",
        kind="comprehensive",
        treatment_type=treatment_type,
        diagnosis_category=category,
        operations="",
        name=f"{names[category]}+{_TYPE_WORDS[treatment_type]}",
        points=NO_NUMBER,
        mean_cost_yuan=NO_NUMBER,
    )


def category_names(diagnoses: CodeSystem, length: int) -> dict[str, str]:
    """What categories of three or four characters are called: as the first code that they hold.

    Lists of codes have no names of categories. One of three characters that holds more than one of four is called
    "and others" (等), so that its first code does not pass for all of it.
    """
    names: dict[str, str] = {}
    within: dict[str, str] = {}
    cut = slice(3) if length == 3 else slice(5)  # the dot is a character, too
    for code, name in sorted(zip(diagnoses.codes, diagnoses.names, strict=True)):
        category, four = code[cut].upper(), code[:5].upper()
        first = names.setdefault(category, name)
        if length == 3 and within.setdefault(category, four) != four:
            names[category] = f"{first.removesuffix('等')}等"
    return names


def comprehensive_names(diagnoses: CodeSystem) -> list[str]:
    """Categories of three characters, in order."""
    return sorted({comprehensive_category(code) for code in diagnoses.codes})


def every_comprehensive(categories: Sequence[str], names: Mapping[str, str]) -> list[Group]:
    """A comprehensive group for every category and type."""
    return [comprehensive_group(one, kind, names) for one in categories for kind in COMPREHENSIVE_TYPES]
