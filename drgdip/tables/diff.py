"""What moved between two editions: every entry that came, went or changed, in words and as rows.

An edition is seen as entries of named parts (categories, groups, codes of sets, complications …), each with named
values. Two editions are compared entry by entry, so that the comparison knows nothing of either scheme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.tables.diff_dip import dip_parts
from drgdip.tables.diff_words import FIELD_WORDS, PART_WORDS

if TYPE_CHECKING:
    from drgdip.tables.chs_drg.drg_tables import DrgTables
    from drgdip.tables.dip_tables import DipTables

Kind = Literal["added", "removed", "changed"]
#: Values of an entry by name; of parts that only list codes there are none.
Entry = Mapping[str, str]
#: Part -> key of an entry -> its values.
Parts = Mapping[str, Mapping[str, Entry]]

KIND_WORDS: dict[Kind, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "changed": Text("变更", "changed"),
}


class Change(NamedTuple):
    """One thing that moved. ``field`` : the value that changed, empty where an entry came or went."""

    part: str
    kind: Kind
    key: str
    field: str
    before: str
    after: str

    def in_words(self, parts: Mapping[str, Text] = PART_WORDS, fields: Mapping[str, Text] = FIELD_WORDS) -> Text:
        """The change as one line. parts, fields : what people call these."""
        part, kind = parts[self.part], KIND_WORDS[self.kind]
        values = f": {self.before} → {self.after}" if self.kind == "changed" else f": {self.before or self.after}"
        field = fields.get(self.field, Text(self.field, self.field))
        words = values if self.before or self.after else ""
        return Text(
            f"{part.zh} {kind.zh} {self.key} {field.zh}".rstrip() + words,
            f"{part.en} {kind.en} {self.key} {field.en}".rstrip() + words,
        )


def diff(before: DipTables | DrgTables, after: DipTables | DrgTables) -> list[Change]:
    """Every change from one edition to another, by part and key.

    Raises UsageError if they are of different schemes.
    """
    schemes = (before.manifest.scheme, after.manifest.scheme)
    if schemes[0] != schemes[1]:
        raise UsageError(
            Text(f"两个版本属于不同的分组体系:{schemes[0]} 与 {schemes[1]}。",
                 f"The editions are of different schemes: {schemes[0]} and {schemes[1]}."),
            Text("请比较同一分组体系的两个版本。", "Compare two editions of one scheme."),
        )  # fmt: skip
    return list(changes(parts_of(before), parts_of(after)))


def changes(before: Parts, after: Parts) -> Iterator[Change]:
    """Every change between entries, in the order of parts and keys."""
    for part in before:
        old, new = before[part], after[part]
        for key in sorted({*old, *new}):
            if key not in old:
                yield Change(part, "added", key, "", "", _summary(new[key]))
            elif key not in new:
                yield Change(part, "removed", key, "", _summary(old[key]), "")
            else:
                for field, value in old[key].items():
                    if value != new[key].get(field, ""):
                        yield Change(part, "changed", key, field, value, new[key].get(field, ""))


def _summary(entry: Entry) -> str:
    return next((value for value in entry.values() if value), "")


def counts(found: list[Change]) -> dict[tuple[str, Kind], int]:
    """Number of changes by part and kind; of changed entries each once."""
    entries = {(change.part, change.kind, change.key) for change in found}
    return dict(sorted(Counter((part, kind) for part, kind, _ in entries).items()))


def parts_of(tables: DipTables | DrgTables) -> Parts:
    """An edition as entries."""
    makers: dict[str, Callable[[], Parts]] = {
        "dip": lambda: dip_parts(tables),  # type: ignore[arg-type]
        "chs-drg": lambda: _drg_parts(tables),  # type: ignore[arg-type]
    }
    return makers[tables.manifest.scheme]()


def _drg_parts(tables: DrgTables) -> Parts:
    from drgdip.tables.chs_drg.syntax import written

    content = tables.content
    return {
        "mdc": {row.code: {"name": row.name, "rule": written(row.rule), "order": str(row.order)} for row in content.mdcs},
        "adrg": {
            _unique(row.code, row.mdc, row.order, row.ambiguous): {
                "name": row.name, "rule": written(row.rule), "order": str(row.order)
            } for row in content.adrgs
        },
        "drg": {
            row.code: {"name": row.name, "rule": written(row.rule), "adrg": row.adrg, "mdc": row.mdc, "order": str(row.order)}
            for row in content.drgs
        },
        "set": {name: {} for name in content.sets},
        "set_code": {f"{name} {code}": {} for name, codes in content.sets.items() for code in codes},
        "complication": {
            code: {"severity": one.severity, "exclusions": one.exclusions} for code, one in content.complications.items()
        },
        "exclusion_code": {f"{name} {code}": {} for name, codes in content.exclusions.items() for code in codes},
        "weight": {code: {"weight": weight} for code, weight in content.weights.items() if weight},
    }  # fmt: skip


def _unique(code: str, mdc: str, order: int, repeats: bool) -> str:
    """Key of an adjacent group; the ambiguous row can stand several times in one category."""
    return f"{code} ({mdc}, {order})" if repeats else f"{code} ({mdc})"
