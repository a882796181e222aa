"""Findings as flat rows: for files, for programs, and for worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.screening.findings import Finding, canonical

#: Amounts of a finding: column in yuan -> field. ``due`` is what is left when money is counted once.
AMOUNTS = {"deny_fee": "fee_fen", "deny_scp": "scope_fen", "deny_fund": "fund_fen"}
DUE = {"due_fee": "fee_fen", "due_scp": "scope_fen", "due_fund": "fund_fen"}
#: Columns of text, in order; amounts stand behind ``vola_qty``.
TEXT = (
    "finding_key", "rule_id", "rule_name", "official_code", "outcome", "severity", "lane", "subject", "setl_id", "mdtrt_id",
    "feedetl_sn", "fixmedins_code",
)  # fmt: skip
LATER = (
    "merged_into", "sentence_zh", "sentence_en", "formula", "involves", "offending", "related", "facts", "basis", "lists",
    "guards", "facts_digest", "rule_digest", "pack_digest", "engine_version", "list_rows", "life",
)  # fmt: skip


def row(finding: Finding) -> dict[str, Any]:
    """One finding as text and integers: quantities e4, amounts in fen under ``…_fen``, None where there is none."""
    import drgdip

    hit, rule = finding.hit, finding.rule
    line = (
        hit.keys[1] if hit.subject in ("line", "drug_line", "outpatient_line") else str(hit.facts.get("feedetl_sn", ""))
    )
    text = dict(zip(TEXT, (
        finding.key, rule.id, rule.name.zh, rule.official_code, hit.outcome, finding.severity, finding.lane, hit.subject,
        finding.settlement, finding.visit, line, finding.hospital,
    ), strict=True))  # fmt: skip
    later = dict(zip(LATER, (
        finding.merged_into, finding.sentence.zh, finding.sentence.en, hit.formula, "|".join(hit.involves),
        _keys(finding.offending), _keys(finding.related), canonical(dict(finding.facts)), rule.basis,
        "|".join(finding.lists), "|".join(guard.zh for guard in finding.guards), finding.facts_digest, finding.rule_digest,
        finding.pack_digest, drgdip.__version__, "|".join(finding.list_rows), finding.life,
    ), strict=True))  # fmt: skip
    amounts = {f"{name}_fen": getattr(finding.claimed, field) for name, field in AMOUNTS.items()}
    due = {f"{name}_fen": getattr(finding.due, field) for name, field in DUE.items()}
    return {
        **text,
        "vola_qty_e4": finding.claimed.quantity_e4,
        **amounts,
        "due_qty_e4": finding.due.quantity_e4,
        **due,
        **later,
    }


def _keys(lines: tuple[tuple[str, str], ...]) -> str:
    return "|".join(f"{visit}/{number}" for visit, number in lines)


def in_yuan(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same row with yuan and quantities as decimal text; what is not known is empty."""
    return dict(_in_yuan(name, value) for name, value in values.items())


def _in_yuan(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_fen"):
        return name[:-4], "" if value is None else format_yuan(value)
    if name.endswith("_e4"):
        return name[:-3], "" if value is None else format_scaled(value, 4)
    return name, value


def example_row(finding: Finding) -> dict[str, Any]:
    """A finding as worked examples write it: amounts in yuan, and each fact under its own name."""
    facts = {name: value for name, value in finding.facts.items() if not name.endswith("_fen")}
    facts |= {
        name[:-4]: format_yuan(value)
        for name, value in finding.facts.items()
        if name.endswith("_fen") and value is not None
    }
    return {**in_yuan(row(finding)), "involves": list(finding.hit.involves), **facts}
