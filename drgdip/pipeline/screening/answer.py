"""Findings in the shape of the platform's answer to 3101 and 3102. Source: review workflow 11.

The names of fields are the interface's; the codes of ``sev_deg`` and ``vola_amt_stas`` are ours, because no public text gives
them: 1 clear, 2 highly suspect, 3 suspect; 1 where the fund amount is known, 0 where it is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from drgdip.base.money import format_yuan
from drgdip.base.scaled import format_scaled
from drgdip.screening.findings import Finding
from drgdip.screening.review.states import Standing
from drgdip.screening.rule import SEVERITIES

_EVIDENCE = 500


def answer(findings: Sequence[Finding], standings: Mapping[str, Standing]) -> dict[str, Any]:
    """All findings but those in shadow, in order of their keys; state and deadline where they are followed up."""
    return {"result": [_result(one, standings.get(one.key)) for one in findings if not one.shadow]}


def answer_text(findings: Sequence[Finding], standings: Mapping[str, Standing]) -> str:
    """The same as JSON."""
    return json.dumps(answer(findings, standings), ensure_ascii=False, indent=1) + "\n"


def _result(finding: Finding, one: Standing | None) -> dict[str, Any]:
    due = finding.due
    evidence = "；".join(part for part in (finding.hit.formula, finding.rule.basis) if part)
    return {
        "jr_id": finding.key,
        "rule_id": finding.rule.id,
        "rule_name": finding.rule.name.zh,
        "vola_cont": finding.sentence.zh,
        "patn_id": finding.person,
        "mdtrt_id": finding.visit,
        "vola_amt": _yuan(due.fee_fen),
        "vola_amt_stas": "0" if due.fund_fen is None else "1",
        "sev_deg": str(SEVERITIES.index(finding.severity) + 1) if finding.severity else "",
        "vola_evid": evidence[:_EVIDENCE],
        "vola_bhvr_type": finding.rule.official_class,
        "task_id": "",
        "judge_result_detail_dtos": _details(finding),
        "vola_qty": "" if due.quantity_e4 is None else format_scaled(due.quantity_e4, 4),
        "deny_scp": _yuan(due.scope_fen),
        "deny_fund": _yuan(due.fund_fen),
        "rule_digest": finding.rule_digest,
        "facts_digest": finding.facts_digest,
        "state": one.state if one else "",
        "deadline": one.deadline if one else "",
    }


def _details(finding: Finding) -> list[dict[str, str]]:
    """Lines at fault (1) and lines concerned (2); the amount stands with a line that is alone at fault."""
    alone = len(finding.offending) == 1
    rows = [(number, "1", _yuan(finding.due.fee_fen) if alone else "") for _, number in finding.offending]
    rows += [(number, "2", "") for _, number in finding.related]
    return [
        {"jrd_id": f"{finding.key[:16]}-{place}", "rx_id": number, "vola_item_type": kind, "vola_amt": amount}
        for place, (number, kind, amount) in enumerate(rows, 1)
    ]


def _yuan(fen: int | None) -> str:
    return "" if fen is None else format_yuan(fen)
