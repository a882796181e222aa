"""One settlement list (4101, 4101A) or settlement result as one flat row. Nothing that the list leaves open is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

#: Nodes of a list that hold several rows.
DIAGNOSES, OPERATIONS, INTENSIVE_CARE = "diseinfo", "oprninfo", "icuinfo"
#: Node of a fee message that holds its lines.
FEES = "feedetail"
#: Fields of the message around a list, and the names under which the list itself may have them; the first is ours.
_MESSAGE = {
    "mdtrtarea_admvs": ("mdtrt_admdvs", "fix_blng_admdvs"),
    "insuplc_admdvs": ("insu_admdvs", "insuplc", "insuplc_admdvs"),
    "fixmedins_code": ("fixmedins_code",),
}
_WESTERN, _CHINESE = "1", ("2", "3")
_LONGEST = 100


class Note(NamedTuple):
    """What is to be said about a list: field, value shown, key of the reason."""

    field: str
    value: str
    key: str


class ListRow(NamedTuple):
    """Cells by name as written (numbers too), and notes. A list that cannot be used has its ID at most."""

    cells: dict[str, str]
    notes: tuple[Note, ...]


class _BadList(Exception):
    """The list is not built as the interface says."""


def list_rows(value: Any) -> list[ListRow]:
    """The rows of a parsed object: one of a list or a result, one a line of a fee message (2301)."""
    body = value.get("input", value) if isinstance(value, dict) else None
    if not isinstance(body, dict) or FEES not in body:
        return [list_row(value)]
    lines = body[FEES]
    return [list_row(line) for line in (lines if isinstance(lines, list) else [lines])]


def list_row(value: Any) -> ListRow:
    """The row of a parsed object: a list, bare or in a message, a result, or a row of the flat layout."""
    try:
        message, body = _body(value)
        main = _node(body, "setlinfo", dict) if "setlinfo" in body else body
    except _BadList as error:
        return ListRow({}, (Note("", str(error), "malformed_list"),))
    try:
        cells = {name: text for name, item in main.items() if (text := _text(name, item, main is body)) is not None}
        for name, ours in _MESSAGE.items():
            if not any(map(cells.get, ours)) and (text := _text(name, message.get(name), False)):
                cells[ours[0]] = text
        notes = (
            *_diagnoses(_rows(body, DIAGNOSES), cells),
            *_operations(_rows(body, OPERATIONS), cells),
            *_intensive_care(_rows(body, INTENSIVE_CARE), cells),
        )
    except _BadList as error:
        known = main.get("setl_id")
        return ListRow({"setl_id": known} if isinstance(known, str) else {}, (Note("", str(error), "malformed_list"),))
    return ListRow(cells, notes)


def _body(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The message and what it carries; a list without a message is both."""
    if not isinstance(value, dict):
        raise _BadList("not an object")
    for key in ("input", "output"):
        if key in value:
            return value, _node(value, key, dict)
    return value, value


def _node(holder: dict[str, Any], name: str, kind: type) -> Any:
    node = holder.get(name)
    if not isinstance(node, kind):
        raise _BadList(f"{name}: {_kind(node)}")
    return node


def _rows(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    node = body.get(name)
    if node is None:
        return []
    if not isinstance(node, list) or not all(isinstance(row, dict) for row in node):
        raise _BadList(f"{name}: {_kind(node)}")
    return node


def _kind(node: Any) -> str:
    return (
        "null"
        if node is None
        else "{…}"
        if isinstance(node, dict)
        else "[…]"
        if isinstance(node, list)
        else str(node)[:_LONGEST]
    )


def _text(name: str, item: Any, skip_nodes: bool) -> str | None:
    """A value as text; None for null. Nested values are faults, but beside the fields of a bare row they are nodes."""
    if item is None or isinstance(item, str):
        return item
    if isinstance(item, bool):
        return "true" if item else "false"
    if skip_nodes:
        return None
    raise _BadList(f"{name[:_LONGEST]}: {_kind(item)}")


def _cell(row: dict[str, Any], name: str) -> str:
    return (_text(name, row.get(name), False) or "").strip()


def _diagnoses(rows: list[dict[str, Any]], cells: dict[str, str]) -> Iterator[Note]:
    """Western diagnoses, the principal one first, then in the order of the list."""
    kinds = [_cell(row, "diag_type") for row in rows]
    coded = [(kind, row) for kind, row in zip(kinds, rows, strict=True) if _cell(row, "diag_code")]
    unclear = [kind for kind, _ in coded if kind not in (_WESTERN, *_CHINESE)]
    western = [row for kind, row in coded if kind == _WESTERN]
    principal = [row for row in western if _cell(row, "maindiag_flag") == "1"]
    if not rows:
        return
    others = [row for row in western if row not in principal[:1]]
    cells["diag_code"] = "|".join(_code(row, "diag_code") for row in [*principal[:1], *others])
    if unclear:
        yield Note("diag_code", f"diag_type={unclear[0][:_LONGEST]}", "diagnosis_type_unclear")
    elif western and len(principal) != 1:
        yield Note("diag_code", f"maindiag_flag=1: {len(principal)}", "principal_diagnosis_unclear")


def _operations(rows: list[dict[str, Any]], cells: dict[str, str]) -> Iterator[Note]:
    """Operations, the main one first, then in the order of the list."""
    coded = [row for row in rows if _cell(row, "oprn_oprt_code")]
    main = [row for row in coded if (_cell(row, "oprn_oprt_type") or _cell(row, "main_oprn_flag")) == "1"]
    if not coded:
        return
    ordered = [*main[:1], *(row for row in coded if row is not main[0])] if main else coded
    cells["oprn_oprt_code"] = "|".join(_code(row, "oprn_oprt_code") for row in ordered)
    if len(main) != 1:
        yield Note("oprn_oprt_code", f"oprn_oprt_type=1: {len(main)}", "main_operation_unclear")


def _code(row: dict[str, Any], name: str) -> str:
    code = _cell(row, name)
    if "|" in code:
        raise _BadList(f"{name}: {code[:_LONGEST]}")
    return code


def _intensive_care(rows: list[dict[str, Any]], cells: dict[str, str]) -> Iterator[Note]:
    """Hours in intensive care: entry to exit of each stay, else the duration that the list names."""
    minutes, known = 0, False
    for row in rows:
        entry, leave, named = (
            _cell(row, name) for name in ("scs_cutd_inpool_time", "scs_cutd_exit_time", "scs_cutd_sum_dura")
        )
        if not (entry or leave or named):
            continue
        length = _between(entry, leave) if entry and leave else _duration(named)
        if length is None:
            yield Note("icu_hours", f"{entry} – {leave} {named}"[:_LONGEST], "intensive_care_unclear")
            continue
        minutes, known = minutes + length, True
    if known:
        hundredths = (minutes * 100 + 30) // 60
        cells["icu_hours"] = f"{hundredths // 100}.{hundredths % 100:02d}"


def _between(entry: str, leave: str) -> int | None:
    """Whole minutes from entry to exit; None if a time cannot be read or the exit is before the entry."""
    times = [_time(entry), _time(leave)]
    if times[0] is None or times[1] is None or times[1] < times[0]:
        return None
    return int((times[1] - times[0]).total_seconds()) // 60


def _time(text: str) -> datetime | None:
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%d%H%M%S"):
        try:
            return datetime.strptime(text.replace("T", " "), form)
        except ValueError:
            continue
    return None


def _duration(text: str) -> int | None:
    """Minutes of ``days/hours/minutes``, as in ``1/13/24``."""
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        return None
    days, hours, minutes = map(int, parts)
    return (days * 24 + hours) * 60 + minutes
