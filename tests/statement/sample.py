"""A small settled month made by hand, and a large one made by arithmetic."""

from __future__ import annotations

from drgdip.base.findings import Finding
from drgdip.base.provenance import Identity, InputFile, RunRecord, Standing, Words
from drgdip.base.text import Text
from drgdip.interface.statement_row import DeductionLine, StatementRow
from drgdip.statement import (
    BedsideTotals,
    FindingsSummary,
    GroupTotal,
    MonthReport,
    PayoutTotals,
    ProofTotals,
    ReasonTotal,
    proof_lines,
)
from drgdip.statement.totals import deducted_fen, grand_total

EMPLOYEE = Text("职工", "employees")
RESIDENT = Text("居民", "residents")


def row(code: str = "H001", pool: str = "employee", **changes: object) -> StatementRow:
    """Ten cases: gross 100 000.00, patient 30 000.00, other 5 000.00, payable 65 000.00, recorded 60 000.00."""
    values: dict[str, object] = {
        "month": "2026-01",
        "hospital_code": code,
        "hospital_tier": 3,
        "pool": pool,
        "pool_name": EMPLOYEE if pool == "employee" else RESIDENT,
        "cases": 10,
        "points_e4": 10_000_0000,
        "point_value_e4": 10_0000,
        "gross_fen": 10_000_000,
        "patient_fen": 3_000_000,
        "other_funds_fen": 500_000,
        "payable_fen": 6_500_000,
        "clamped_fen": 0,
        "recorded_fen": 6_000_000,
        "difference_fen": 500_000,
        "retained_fen": 325_000,
        "paid_before_fen": 0,
        "due_fen": 6_175_000,
        "audit_deduction_fen": 0,
        "inspection_deduction_fen": 0,
        "prepayment_offset_fen": 0,
        "retention_hold_fen": 0,
        "other_deduction_fen": 0,
        "paid_fen": 6_175_000,
        "normal_cases": 6,
        "low_cases": 1,
        "high_cases": 1,
        "extreme_cases": 0,
        "ungrouped_cases": 1,
        "by_item_cases": 1,
    }
    return StatementRow(**{**values, **changes})  # type: ignore[arg-type]


ROWS = (
    row("H002", audit_deduction_fen=100_000, inspection_deduction_fen=1, paid_fen=6_074_999),
    row("H001", "resident", point_value_e4=8_0000, gross_fen=3_495_679, payable_fen=-4_321, recorded_fen=100,
        difference_fen=-4_421, retained_fen=0, due_fen=-4_321, paid_fen=0),
    row("H001"),
)  # fmt: skip

DEDUCTIONS = (
    DeductionLine("H002", "employee", 20, "2026-01-09", "J-2", 1, 1, 0),
    DeductionLine("H002", "employee", 10, "2026-01-05", "J-1", 100_000, 100_000, 0),
)

RUN = RunRecord(
    engine_version="0.1.0",
    command=["drgdip", "settle"],
    started_at="2026-02-01T08:00:00",
    finished_at="2026-02-01T08:00:09",
    month="2026-01",
    policy=Identity(name="demo-city-2026", sha256="a" * 64),
    policy_file="policy.yaml",
    tables=Identity(name="dip demo", sha256="b" * 64),
    inputs=[InputFile(path="some/where/cases.csv", sha256="c" * 64, rows=33)],
    rows={"read": 33, "settled": 30},
    point_values={"employee": "10.0000", "resident": "8.0000"},
    totals_fen={
        "gross": 23_495_679, "patient": 9_000_000, "other_funds": 1_500_000, "payable": 12_995_679, "clamped": 0,
        "recorded": 12_000_100,
    },
    standing=Standing(
        region=Words(zh="演示市", en="Demo City"),
        policy=Words(zh="演示市 DIP 支付政策(2026 年)", en="DIP payment policy of Demo City, 2026"),
        policy_status="synthetic",
        tables=Words(zh="DIP 演示目录", en="DIP demo catalogue"),
        tables_status="derived",
        pools={"employee": Words(zh=EMPLOYEE.zh, en=EMPLOYEE.en), "resident": Words(zh=RESIDENT.zh, en=RESIDENT.en)},
        marks={"deviation.basis": "disputed", "pools.resident.patients": "memory"},
    ),
)  # fmt: skip

GROUPS = (
    GroupTotal("I63.9:99.1000", "脑梗死:溶栓", 12, 7_000_000),
    GroupTotal("K80.1:51.2300", "胆囊结石伴胆囊炎:腹腔镜下胆囊切除术", 9, 5_000_000),
    GroupTotal("J18.9", "肺炎", 9, 995_679),
)

FINDINGS = (
    Finding("cases.csv", 3, "S3", "diag_code", "X99.999", "unknown_diagnosis_code"),
    Finding("cases.csv", 5, "S5", "medfee_sumamt", '=HYPERLINK("x","y")', "wrong_type"),
)


def totals(**changes: object) -> ProofTotals:
    """The sums of ROWS, written down by hand: 30 cases of 33 rows."""
    values: dict[str, object] = {
        "rows_read": 33,
        "rows_settled": 30,
        "rows_by_reason": {"unknown_diagnosis_code": 1, "wrong_type": 1, "refunded": 1},
        "statement_cases": 30,
        "case_payable_fen": 12_995_679,
        "hospital_payable_fen": 12_995_679,
        "pool_payable_fen": 12_995_679,
        "case_recorded_fen": 12_000_100,
        "hospital_recorded_fen": 12_000_100,
        "gross_fen": 23_495_679,
        "patient_fen": 9_000_000,
        "other_funds_fen": 1_500_000,
        "clamped_fen": 0,
        "notional_fen": 0,
        "fund_payable_fen": {"hifp_pay": 12_000_000, "hifmi_pay": 995_679},
        "bedside": BedsideTotals(22_500_200, 13_500_100, 9_000_000, 100, 0),
        "payout": PayoutTotals(12_249_999, 100_001, 650_000, 4_321),
    }
    return ProofTotals(**{**values, **changes})  # type: ignore[arg-type]


def month(**changes: object) -> MonthReport:
    """The small month."""
    report = MonthReport(
        run=RUN,
        rows=ROWS,
        deductions=DEDUCTIONS,
        groups=GROUPS,
        findings=FindingsSummary({"wrong_type": 1, "unknown_diagnosis_code": 1}, FINDINGS),
        not_settled=(ReasonTotal("wrong_type", 1, 0), ReasonTotal("refunded", 1, 123_456)),
        proof=proof_lines(totals()),
    )
    return report._replace(**changes)


def city(hospitals: int = 260) -> MonthReport:
    """A month of a large city: amounts with many digits, long names, hospitals of every size."""
    rows = [_city_row(place, pool) for place in range(hospitals) for pool in ("employee", "resident")]
    whole = grand_total(rows)
    proof = totals(
        rows_read=whole.cases + 4_321, rows_settled=whole.cases, statement_cases=whole.cases,
        rows_by_reason={"unknown_diagnosis_code": 3_000, "payer_identity_broken": 321, "refunded": 1_000},
        case_payable_fen=whole.payable_fen, hospital_payable_fen=whole.payable_fen, pool_payable_fen=whole.payable_fen,
        case_recorded_fen=whole.recorded_fen, hospital_recorded_fen=whole.recorded_fen, gross_fen=whole.gross_fen,
        patient_fen=whole.patient_fen, other_funds_fen=whole.other_funds_fen,
        fund_payable_fen={"hifp_pay": whole.payable_fen},
        bedside=BedsideTotals(whole.gross_fen, whole.gross_fen - whole.patient_fen, whole.patient_fen, 0, 0),
        payout=PayoutTotals(whole.paid_fen, deducted_fen(whole), whole.retained_fen, 0),
    )  # fmt: skip
    names = [f"病种{i}" + "及其并发症的治疗" * (i % 4) for i in range(30)]
    groups = [
        GroupTotal(f"I{i:02d}.{i % 10}:99.{i:04d}+88.{i:04d}", name, 9_000 - 17 * i, whole.payable_fen // (20 + 3 * i))
        for i, name in enumerate(names)
    ]
    counts = {"unknown_diagnosis_code": 3_000, "payer_identity_broken": 321}
    return month(
        rows=rows, groups=groups, proof=proof_lines(proof), findings=FindingsSummary(counts, FINDINGS),
        not_settled=(ReasonTotal("unknown_diagnosis_code", 3_000, 2_345_678_901),
                     ReasonTotal("payer_identity_broken", 321, 99), ReasonTotal("refunded", 1_000, 0)),
    )  # fmt: skip


def _city_row(place: int, pool: str) -> StatementRow:
    cases = 6_000 // (place + 1) + 20 + place % 7
    cost = 900_000 + 7_919 * (place % 13)
    gross = cases * cost
    patient, other = gross * 3 // 10, gross // 50
    payable = gross - patient - other
    recorded = payable * (90 + place % 19) // 100
    retained = payable * 5 // 100
    audit = 12_345 * (place % 5)
    odd = cases // 10
    return row(
        f"H4401{place:07d}", pool, hospital_tier=3 - place % 4, cases=cases, points_e4=gross * 100 * 100 // 1000,
        gross_fen=gross, patient_fen=patient, other_funds_fen=other, payable_fen=payable, recorded_fen=recorded,
        difference_fen=payable - recorded, retained_fen=retained, due_fen=payable - retained, audit_deduction_fen=audit,
        paid_fen=payable - retained - audit, normal_cases=cases - 4 * odd, low_cases=odd, high_cases=odd,
        extreme_cases=odd // 3, ungrouped_cases=odd, by_item_cases=odd - odd // 3,
    )  # fmt: skip
