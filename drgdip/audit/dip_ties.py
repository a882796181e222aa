"""Tie-breaks of DIP grouping in words: the value of each key, and which key puts one row before another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.grouping.dip.parameters import TIE_KEYS

if TYPE_CHECKING:
    from drgdip.audit.dip_rows import Rows

_LABELS = {
    "full_match": Text("手术操作全部在组合内", "all operations are in the combination"),
    "main_op": Text("主要手术操作相符", "the main operation fits"),
    "max_ops": Text("组合的手术操作数", "operations in the combination"),
    "exact_code": Text("按完整编码相符", "met by full codes"),
    "max_rw": Text("分值", "points"),
    "min_cost_gap": Text("与均费之差(元)", "gap to the mean cost (yuan)"),
    "type_order": Text("治疗类型次序", "rank of the treatment type"),
    "max_n": Text("病例数", "cases"),
    "id": Text("编码次序", "order of codes"),
}


def tie_values(rows: Rows, group: int) -> tuple[int, ...]:
    """The values of the policy's keys for a row that takes the stay; the larger wins, the first that differs decides."""
    return tuple(_value(TIE_KEYS[key], rows, group) for key in rows.parameters.ties.tie_keys.tolist())


def _value(key: str, rows: Rows, group: int) -> int:
    arrays, stay, terms = rows.arrays, rows.stay, rows.terms(group)
    match key:
        case "full_match":
            return int(all(any(rows.met_by(term, [code]) for term in terms) for code in stay.operations))
        case "main_op":
            return int(bool(terms and rows.met_by(terms[0], stay.operations[:1])))
        case "max_ops":
            return len(terms)
        case "exact_code":
            return int(all(any(rows.met_by(term, rows.reach(group, term))) for term in terms))
        case "max_rw":
            return int(arrays.relative_weight_e4[group])
        case "min_cost_gap":
            return -abs(stay.cost_fen - int(arrays.mean_cost_fen[group]))
        case "type_order":
            return -int(rows.parameters.ties.type_rank[arrays.group_treatment_type[group]])
        case "max_n":
            return int(arrays.group_cases[group])
        case _:
            return -int(arrays.group_rank[group])


def lost_by(rows: Rows, loser: int, winner: int) -> tuple[str, Text]:
    """The key that puts one row before another, and both values in words."""
    keys = [TIE_KEYS[key] for key in rows.parameters.ties.tie_keys.tolist()]
    values = zip(keys, tie_values(rows, loser), tie_values(rows, winner), strict=True)
    key, mine, theirs = next(found for found in values if found[1] != found[2])
    one, other = (_written(key, value) for value in (mine, theirs))
    label, code = _LABELS[key], rows.tables.group_codes[winner]
    if key == "id":
        return key, Text(f"{label.zh}在 {code} 之后", f"comes after {code} in the {label.en}")
    return key, Text(f"{label.zh}:{one},{code} 为 {other}", f"{label.en}: {one}, {code} has {other}")


def _written(key: str, value: int) -> str:
    if key == "max_rw":
        return format_scaled(value, 4)
    if key == "min_cost_gap":
        return format_yuan(-value)
    return str(-value + 1 if key == "type_order" else value)
