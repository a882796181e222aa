"""What the statement is made of: its columns, and the plain data that the writers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from drgdip.base.findings import Finding
from drgdip.base.provenance import RunRecord, Standing
from drgdip.base.rounding import divide
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.interface.denial import DenialLine
from drgdip.interface.hold import HoldLine
from drgdip.interface.payment_line import MethodLine
from drgdip.interface.special import SpecialLine
from drgdip.interface.statement_row import DeductionLine, StatementRow
from drgdip.statement.optional_columns import DENIAL_COLUMNS, HOLD_COLUMNS, MIXED_COLUMNS, SPECIAL_COLUMNS
from drgdip.statement.output_column import UNIT_NAMES as UNIT_NAMES
from drgdip.statement.output_column import OutputColumn as OutputColumn
from drgdip.statement.output_column import Unit as Unit
from drgdip.statement.output_column import column as _column

STATEMENT_COLUMNS: tuple[OutputColumn, ...] = (
    _column("month", "month", "text", "结算月份", "month",
            Text("病例所属的结算月份", "the month the cases belong to")),
    _column("hospital_code", "fixmedins_code", "text", "定点医疗机构编号", "hospital code",
            Text("国家编码的定点医药机构编号", "national code of the designated hospital")),
    _column("hospital_tier", "hospital_tier", "code", "机构级别", "hospital tier",
            Text("3 三级,2 二级,1 一级,0 未定级", "3 tertiary, 2 secondary, 1 primary, 0 unrated")),
    _column("pool", "pool", "text", "基金池代码", "pool",
            Text("政策文件中的基金池代码", "key of the pool in the policy"), "0.1"),
    _column("pool_name", "pool_name", "text", "基金池", "pool name",
            Text("基金池名称;各池点值与收支分开", "name of the pool; pools never share point value or balance"), "0.1"),
    _column("cases", "cases", "count", "病例数", "cases",
            Text("纳入本月结算的病例数", "cases settled this month")),
    _column("points_e4", "points", "points", "病例分值", "points",
            Text("各病例分值之和;按项目付费病例为零", "sum of case points; cases paid by item have none"), "2.5-2.7"),
    _column("point_value_e4", "point_value", "yuan_per_point", "点值", "point value",
            Text("每分对应的金额(元)", "yuan per point"), "2.1"),
    _column("gross_fen", "gross_yuan", "yuan", "分值金额", "gross",
            Text("各病例分值×点值之和;按项目付费病例为医疗费减医院负担部分",
                 "points times point value, case by case; by item: cost less the hospital's own part"), "4.2-4.3"),
    _column("patient_fen", "patient_yuan", "yuan", "个人支付", "patient",
            Text("个人账户与现金支付之和,以出院结算为准", "account and cash, as settled at the bedside")),
    _column("other_funds_fen", "other_funds_yuan", "yuan", "范围外支付", "other funds",
            Text("不在病种付费范围内的基金及其他支付", "funds and payers outside the scope of case payment"), "4.2"),
    _column("payable_fen", "payable_yuan", "yuan", "应付基金", "payable",
            Text("按政策方法由分值金额得出的基金应付额", "what the funds owe by the policy's method"), "4.2-4.3"),
    _column("clamped_fen", "clamped_yuan", "yuan", "负数归零额", "clamped",
            Text("负数病例按零计算而增加的基金支出", "cost to the funds of negative cases counting as zero"), "4.2"),
    _column("recorded_fen", "recorded_yuan", "yuan", "记账金额", "recorded",
            Text("出院结算时按待遇规则记账的基金金额", "fund amount recorded at the bedside"), "0.1, 4.3"),
    _column("difference_fen", "difference_yuan", "yuan", "差额", "difference",
            Text("应付基金减记账金额", "payable less recorded")),
    _column("retained_fen", "retained_yuan", "yuan", "预留金", "retained",
            Text("按预留比例暂留,年终清算时兑现", "held back by the retention ratio until the year is cleared"), "4.1"),
    _column("paid_before_fen", "paid_before_yuan", "yuan", "前期已付", "paid before",
            Text("累计结算方式下以前月份已付和已扣之和;其他方式为零",
                 "in cumulative mode, what earlier months paid and deducted; otherwise zero"), "4.1"),
    _column("due_fen", "due_yuan", "yuan", "本期应拨", "due",
            Text("应付基金减预留金与前期已付", "payable less retained and paid before")),
    _column("audit_deduction_fen", "audit_deduction_yuan", "yuan", "审核扣款", "audit deduction",
            Text("本期实扣的审核扣款(类型10)", "taken this month, type 10"), "4.5"),
    _column("inspection_deduction_fen", "inspection_deduction_yuan", "yuan", "稽核扣款", "inspection deduction",
            Text("本期实扣的稽核扣款(类型20)", "taken this month, type 20"), "4.5"),
    _column("prepayment_offset_fen", "prepayment_offset_yuan", "yuan", "预付金抵扣", "prepayment offset",
            Text("本期抵扣的预付金(类型30)", "taken this month, type 30"), "4.4-4.5"),
    _column("retention_hold_fen", "retention_hold_yuan", "yuan", "预留金暂扣", "retention hold",
            Text("本期暂扣的预留金(类型40)", "taken this month, type 40"), "4.5"),
    _column("other_deduction_fen", "other_deduction_yuan", "yuan", "其他扣款", "other deduction",
            Text("本期实扣的其他款项(类型99)", "taken this month, type 99"), "4.5"),
    _column("paid_fen", "paid_yuan", "yuan", "实付", "paid",
            Text("本期应拨减本期各项扣款;不为负,扣不足的结转下期",
                 "due less this month's deductions; never negative, the rest is carried"), "4.3, 4.5"),
    _column("normal_cases", "normal_cases", "count", "正常病例", "normal cost",
            Text("费用在正常区间的病例数", "cases of normal cost"), "2.5"),
    _column("low_cases", "low_cases", "count", "费用偏低病例", "low cost",
            Text("费用低于下限的病例数", "cases below the low threshold"), "2.6"),
    _column("high_cases", "high_cases", "count", "费用偏高病例", "high cost",
            Text("费用高于上限的病例数", "cases above the high threshold"), "2.7"),
    _column("extreme_cases", "extreme_cases", "count", "费用极高病例", "extreme cost",
            Text("超过封顶倍数、转特例评审的病例数", "cases above the cap ratio, sent to special review"), "2.7"),
    _column("ungrouped_cases", "ungrouped_cases", "count", "未入组病例", "ungrouped",
            Text("未能入组、按政策折算的病例数", "cases that no group takes"), "2.6"),
    _column("by_item_cases", "by_item_cases", "count", "按项目病例", "by item",
            Text("按项目付费的病例数", "cases paid by item"), "2.8"),
)  # fmt: skip

#: By the parameter of a run's record that says that its policy has the section.
_FURTHER = {"special": SPECIAL_COLUMNS, "denials": DENIAL_COLUMNS, "attribution": HOLD_COLUMNS, "mixed": MIXED_COLUMNS}
ALL_COLUMNS = (*STATEMENT_COLUMNS, *(column for columns in _FURTHER.values() for column in columns))


def statement_columns(parameters: Mapping[str, object]) -> tuple[OutputColumn, ...]:
    """The columns of a run's statement, by the parameters that its record keeps."""
    return (*STATEMENT_COLUMNS, *(one for name, columns in _FURTHER.items() if name in parameters for one in columns))


BAND_FIELDS = ("normal_cases", "low_cases", "high_cases", "extreme_cases", "ungrouped_cases", "by_item_cases")

#: Every file a settled month may consist of. Overwriting a folder is refused when it holds anything else.
RESULT_FILES = frozenset({
    "statement.csv", "statement.xlsx", "report.html", "cases.parquet", "findings.csv", "findings.xlsx",
    "set_aside.csv", "proof.csv", "deductions.csv", "groups.csv", "special.csv", "denials.csv", "holds.csv", "lines.csv", "run.json",
})  # fmt: skip

#: Small files whose hashes ``run.json`` keeps: statements and hospital reports are made from them.
HASHED_FILES = (
    "deductions.csv",
    "denials.csv",
    "groups.csv",
    "holds.csv",
    "lines.csv",
    "proof.csv",
    "special.csv",
    "statement.csv",
)


class GroupTotal(NamedTuple):
    """What the cases of one group come to, of all hospitals or of one; ungrouped cases have an empty code.

    ``reference_cost_fen`` is the sum of the cases' reference costs, which their costs are compared with.
    """

    code: str
    name: str
    cases: int
    payable_fen: int
    recorded_fen: int = 0
    total_cost_fen: int = 0
    reference_cost_fen: int = 0
    gross_fen: int = 0
    points_e4: int = 0
    normal_cases: int = 0
    low_cases: int = 0
    high_cases: int = 0
    extreme_cases: int = 0
    ungrouped_cases: int = 0
    by_item_cases: int = 0

    @property
    def difference_fen(self) -> int:
        """Payable less recorded."""
        return self.payable_fen - self.recorded_fen

    @property
    def mean_cost_fen(self) -> int:
        """Mean cost of a case, half-up."""
        return divide(self.total_cost_fen, self.cases) if self.cases else 0

    @property
    def mean_reference_fen(self) -> int:
        """Mean reference cost of a case, half-up."""
        return divide(self.reference_cost_fen, self.cases) if self.cases else 0

    @property
    def cost_ratio_e4(self) -> int:
        """Costs over reference costs, half-up; 0 where there is no reference."""
        return divide(self.total_cost_fen * E4, self.reference_cost_fen) if self.reference_cost_fen else 0


class ReasonTotal(NamedTuple):
    """Rows that are not settled, by their first reason; ``amount_fen`` is their cost as far as it can be read."""

    key: str
    rows: int
    amount_fen: int


class FindingsSummary(NamedTuple):
    """How many findings of each reason, and the first of them for the workbook."""

    counts: Mapping[str, int]
    first: Sequence[Finding]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class ProofLine(NamedTuple):
    """Two ways to the same total. ``unit`` is ``yuan`` (values in fen) or ``rows``.

    ``allowed`` : how far the two may differ, because the policy tolerates differences in the input.
    """

    line_id: str
    words: Text
    left: int
    right: int
    unit: Literal["yuan", "rows"]
    allowed: int = 0

    @property
    def difference(self) -> int:
        return self.left - self.right

    @property
    def holds(self) -> bool:
        return abs(self.difference) <= self.allowed


def has_special(run: RunRecord) -> bool:
    """Whether a run was settled under a policy with special-case review."""
    return "special" in run.parameters


def has_denials(run: RunRecord) -> bool:
    """Whether a run was settled under a policy with denials."""
    return "denials" in run.parameters


class MonthReport(NamedTuple):
    """A settled month as plain data: all that the statement's files are written from.

    Its run record must say what the result stands on (``standing``).
    """

    run: RunRecord
    rows: Sequence[StatementRow]
    deductions: Sequence[DeductionLine]
    groups: Sequence[GroupTotal]
    findings: FindingsSummary
    not_settled: Sequence[ReasonTotal]
    proof: Sequence[ProofLine]
    special: Sequence[SpecialLine] = ()
    denials: Sequence[DenialLine] = ()
    holds: Sequence[HoldLine] = ()
    lines: Sequence[MethodLine] = ()

    @property
    def has_special(self) -> bool:
        """Whether the policy has special-case review."""
        return has_special(self.run)

    @property
    def has_denials(self) -> bool:
        """Whether the policy has denials."""
        return has_denials(self.run)

    @property
    def standing(self) -> Standing:
        """What the result stands on, in words."""
        if self.run.standing is None:
            raise ValueError("the run record lacks its standing")
        return self.run.standing
