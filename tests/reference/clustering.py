"""Settlement arithmetic 1.1, 1.3: core and comprehensive groups from single stays, plainly.

Written from what ``drgdip.catalogue.clusters`` says it does, one stay after another; nothing compiled, and stays are
grouped by the rules of core groups themselves, not by the engine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

#: Category, main operation ("": none), related operations in order; or category and treatment type.
Core = tuple[str, str, tuple[str, ...]]
Key = Core | tuple[str, str]


class Treated(NamedTuple):
    """A stay: principal diagnosis, operations as coded, cost."""

    diagnosis: str
    operations: tuple[str, ...]
    cost_fen: int


class Rules(NamedTuple):
    """Limits and lists; ``cases`` or ``coverage`` is the threshold of core groups."""

    types: Mapping[str, str]
    increase: Fraction
    comprehensive_cases: int
    cases: int = 0
    coverage: Fraction = Fraction(0)
    excluded: Collection[str] = ()
    unused: Collection[str] = ()
    most_related: int = 4


def clustered(stays: Sequence[Treated], rules: Rules) -> tuple[set[Key], list[Key | None], int]:
    """Groups, the group of each stay, and how many stays a core group needs."""
    seen = [None if stay.diagnosis in rules.excluded else parts(stay, rules) for stay in stays]
    counted = [(part, stay.cost_fen) for part, stay in zip(seen, stays, strict=True) if part]
    needed = threshold(counted, rules)
    cores = shaken_out(suggested(counted, needed, rules), [part for part, _ in counted], needed)
    landed: list[Key | None] = [
        None if part is None else best(part, cores) or rest(stay, part, rules)
        for stay, part in zip(stays, seen, strict=True)
    ]
    counts = Counter(landed)
    kept = {key for key in counts if key and (len(key) == 3 or counts[key] >= rules.comprehensive_cases)}
    return kept, [key if key in kept else None for key in landed], needed


def parts(stay: Treated, rules: Rules) -> Core:
    """What of a stay tells its core group; each operation counts once."""
    used = [code for code in stay.operations if code not in rules.unused]
    main = used[0] if used else ""
    return stay.diagnosis[:5].upper(), main, tuple(sorted(set(used) - {main}))


def threshold(counted: Sequence[tuple[Core, int]], rules: Rules) -> int:
    """As given, or the largest number whose categories with main operation hold the share of stays."""
    if rules.cases:
        return rules.cases
    sizes = Counter(part[:2] for part, _ in counted)
    for number in sorted(set(sizes.values()), reverse=True):
        if sum(size for size in sizes.values() if size >= number) >= rules.coverage * len(counted):
            return number
    return 1


def suggested(counted: Sequence[tuple[Core, int]], needed: int, rules: Rules) -> list[Core]:
    together: dict[tuple[str, str], list[tuple[frozenset[str], int]]] = defaultdict(list)
    for (category, main, related), cost_fen in counted:
        together[category, main].append((frozenset(related), cost_fen))
    found: list[Core] = []
    for (category, main), members in together.items():
        if len(members) >= needed:
            found.append((category, main, ()))
        found += [(category, main, tuple(sorted(related))) for related in splits(members, needed, rules)]
    return found


def splits(members: Sequence[tuple[frozenset[str], int]], needed: int, rules: Rules) -> list[frozenset[str]]:
    """Sets that enough stays have and that raise cost; the smaller before the larger, the dearest of a size first."""
    whole = Counter(related for related, _ in members)
    single = Counter(code for related, _ in members for code in related)
    sets = {frozenset((code,)) for code, count in single.items() if count >= needed}
    sets |= {s for s, count in whole.items() if 2 <= len(s) <= rules.most_related and count >= needed}
    accepted: list[frozenset[str]] = []
    for size in range(1, rules.most_related + 1):
        while True:
            raised = {s: increase_of(s, members, accepted, needed) for s in sets - set(accepted) if len(s) == size}
            dear = [(-by, sorted(s)) for s, by in raised.items() if by is not None and by >= rules.increase]
            if not dear:
                break
            accepted.append(frozenset(min(dear)[1]))
    return accepted


def increase_of(
    related: frozenset[str], members: Sequence[tuple[frozenset[str], int]], accepted: list[frozenset[str]], needed: int
) -> Fraction | None:
    """How far stays that would be in the set's group are dearer than those of the groups that they are in now."""

    def most(codes: frozenset[str]) -> int:
        return max((len(known) for known in accepted if known <= codes), default=0)

    parents = [known for known in accepted if known < related and len(known) == most(related)] or [frozenset()]
    having = [cost for codes, cost in members if related <= codes and most(codes) < len(related)]
    lacking = [
        cost
        for codes, cost in members
        if not related <= codes and any(known <= codes and most(codes) == len(known) for known in parents)
    ]
    if len(having) < needed or not lacking:
        return None
    return Fraction(sum(having) * len(lacking), len(having) * sum(lacking)) - 1


def code_of(core: Core) -> str:
    operations = "+".join(code for code in (core[1], *core[2]) if code)
    return f"{core[0]}:{operations}" if operations else core[0]


def best(part: Core, cores: Collection[Core]) -> Core | None:
    """Same category and main operation, the most related operations; then by code."""
    held = [core for core in cores if core[:2] == part[:2] and set(core[2]) <= set(part[2])]
    return min(held, key=lambda core: (-len(core[2]), code_of(core)), default=None)


def shaken_out(cores: list[Core], seen: Sequence[Core], needed: int) -> list[Core]:
    """Cores without those that stay too small: of a category and main operation the largest sets first, then anew."""
    while True:
        counts = Counter(best(part, cores) for part in seen)
        small = [core for core in cores if counts[core] < needed]
        if not small:
            return cores
        deepest: dict[tuple[str, str], int] = {}
        for core in small:
            deepest[core[:2]] = max(deepest.get(core[:2], 0), len(core[2]))
        cores = [core for core in cores if core not in small or len(core[2]) < deepest[core[:2]]]


def rest(stay: Treated, part: Core, rules: Rules) -> tuple[str, str]:
    """Three characters and the type of the main operation; interventions are surgery."""
    kind = rules.types.get(part[1], "conservative") if part[1] else "conservative"
    return stay.diagnosis[:3].upper(), "surgery" if kind == "intervention" else kind
