"""Findings against the key of planted violations: recall, precision and amounts by rule, as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text
from drgdip.screening.amounts import Amounts
from drgdip.screening.findings import Finding

TABLE, RULES = "planted.csv", "violation_rules.csv"
_AMOUNTS = ("deny_fee", "deny_scp", "deny_fund")


class Planted(NamedTuple):
    """One rule: what was planted of it and what was found. Amounts are sums in fen: fee, within coverage, funds.

    kind : ``exact``, ``statistical`` (compares with others, so that a city may have findings of its own) or ``none``.
    differs : findings with another outcome or other amounts than planted.
    """

    rule_id: str
    kind: str
    planted: int
    near_misses: int
    found: int
    missed: int
    extra: int
    differs: int
    planted_fen: tuple[int, int, int]
    found_fen: tuple[int, int, int]
    reason_zh: str
    reason_en: str

    @property
    def right(self) -> bool:
        """Whether all that was planted was found, to the fen, and of an exact rule nothing else."""
        return not self.missed and not self.differs and (self.kind == "statistical" or not self.extra)


class _Key(NamedTuple):
    rule: str
    outcome: str
    fen: tuple[int, int, int]


def compare(key: Path, findings: Iterable[Finding], rules: Sequence[str]) -> list[Planted]:
    """Compare findings with a key; ``rules`` are those that were run.

    Raises UsageError where the key, or the list of rules beside it, is not one of ``synth --violations``.
    """
    expected = {row["finding_key"]: _Key(row["rule_id"], row["outcome"], _fen(row)) for row in _read(key, ("finding_key", "rule_id", "outcome", *_AMOUNTS))}  # fmt: skip
    found = {one.key: _Key(one.rule.id, one.hit.outcome, _claimed(one.claimed)) for one in findings}
    table = []
    for row in _read(key.with_name(RULES), ("rule_id", "kind", "near_misses", "reason_zh", "reason_en")):
        rule = row["rule_id"]
        if rule not in rules:
            continue
        due, own = ({name: one for name, one in keys.items() if one.rule == rule} for keys in (expected, found))
        both = due.keys() & own.keys()
        table.append(
            Planted(
                rule, row["kind"], len(due), int(row["near_misses"]), len(both), len(due) - len(both), len(own) - len(both),
                sum(due[name] != own[name] for name in both), _sums(due.values()), _sums(own[name] for name in both),
                row["reason_zh"], row["reason_en"],
            )
        )  # fmt: skip
    return table


def write_planted(folder: Path, table: Sequence[Planted]) -> None:
    """The table as :data:`TABLE`."""
    amounts = [f"{side}_{name.removeprefix('deny_')}_fen" for side in ("planted", "found") for name in _AMOUNTS]
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Planted._fields[:8], *amounts, *Planted._fields[10:]])
        writer.writerows([*one[:8], *one.planted_fen, *one.found_fen, *one[10:]] for one in table)


def lines_of(table: Sequence[Planted]) -> list[Text]:
    """The table for people: a line for each rule, and whether all is right."""
    head = ("规则", "类别", "植入", "临界", "查出", "漏查", "多查", "不符", "植入金额(分)", "查出金额(分)")
    head_en = ("rule", "kind", "planted", "near", "found", "missed", "extra", "differ", "planted fen", "found fen")
    found = [Text(_row(head), _row(head_en))]
    for one in table:
        cells = [*map(str, one[:8]), *("/".join(map(str, fen)) for fen in (one.planted_fen, one.found_fen))]
        found.append(Text(f"{_row(cells)}  {one.reason_zh}".rstrip(), f"{_row(cells)}  {one.reason_en}".rstrip()))
    wrong = [one.rule_id for one in table if not one.right]
    listed = ", ".join(wrong)
    found.append(
        Text(f"与答案不符的规则:{listed}", f"Rules that do not agree with the key: {listed}")
        if wrong
        else Text("植入的违规全部查出,金额一致,临界病例均未误报", "All that was planted was found, to the fen, and nothing beside it")
    )  # fmt: skip
    return found


def _row(cells: Sequence[str]) -> str:
    first = "  ".join([f"{cells[0]:<5}", f"{cells[1]:<12}", *(f"{cell:>7}" for cell in cells[2:8])])
    return f"  {first}  {cells[8]:>28}  {cells[9]:>28}"


def _read(path: Path, fields: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            known = set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError):
        known, rows = set(), []
    if not known.issuperset(fields):
        raise UsageError(
            Text(f"{path} 不是植入违规的答案。", f"{path} is no key of planted violations."),
            Text("请给出 drgdip synth --violations 所写文件夹中的 violations.csv。", "Give violations.csv of the folder that drgdip synth --violations wrote."),
        )  # fmt: skip
    return rows


def _fen(row: dict[str, str]) -> tuple[int, int, int]:
    fee, scope, fund = (parse_yuan(row[name]) if row[name] else 0 for name in _AMOUNTS)
    return fee, scope, fund


def _claimed(amounts: Amounts) -> tuple[int, int, int]:
    return amounts.fee_fen or 0, amounts.scope_fen or 0, amounts.fund_fen or 0


def _sums(keys: Iterable[_Key]) -> tuple[int, int, int]:
    fee, scope, fund = (sum(column) for column in zip((0, 0, 0), *(one.fen for one in keys), strict=True))
    return fee, scope, fund
