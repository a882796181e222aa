"""What moved between two knowledge packs: rows of each list that came, went or changed, days, and the manifests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from drgdip.base.text import Text
from drgdip.tables.diff import Change, Entry, changes
from drgdip.tables.knowledge.forms import FORMS
from drgdip.tables.knowledge.pack import Pack
from drgdip.tables.knowledge.rows import CHANGE

#: List -> what people call it.
LIST_WORDS: Mapping[str, Text] = {
    "item_sex": Text("项目限性别", "services by sex"), "drug_sex": Text("药品限性别", "drugs by sex"),
    "age_class": Text("年龄段", "classes of age"), "item_age": Text("项目限年龄", "services by age"),
    "drug_age": Text("药品限年龄", "drugs by age"), "drug_insurance": Text("药品限险种", "drugs by insurance"),
    "drug_level": Text("药品限机构级别", "drugs by level of hospital"), "drug_visit": Text("药品限就医方式", "drugs by kind of care"),
    "drug_course": Text("药品限疗程", "drugs by course"), "item_course": Text("项目限疗程", "services by course"),
    "duplicate_charge": Text("重复收费", "duplicate charges"), "daily_frequency": Text("每日频次", "daily frequencies"),
    "period_limit": Text("周期频次", "frequencies of a period"), "stay_group": Text("按日计费组", "per-day groups"),
    "surgery_discount": Text("手术折价组", "groups of discounted operations"), "slice_unpaid": Text("不付饮片", "unpaid slices"),
    "drug_second_line": Text("二线用药", "drugs of the second line"), "drug_indication": Text("限适应症药品", "drugs by indication"),
    "drug_internet": Text("互联网医院药品", "drugs of internet hospitals"), "official_rules_79": Text("官方规则(79)", "official rules (79)"),
    "official_rules_88": Text("官方规则(88)", "official rules (88)"), "typical_problems": Text("典型问题", "typical problems"),
}  # fmt: skip
#: Column -> what people call it, where it is not its own word.
COLUMN_WORDS: Mapping[str, Text] = {
    "name": Text("名称", "name"), "sex": Text("性别", "sex"), "region": Text("地区", "region"),
    "valid_from": Text("起始日", "first day"), "valid_to": Text("截止日", "last day"), "source": Text("来源", "source"),
    "mark": Text("标记", "mark"), "text": Text("原文", "text"), "days": Text("天数", "days"), "window": Text("时间窗", "window"),
    "hours": Text("小时", "hours"), "quantity": Text("数量", "quantity"), "unit": Text("单位", "unit"), "level": Text("级别", "level"),
    "main_name": Text("主项名称", "name of the main item"), "sub_name": Text("从项名称", "name of the other item"),
    "insurance": Text("险种", "insurance"), "visits": Text("就医方式", "kinds of care"), "scope": Text("范围", "scope"),
    "age_class": Text("年龄段", "class of age"), "times": Text("次数", "times"), "period_days": Text("周期天数", "days of the period"),
    "interval_days": Text("间隔天数", "days between"), "group": Text("组", "group"), "per_day": Text("每日数", "a day"),
    CHANGE: Text("变更", "change"),
}  # fmt: skip
#: Of manifests: what follows from the rows and files themselves.
_DERIVED = frozenset({"rows", "files", "scheme"})


class PackDiff(NamedTuple):
    """What moved between two packs.

    changes : rows, by list; those that stand on both sides with other values are changed column by column. days : first days of a
    change of rows that only the earlier, or only the later pack has. manifest : key, value before and after.
    """

    changes: list[Change]
    days: tuple[tuple[str, ...], tuple[str, ...]]
    manifest: list[tuple[str, str, str]]


def diff_packs(before: Pack, after: Pack) -> PackDiff:
    """Every difference between two packs.

    Packs on a day are compared by the rows that hold on it in their region; without a day by all rows of all days,
    regions and packs that they extend. Rows are the same row by their key, region and first day; where a key stands
    once in a region on both sides, another first day is a change of that row.
    """
    names = [name for name in FORMS if name in before.lists or name in after.lists]
    rows = [{name: _keyed(name, pack) for name in names} for pack in (before, after)]
    parts = [{name: _entries(own[name], other[name]) for name in names} for own, other in (rows, rows[::-1])]
    days = [{day.isoformat() for day in pack.change_days} for pack in (before, after)]
    return PackDiff(
        list(changes(*parts)), (tuple(sorted(days[0] - days[1])), tuple(sorted(days[1] - days[0]))),
        [*_of_manifests(before, after)],
    )  # fmt: skip


#: Key and region -> the rows with them.
_Keyed = dict[tuple[str, str], list[Entry]]


def _keyed(name: str, pack: Pack) -> _Keyed:
    form = FORMS[name]
    if pack.day:
        found = [(row, "") for row in pack.rows(name)]
    else:
        found = [(entry.row, entry.change) for entry in pack.history(name)]
    keyed: _Keyed = {}
    for row, change in found:
        values = {column: _text(value) for column, value in row._asdict().items() if column not in form.key}
        key = " ".join(form.key_of(row)), "" if pack.day else row.region
        own = keyed.setdefault(key, [])
        own[:] = [
            one for one in own if one["valid_from"] != values["valid_from"]
        ]  # a pack that extends goes before its base
        own.append({**values, **({CHANGE: change} if change else {})})
    return keyed


def _entries(own: _Keyed, other: _Keyed) -> dict[str, Entry]:
    """Rows by what tells them from others on both sides."""
    found = {}
    for (key, region), rows in own.items():
        once = len(rows) == 1 == len(other.get((key, region), rows))
        for row in rows:
            words = (key, region and f"@{region}", "" if once else row["valid_from"])
            found[" ".join(filter(None, words))] = row
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _of_manifests(before: Pack, after: Pack) -> Iterator[tuple[str, str, str]]:
    old, new = (dict(_flat("", pack.manifest.model_dump(mode="json", by_alias=True))) for pack in (before, after))
    for key in dict.fromkeys((*old, *new)):
        if old.get(key, "") != new.get(key, ""):
            yield key, old.get(key, ""), new.get(key, "")


def _flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            if place or key not in _DERIVED:
                yield from _flat(f"{place}.{key}" if place else str(key), below)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, below in enumerate(value, 1):
            yield from _flat(f"{place}[{number}]", below)
    elif value not in (None, "", 0):
        yield place, str(value)


def rows_by_list(found: Sequence[Change]) -> dict[str, dict[str, int]]:
    """List -> kind -> number of rows; of changed rows each once."""
    rows = Counter((one.part, one.kind) for one in {(one.part, one.kind, one.key): one for one in found}.values())
    return {
        name: {kind: count for (part, kind), count in sorted(rows.items()) if part == name}
        for name in FORMS
        if any(part == name for part, _ in rows)
    }
