"""Fee lines (2301) of one case given as mappings: what each is of and its amount, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.money import FEN_PLACES
from drgdip.base.text import Text
from drgdip.intake.buffers import as_text, cells
from drgdip.intake.cell_kernels import read_numbers
from drgdip.intake.fee_lines import AMOUNT, LIMIT, SETTLEMENT, VISIT
from drgdip.intake.one_case_cells import handed_text
from drgdip.intake.one_case_values import NotAValue, Plain, as_written, float_number, plain
from drgdip.intake.status import MISSING, OK, WRONG

ITEM, CHARGE_TYPE = "med_list_codg", "med_chrgitm_type"


class CaseFees(NamedTuple):
    """Lines of a case that count, as item, charge type and amount (fen); and findings, by number of the line."""

    lines: list[tuple[str, str, int]]
    findings: list[Finding]


def read_case_fees(fees: Iterable[Mapping[str, Any]], text: Mapping[str, str | None]) -> CaseFees:
    """Lines that are the case's: those that name its settlement, else its visit, else neither.

    ``text``: texts of the case. An amount that cannot be read counts as nothing, as it does in files. Raises UsageError
    for a line that is no mapping.
    """
    setl_id = text.get(SETTLEMENT) or ""
    found = CaseFees([], [])
    for number, given in enumerate(fees, 1):
        line = _line(given)
        if (other := _of_another(line, text)) is not None:
            found.findings.append(Finding("", number, setl_id, *other, "fee_line_without_stay"))
            continue
        amount, status = _amount(line)
        if status != OK:
            key = "fee_value_missing" if status == MISSING else "fee_value_unreadable"
            found.findings.append(Finding("", number, setl_id, AMOUNT, as_written(line, AMOUNT), key))
        found.lines.append((_text(line, ITEM), _text(line, CHARGE_TYPE), amount))
    return found


def _line(line: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(line, Mapping):
        raise UsageError(
            Text("费用明细须为以国家接口字段名为键的字典。", "A fee line must be a mapping with national field names."),
            Text('请给出明细的列表,例如 fees=[{"med_list_codg": …}]。',
                 'Give a list of lines, such as fees=[{"med_list_codg": …}].'),
        )  # fmt: skip
    return line


def _of_another(line: Mapping[str, Any], text: Mapping[str, str | None]) -> tuple[str, str] | None:
    """Field and value of a line that names another settlement or visit; the first that it names decides."""
    for name in (SETTLEMENT, VISIT):
        if named := _text(line, name):
            return None if named == (text.get(name) or named) else (name, named)
    return None


def _amount(line: Mapping[str, Any]) -> tuple[int, int]:
    """Fen and status of a line's amount."""
    import pyarrow as pa

    try:
        value = plain(line.get(AMOUNT), "money")
    except NotAValue:
        return 0, WRONG
    if isinstance(value, float):
        return float_number(value, FEN_PLACES, False, LIMIT)
    amounts, statuses = read_numbers(*cells(as_text(pa.array([_written(value)]))), FEN_PLACES, False, LIMIT, 0)
    return int(amounts[0]), int(statuses[0])


def _written(value: Plain | None) -> str:
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _text(line: Mapping[str, Any], name: str) -> str:
    try:
        return handed_text(plain(line.get(name), "text"), line.get(name)) or ""
    except NotAValue:
        return ""
