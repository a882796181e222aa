"""Rows of planted stays, and what screening must say of them.

Every stay has a bill of 10,000.00, 8,000.00 of it within coverage, of which the funds paid 6,000.00: three quarters. What
the planted lines leave of the bill stands on one line of the day of admission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from drgdip.screening.findings import finding_key
from drgdip.screening.hits import Hit

FEE, SCOPE, FUND = Decimal("10000.00"), Decimal("8000.00"), Decimal("6000.00")
_SHARE = FUND / SCOPE
_CENT = Decimal("0.01")
HOSPITAL, OTHER_HOSPITAL = "V9901000001", "V9901000002"


class Charge(NamedTuple):
    """A fee line. day : of the month, or with a time of day. refunds : number of the line that it takes back."""

    number: str
    item: str
    day: int
    fee: str
    scope: str
    quantity: str = "1"
    time: str = "09:00:00"
    kind: str = "05"
    price: str = ""
    ceiling: str = ""
    refunds: str = ""


class Casebook:
    """Collects what is planted. params : of the rules. expected : findings with keys and amounts."""

    def __init__(self, month: str) -> None:
        self.month = month
        self.params: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, list[dict[str, str]]] = {
            name: [] for name in ("cases", "diagnoses", "fee_lines", "outpatient_settlements", "drug_lines", "drug_trace", "pairs")
        }  # fmt: skip
        self.expected: list[dict[str, str]] = []

    def at(self, day: int, time: str = "09:00:00") -> str:
        """A time of the month."""
        return f"{self.month}-{day:02} {time}"

    def name(self, stay: str) -> str:
        """Settlement ID of a planted stay."""
        return f"V{self.month.replace('-', '')}{stay}"

    def stay(
        self, stay: str, charges: Sequence[Charge] = (), *, days: tuple[int, int] = (10, 12), person: str = "",
        dx: str = "I63.900", total: str = "", filler: str = "05", hours: tuple[str, str] = ("08:00:00", "10:00:00"),
        rest: str = "", **case: str,
    ) -> str:  # fmt: skip
        """A stay with its lines; returns its settlement ID. total : of the header; rest : of the line that fills it."""
        name, person = self.name(stay), person or f"P{self.name(stay)}"
        header = Decimal(total or FEE)
        paid = {"fulamt_ownpay_amt": str(header - SCOPE), "inscp_scp_amt": str(SCOPE), "hifp_pay": str(FUND),
                "fund_pay_sumamt": str(FUND), "psn_cash_pay": str(header - FUND)}  # fmt: skip
        self.tables["cases"].append({
            "setl_id": name, "mdtrt_id": f"M{name}", "psn_no": person, "fixmedins_code": HOSPITAL, "hosp_lv": "01",
            "insutype": "310", "insu_admdvs": "990100", "mdtrt_admdvs": "990100", "med_type": "21", "gend": "1", "age": "45",
            "adm_time": self.at(days[0], hours[0]), "dscg_time": self.at(days[1], hours[1]), "setl_time": self.at(days[1], "18:00:00"),
            "act_ipt_days": str(max(1, days[1] - days[0])), "dscg_way": "1", "refd_setl_flag": "0",
            "diag_code": dx, "medfee_sumamt": str(header), "overlmt_selfpay": "0.00", "preselfpay_amt": "0.00", "acct_pay": "0.00",
            **paid, **case,
        })  # fmt: skip
        self.tables["diagnoses"].append({"setl_id": name, "diag_srt_no": "1", "maindiag_flag": "1", "diag_code": dx})
        left = header - sum((Decimal(one.fee) for one in charges), Decimal(0))
        scope = SCOPE - sum((Decimal(one.scope) for one in charges), Decimal(0))
        own = Charge("99999", "VREST", days[0], rest or str(left), str(scope), kind=filler, time="11:00:00")
        for one in (*charges, own):
            self._line(name, person, case.get("fixmedins_code", HOSPITAL), one)
        return name

    def _line(self, name: str, person: str, hospital: str, one: Charge) -> None:
        self.tables["fee_lines"].append({
            "setl_id": name, "mdtrt_id": f"M{name}", "psn_no": person, "fixmedins_code": hospital, "med_type": "21",
            "feedetl_sn": one.number, "init_feedetl_sn": one.refunds, "fee_ocur_time": self.at(one.day, one.time),
            "med_list_codg": one.item, "med_chrgitm_type": one.kind, "cnt": one.quantity, "pric": one.price or one.fee.lstrip("-"),
            "det_item_fee_sumamt": one.fee, "pric_uplmt_amt": one.ceiling, "inscp_scp_amt": one.scope, "overlmt_amt": "0.00",
        })  # fmt: skip

    def row(self, table: str, **cells: str) -> None:
        """A row of any other table."""
        self.tables[table].append(cells)

    def expect(
        self, rule: str, outcome: str, subject: Any, keys: Sequence[str], window: str = "", fee: str | None = None,
        scope: str | None = None, fund: str | None = None,
    ) -> None:  # fmt: skip
        """A finding that must be made. fund : three quarters of what is within coverage, where it is not given."""
        if fund is None and scope is not None:
            fund = str((Decimal(scope) * _SHARE).quantize(_CENT, ROUND_HALF_UP))
        key = finding_key(rule, Hit(outcome, subject, tuple(keys), window=window))
        self.expected.append({"rule_id": rule, "finding_key": key, "outcome": outcome, "deny_fee": fee or "",
                              "deny_scp": scope or "", "deny_fund": fund or ""})  # fmt: skip

    def line_of(self, rule: str, outcome: str, stay: str, number: str, fee: str, scope: str, window: str = "") -> None:
        """A finding on a fee line."""
        self.expect(rule, outcome, "line", (f"M{self.name(stay)}", number), window, fee, scope)

    def case_of(self, rule: str, outcome: str, stay: str, **amounts: str) -> None:
        """A finding on a stay."""
        self.expect(rule, outcome, "case", (self.name(stay),), **amounts)

    def lists(self, **params: Mapping[str, Any]) -> None:
        """Parameters of rules."""
        for rule, values in params.items():
            self.params.setdefault(rule, {}).update(values)
