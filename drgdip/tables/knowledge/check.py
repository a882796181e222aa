"""Checking a knowledge pack: what is wrong between rows, between lists, and between a pack and its base."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from drgdip.tables.knowledge.forms import FORMS, Form, file_of
from drgdip.tables.knowledge.load import Opened
from drgdip.tables.knowledge.pack import Layer, significant
from drgdip.tables.knowledge.row_types import AgeLimit
from drgdip.tables.knowledge.rows import Entry, own_columns
from drgdip.tables.manifest import MANIFEST_FILE
from drgdip.tables.problems import TableProblem

#: Lists that say the same of drugs and of services: no code may stand in both with another limit.
_SIBLINGS = (("item_sex", "drug_sex"), ("item_age", "drug_age"), ("item_course", "drug_course"))
#: Columns that tell people and change no limit.
_WORDS = ("name", "main_name", "sub_name", "mark", "rule")


def check_opened(opened: Opened, items: Collection[str] | None = None) -> list[TableProblem]:
    """All problems of a pack, errors and warnings; those of its bases are told when they are checked.

    items : codes of a list of drugs and services; codes that it does not have are warned of.
    """
    if any(problem.key == "file_missing" for problem in opened.changes):
        return list(opened.changes)
    problems = list(opened.changes)
    top = len(opened.chain) - 1
    lists = {name: opened.entries(name, problems) for name in FORMS if name in opened.names}
    for name, entries in lists.items():
        own = [entry for entry in entries if entry.layer == top]
        problems += _overlaps(name, own, opened.layers[top])
        problems += _rows_apart(name, own)
        if opened.base:
            problems += _against_base(name, entries, opened.layers)
        problems += _marked(name, own)
        problems += _unlisted(name, own, items) if items is not None else ()
    problems += _pairs(lists.get("duplicate_charge", []), opened.layers, top)
    problems += _classes(lists, top)
    for names in _SIBLINGS:
        problems += _siblings(names, lists, opened.layers)
    return [*problems, *_of_manifest(opened)]


def span(row: Any, layer: Layer) -> tuple[date, date]:
    """First and last day of a row."""
    return row.valid_from or layer.valid_from or date.min, row.valid_to or layer.valid_to or date.max


def _meet(one: Entry, other: Entry, layers: Sequence[Layer]) -> bool:
    (a, b), (c, d) = span(one.row, layers[one.layer]), span(other.row, layers[other.layer])
    return max(a, c) <= min(b, d)


def _regions_meet(one: Entry, other: Entry, layers: Sequence[Layer]) -> bool:
    a, b = (significant(entry.row.region or layers[entry.layer].region) for entry in (one, other))
    return a.startswith(b) or b.startswith(a)


def says(form: Form, row: Any) -> tuple[Any, ...]:
    """What a row limits, apart from words and from its place and time."""
    return tuple(getattr(row, column) for column in own_columns(form) if column not in _WORDS)


def _overlaps(name: str, entries: Sequence[Entry], layer: Layer) -> Iterator[TableProblem]:
    form = FORMS[name]
    alike: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        alike[(*form.key_of(entry.row), entry.row.region or layer.region)].append(entry)
    for group in alike.values():
        for one, other in combinations(sorted(group, key=lambda entry: entry.number), 2):
            (a, b), (c, d) = span(one.row, layer), span(other.row, layer)
            if max(a, c) <= min(b, d):
                same = says(form, one.row) == says(form, other.row)
                key = "overlapping_validity" if same else "contradicting_limit"
                yield _problem(key, name, other)


def _rows_apart(name: str, entries: Sequence[Entry]) -> Iterator[TableProblem]:
    for entry in entries:
        row = entry.row
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            yield TableProblem("days_reversed", file_of(name), entry.number, "valid_to", str(row.valid_to))
        if getattr(row, "from_age", None) is not None and row.below_age is not None and _months(row) <= 0:
            yield TableProblem("bad_range", file_of(name), entry.number, "below_age", str(row.below_age))
        for bound in ("from", "below"):
            if hasattr(row, f"{bound}_age") and (getattr(row, f"{bound}_age") is None) == bool(
                getattr(row, f"{bound}_unit")
            ):
                yield TableProblem("bad_range", file_of(name), entry.number, f"{bound}_unit", "")


def _months(row: Any) -> int:
    """Length of an age range in days, counted with months of 30 and years of 360: only its sign is used."""
    days = {"day": 1, "month": 30, "year": 360, "": 0}
    length: int = row.below_age * days[row.below_unit] - row.from_age * days[row.from_unit]
    return length


def _against_base(name: str, entries: Sequence[Entry], layers: Sequence[Layer]) -> Iterator[TableProblem]:
    """What is replaced or withdrawn must be in the base while it is; what is added must not."""
    form, top = FORMS[name], len(layers) - 1
    below: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.layer < top and entry.change != "withdraw":
            below[form.key_of(entry.row)].append(entry)
    for entry in entries:
        if entry.layer < top:
            continue
        found = [
            one
            for one in below.get(form.key_of(entry.row), [])
            if _meet(one, entry, layers) and _regions_meet(one, entry, layers)
        ]
        if (entry.change == "add") == bool(found):
            yield _problem("overlay_present" if found else "overlay_absent", name, entry)


def _pairs(entries: Sequence[Entry], layers: Sequence[Layer], top: int) -> Iterator[TableProblem]:
    standing = [entry for entry in entries if entry.change != "withdraw"]
    withdrawn = {FORMS["duplicate_charge"].key_of(entry.row) for entry in entries if entry.change == "withdraw"}
    pairs: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in standing:
        pairs[entry.row.main_code, entry.row.sub_code].append(entry)
    for (main, sub), these in pairs.items():
        for entry in these:
            if main == sub and entry.layer == top:
                yield _problem("self_pair", "duplicate_charge", entry)
            elif (sub, main) not in withdrawn and (main, sub) not in withdrawn:
                turned = (one for one in pairs.get((sub, main), []) if main != sub and _meet(one, entry, layers))
                yield from (
                    _problem("mutual_pair", "duplicate_charge", entry)
                    for one in turned
                    if _regions_meet(one, entry, layers) and max(entry.layer, one.layer) == top and main > sub
                )


def _classes(lists: dict[str, list[Entry]], top: int) -> Iterator[TableProblem]:
    known = {entry.row.age_class for entry in lists.get("age_class", [])}
    for name, entries in lists.items():
        if FORMS[name].row is not AgeLimit:
            continue
        for entry in entries:
            wanted = entry.row.age_class
            if entry.layer == top and (wanted not in known if wanted else not entry.row.text):
                yield TableProblem("unknown_age_class", file_of(name), entry.number, "age_class", wanted)


def _siblings(
    names: tuple[str, str], lists: Mapping[str, list[Entry]], layers: Sequence[Layer]
) -> Iterator[TableProblem]:
    """A code with one limit as a drug and another as a service; told where the pack itself says so."""
    form, top = FORMS[names[0]], len(layers) - 1
    ones, others = (_standing(lists.get(name, []), top) for name in names)
    by_code: dict[str, list[Entry]] = defaultdict(list)
    for entry in others:
        by_code[entry.row.code].append(entry)
    for one in ones:
        for other in by_code.get(one.row.code, []):
            apart = says(form, other.row) != says(form, one.row) and _meet(one, other, layers)
            if apart and _regions_meet(one, other, layers) and max(one.layer, other.layer) == top:
                yield _problem("contradicting_limit", *((names[1], other) if other.layer == top else (names[0], one)))


def _standing(entries: Sequence[Entry], top: int) -> list[Entry]:
    """Rows that are not withdrawn, and of the packs below those that the topmost one does not change."""
    changed = {entry.row.code for entry in entries if entry.layer == top}
    return [
        entry
        for entry in entries
        if entry.change != "withdraw" and (entry.layer == top or entry.row.code not in changed)
    ]


def _marked(name: str, entries: Sequence[Entry]) -> Iterator[TableProblem]:
    """Warnings by list, with the number of rows: texts that are kept, and limits that are disputed."""
    unread = sum(bool(getattr(entry.row, "text", "")) for entry in entries)
    disputed = sum(getattr(entry.row, "mark", "") == "disputed" for entry in entries)
    if unread:
        yield TableProblem("limit_unread", file_of(name), 0, "text", str(unread))
    if disputed:
        yield TableProblem("limit_disputed", file_of(name), 0, "mark", str(disputed))


def _unlisted(name: str, entries: Sequence[Entry], items: Collection[str]) -> Iterator[TableProblem]:
    known = {code.casefold() for code in items}
    for column in FORMS[name].columns:
        if column in ("code", "main_code", "sub_code") and not name.startswith("official"):
            for entry in entries:
                if str(getattr(entry.row, column)).casefold() not in known:
                    yield TableProblem("unlisted_item", file_of(name), entry.number, column, getattr(entry.row, column))


def _of_manifest(opened: Opened) -> Iterator[TableProblem]:
    if opened.manifest.effective is None:
        yield TableProblem("no_effective_date", MANIFEST_FILE, 0, "effective", "")
    counts = Counter({name: len(text.splitlines()) - 1 for name, text in opened.texts.items()})
    for name, count in counts.items():
        if opened.manifest.rows.get(name) != count:
            yield TableProblem("row_count", file_of(name), 0, "", f"{count} ≠ {opened.manifest.rows.get(name)}")


def _problem(key: str, name: str, entry: Entry) -> TableProblem:
    form = FORMS[name]
    return TableProblem(key, file_of(name), entry.number, form.key[0], " ".join(form.key_of(entry.row)))
