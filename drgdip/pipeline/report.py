"""What a settled month hands to the statement: proof lines, groups, identity, run record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from drgdip import __version__
from drgdip.base.provenance import Identity, InputFile, RunRecord, Standing, Words
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.clearing.totals import PAID_MEASURES
from drgdip.interface.statement_row import DEDUCTION_FIELDS
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.month import SettledMonth
from drgdip.pipeline.process import PROCESS, Process
from drgdip.statement import (
    BedsideTotals,
    DenialTotals,
    GroupTotal,
    HeldTotals,
    MixedTotals,
    MonthReport,
    PayoutTotals,
    ProofLine,
    ProofTotals,
    SpecialTotals,
    proof_lines,
)

if TYPE_CHECKING:
    from drgdip.pipeline.attribution.month import AttributionOutcome
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

#: Sections of a policy that no month uses.
_OF_A_YEAR = ("year.", "prepayment.")
_FUND_PAYABLES = [name for name in PAID_MEASURES if name.endswith("_fund_payable_fen")]


def month_proof(month: SettledMonth) -> tuple[ProofLine, ...]:
    """Every total of the month reached on two ways."""
    sums, rows = month.case_sums, month.rows
    residual = month.values.payment.method == "residual"
    # Under the ratio methods a part of the gross is nobody's: it is what remains, and is shown.
    notional = (
        0 if residual else sums["gross_fen"] - sums["balance_fen"] - sums["patient_fen"] - sums["other_funds_fen"]
    )
    return proof_lines(
        ProofTotals(
            rows_read=month.rows_read,
            rows_settled=month.rows_settled,
            rows_by_reason={total.key: total.rows for total in month.not_settled},
            statement_cases=sum(row.cases for row in rows),
            case_payable_fen=sums["payable_fen"],
            hospital_payable_fen=sum(row.payable_fen for row in rows),
            pool_payable_fen=sum(month.pool_payable_fen),
            case_recorded_fen=sums["recorded_fen"],
            hospital_recorded_fen=sum(row.recorded_fen for row in rows),
            gross_fen=sum(row.gross_fen for row in rows),
            patient_fen=sums["patient_fen"],
            other_funds_fen=sums["other_funds_fen"],
            clamped_fen=sums["clamped_fen"],
            notional_fen=notional,
            fund_payable_fen={name: sums[name] for name in _FUND_PAYABLES},
            bedside=_bedside(sums, month.rows_settled * month.values.quality_control.identity_tolerance_fen),
            payout=_payout(month),
            special=_special(month),
            denials=_denials(month),
            held=_held(month),
            mixed=_mixed(month),
        )
    )


def _bedside(sums: dict[str, int], tolerated_fen: int) -> BedsideTotals:
    return BedsideTotals(
        total_cost_fen=sums["total_cost_fen"],
        fund_fen=sums["fund_total_fen"],
        patient_fen=sums["patient_fen"],
        hospital_part_fen=sums["hospital_part_fen"],
        other_payers_fen=sums["other_payers_fen"],
        tolerated_fen=tolerated_fen,
    )


def _special(month: SettledMonth) -> SpecialTotals | None:
    review = month.special
    if review is None:
        return None
    posted = [line for line in review.lines if line.posted_fen or line.denied_change_fen]
    # A year to date has paid its stays as decided.
    earlier = posted if month.values.month.point_value != "cumulative" else []
    return SpecialTotals(
        statement_fen=sum(row.special_difference_fen for row in month.rows),
        after_fen=sum(line.after_payable_fen for line in earlier),
        before_fen=sum(line.before_payable_fen for line in earlier),
        denied_fen=sum(line.denied_change_fen for line in posted),
        used=review.used,
        allowed=review.allowed,
    )


def _denials(month: SettledMonth) -> DenialTotals | None:
    denied = month.denials
    if denied is None:
        return None
    own, items = month.month, {item.id for item in denied.deductions}
    return DenialTotals(
        case_fen=denied.case_fen,
        lines_fen=sum(line.denied_fen for line in denied.lines if line.stay_month == own),
        earlier_fen=sum(line.denied_fen for line in denied.lines if line.stay_month != own),
        deducted_fen=sum(line.amount_fen for line in month.ledger if line.item_id in items),
        statement_fen=sum(row.denied_fen + row.denied_earlier_fen for row in month.rows),
    )


def _held(month: SettledMonth) -> HeldTotals | None:
    found = month.attribution
    if found is None:
        return None
    items = {item.id for item in found.deductions}
    return HeldTotals(
        case_fen=found.case_fen,
        lines_fen=sum(line.held_fen for line in found.lines),
        statement_fen=sum(row.held_fen for row in month.rows),
        released_lines_fen=sum(line.released_fen for line in found.lines),
        released_fen=sum(row.released_fen for row in month.rows),
        interim_fen=found.interim_fen,
        deducted_fen=sum(line.amount_fen for line in month.ledger if line.item_id in items),
    )


def _mixed(month: SettledMonth) -> MixedTotals | None:
    found = month.mixed
    if found is None:
        return None
    limited = {
        (line.hospital_code, line.pool): line.ceiling_fen for line in found.lines if line.ceiling_fen is not None
    }
    return MixedTotals(
        case_fen=found.case_fen,
        lines_fen=sum(line.amount_fen for line in found.lines),
        allowed_fen=sum(line.allowed_fen for line in found.lines),
        over_fen=sum(line.over_fen for line in found.lines),
        statement_fen=sum(row.over_ceiling_fen for row in month.rows),
        limit_fen=sum(limited.values()),
        limited_fen=sum(line.allowed_fen for line in found.lines if line.ceiling_fen is not None),
    )


def _payout(month: SettledMonth) -> PayoutTotals | None:
    if month.values.month.point_value == "cumulative":
        return None
    rows = month.rows
    return PayoutTotals(
        paid_fen=sum(row.paid_fen for row in rows),
        deducted_fen=sum(getattr(row, field) for row in rows for field in DEDUCTION_FIELDS.values()),
        retained_fen=sum(row.retained_fen for row in rows),
        shortfall_fen=sum(-row.due_fen for row in rows if row.due_fen < 0),
    )


def group_totals(month: SettledMonth, tables: GroupTables) -> list[GroupTotal]:
    """Cases and payable by group, the largest first; ungrouped cases under an empty code."""
    sums = month.totals.by_group()
    named = [*zip(tables.group_codes, tables.group_names, strict=True), ("", "")]
    present = sums["cases"].nonzero()[0].tolist()
    values = {name.replace("band_", ""): column[present].tolist() for name, column in sums.items()}
    fields = {field: values[field.removesuffix("_cases")] for field in GroupTotal._fields[2:]}
    groups = [GroupTotal(*named[g], **{field: fields[field][i] for field in fields}) for i, g in enumerate(present)]
    return sorted(groups, key=lambda group: (-group.payable_fen, group.code))


def run_record(
    month: SettledMonth,
    policy: Policy,
    tables: GroupTables,
    inputs: Sequence[InputFile],
    command: Sequence[str],
    started_at: datetime,
    process: Process = PROCESS,
) -> RunRecord:
    """The record of a run, from which it can be recomputed."""
    sums = month.case_sums
    return RunRecord(
        engine_version=__version__,
        command=list(command),
        started_at=started_at.isoformat(timespec="seconds"),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        month=month.month,
        policy=Identity(name=f"{policy.name} {policy.version}", sha256=policy.sha256),
        policy_file=policy.reference,
        tables=Identity(name=f"{policy.tables_scheme}/{policy.tables_edition}", sha256=tables.sha256),
        inputs=list(inputs),
        rows={
            "read": month.rows_read,
            "settled": month.rows_settled,
            **{total.key: total.rows for total in month.not_settled},
        },
        point_values={
            pool: format_scaled(value, 4)
            for pool, value in zip(month.values.pools, month.month_values.point_values_e4, strict=True)
        },
        totals_fen={name.removesuffix("_fen"): value for name, value in sums.items() if name.endswith("_fen")},
        parameters=_parameters(month) | ({"own_stages": [stage.key for stage in process.own]} if process.own else {}),
        standing=_standing(month, policy, tables),
    )


def _standing(month: SettledMonth, policy: Policy, tables: GroupTables) -> Standing:
    title = tables.manifest.title
    weights = _weights(month, tables)
    return Standing(
        region=Words(**policy.region_name._asdict()),
        policy=Words(**policy.title._asdict()),
        policy_status=policy.status,
        tables=Words(zh=title.zh, en=title.en),
        tables_status=tables.manifest.status,
        pools={key: Words(**pool.name._asdict()) for key, pool in month.values.pools.items()},
        marks=policy.doubts(month.first_day, month_bounds(month.month)[1], _OF_A_YEAR),
        weights=Words(**weights._asdict()) if weights else None,
    )


def _weights(month: SettledMonth, tables: GroupTables) -> Text | None:
    """What a reader must know of reference weights: who published them, and that some groups have none."""
    if tables.manifest.scheme != "chs-drg" or tables.manifest.status == "official":
        return None
    absent = int((tables.group_values.relative_weight_e4 == 0).sum())
    return Text(
        f"参考权重非官方发布;{absent} 个病组没有权重,按项目付费",
        f"reference weights are unofficial; {absent} groups have none and are paid by item",
    )


def _parameters(month: SettledMonth) -> dict[str, Any]:
    ratios = month.month_values.fund_ratios_e4
    by_hospital = dict(zip(month.hospitals, ratios, strict=False)) if len(ratios) > 1 else {"*": ratios[0]}
    return {
        "first_day": month.first_day.isoformat(),
        "point_values_e4": month.month_values.point_values_e4,
        "fund_ratios_e4": by_hospital,
        **({"special": month.special.tally.plain()} if month.special else {}),
        **({"attribution": _attribution(month.attribution)} if month.attribution else {}),
        **({"mixed": {"over_ceiling_fen": sum(month.mixed.over_fen().values())}} if month.mixed else {}),
        **({"denials": {"pools": [pool._asdict() for pool in month.denials.pools]}} if month.denials else {}),
    }


def _attribution(found: AttributionOutcome) -> dict[str, int]:
    held = sum(line.held_fen for line in found.lines)
    released = sum(line.released_fen for line in found.lines)
    return {"held_fen": held, "released_fen": released, "interim_deducted_fen": found.interim_fen}


def month_report(month: SettledMonth, policy: Policy, tables: GroupTables, run: RunRecord) -> MonthReport:
    """All that the statement's files are written from."""
    return MonthReport(
        run=run,
        rows=month.rows,
        deductions=month.ledger,
        groups=group_totals(month, tables),
        findings=month.findings,
        not_settled=month.not_settled,
        proof=month_proof(month),
        special=month.special.lines if month.special else (),
        denials=month.denials.lines if month.denials else (),
        holds=month.attribution.lines if month.attribution else (),
        lines=month.mixed.lines if month.mixed else (),
    )
