"""Rows of planted stays, visits and facts, and what screening must say of them.

Every stay has a bill of 10,000.00, 8,000.00 of it within coverage, of which the funds paid 6,000.00: three quarters. What
the planted lines leave of the bill stands on one line of the day of admission; every inner day has a line of care.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from drgdip.base.text import Text
from drgdip.screening.findings import finding_key
from drgdip.screening.hits import Hit

FEE, SCOPE, FUND = Decimal("10000.00"), Decimal("8000.00"), Decimal("6000.00")
_SHARE = FUND / SCOPE
_CENT = Decimal("0.01")
HOSPITAL, OTHER_HOSPITAL = "V9901000001", "V9901000002"
#: What a place is insured in and treats in.
REGION, CITY_DIGITS, PROVINCE_DIGITS = "990100", 4, 2
_REFERRED = Decimal(30_000)
_DIAGNOSIS, _CARE = "I63.900", "VCARE"


class Charge(NamedTuple):
    """A fee line. day : of the month, or with a time of day. refunds : number of the line that it takes back. more : other fields."""

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
    more: Mapping[str, str] = {}


def line(number: int | str, item: str, day: int = 10, fee: str = "60.00", scope: str = "", **other: str) -> Charge:
    """A fee line that is wholly within coverage unless said otherwise; fields that :class:`Charge` has not stand in ``more``."""
    own = {key: other.pop(key) for key in ("quantity", "time", "kind", "price", "ceiling", "refunds") if key in other}
    return Charge(str(number), item, day, fee, scope or fee, more=other, **own)


class Casebook:
    """Collects what is planted.

    params : of the rules. expected : findings with keys and amounts. near : near misses by rule. statistical : rules that
    compare with others, so that a city may have findings of its own. everywhere : rule and window of findings that every
    hospital of the batch has. not_planted : rules of which nothing is planted, and why.
    """

    def __init__(self, month: str) -> None:
        self.month = month
        self.params: dict[str, dict[str, Any]] = {}
        self.tables: dict[str, list[dict[str, str]]] = {}
        self.expected: list[dict[str, str]] = []
        self.near: Counter[str] = Counter()
        self.statistical: set[str] = set()
        self.everywhere: list[tuple[str, str, str]] = []
        self.not_planted: dict[str, Text] = {}
        self._first = date.fromisoformat(f"{month}-01")

    def on(self, day: int) -> str:
        """A day of the month; 0 and less are days before it, those after its last one days of the next."""
        return (self._first + timedelta(days=day - 1)).isoformat()

    def at(self, day: int, time: str = "09:00:00") -> str:
        """A time of a day."""
        return f"{self.on(day)} {time}"

    def seconds(self, day: int, time: str = "00:00:00") -> int:
        """The same in seconds since 1970."""
        return int(datetime.fromisoformat(self.at(day, time)).replace(tzinfo=UTC).timestamp())

    def name(self, stay: str) -> str:
        """Settlement ID of a planted stay or visit."""
        return f"V{self.month.replace('-', '')}{stay}"

    def person(self, name: str) -> str:
        """Number of a person of one's own."""
        return f"P{self.name(name)}"

    def stay(
        self, stay: str, charges: Sequence[Charge] = (), *, days: tuple[int, int] = (10, 12), person: str = "",
        dx: str = _DIAGNOSIS, others: Sequence[str] = (), operations: Sequence[tuple[str, int]] = (), total: str = "",
        filler: str = "05", hours: tuple[str, str] = ("08:00:00", "10:00:00"), rest: str = "", idle: bool = False,
        mains: int = 1, **case: str,
    ) -> str:  # fmt: skip
        """A stay with its lines; returns its settlement ID.

        total : of the header. rest, filler : amount and class of the line that fills it. idle : no care on inner days.
        mains : how many of the diagnoses are marked as principal. operations : codes and their days.
        """
        name, person = self.name(stay), person or self.person(stay)
        header = Decimal(total or FEE)
        covered = min(header, SCOPE)
        fund = (covered * _SHARE).quantize(_CENT)
        paid = {"fulamt_ownpay_amt": str(header - covered), "inscp_scp_amt": str(covered), "hifp_pay": str(fund),
                "fund_pay_sumamt": str(fund), "psn_cash_pay": str(header - fund)}  # fmt: skip
        row = {
            "setl_id": name, "mdtrt_id": f"M{name}", "psn_no": person, "fixmedins_code": HOSPITAL, "hosp_lv": "01",
            "insutype": "310", "insu_admdvs": REGION, "mdtrt_admdvs": REGION, "med_type": "21", "gend": "1", "age": "45",
            "adm_time": self.at(days[0], hours[0]), "dscg_time": self.at(days[1], hours[1]), "setl_time": self.at(days[1], "18:00:00"),
            "act_ipt_days": str(max(1, days[1] - days[0])), "dscg_way": "1", "refd_setl_flag": "0",
            "diag_code": "|".join((dx, *others)), "medfee_sumamt": str(header), "overlmt_selfpay": "0.00",
            "preselfpay_amt": "0.00", "acct_pay": "0.00", **paid, **case,
        }  # fmt: skip
        self.row("cases", **row)
        for number, code in enumerate((dx, *others), 1):
            self.row("diagnoses", setl_id=name, diag_srt_no=str(number), maindiag_flag=str(int(number <= mains)), diag_code=code)  # fmt: skip
        for number, (code, day) in enumerate(operations, 1):
            self.row("procedures", setl_id=name, oprn_srt_no=str(number), oprn_oprt_code=code, oprn_oprt_date=self.on(day))  # fmt: skip
        inner = () if idle else range(days[0] + 1, days[1])
        care = [line(f"9{day:04}", _CARE, day, "1.00") for day in inner if days[1] - days[0] >= 3]
        left = header - sum((Decimal(one.fee) for one in (*charges, *care)), Decimal(0))
        scope = covered - sum((Decimal(one.scope) for one in (*charges, *care)), Decimal(0))
        scope = min(scope, Decimal(rest or left))
        own = Charge("99999", "VREST", days[0], rest or str(left), str(scope), kind=filler, time="11:00:00")
        for one in (*charges, *care, own):
            self._line(name, person, row["fixmedins_code"], row["med_type"], one)
        return name

    def charge(self, stay: str, one: Charge) -> None:
        """A line of a stay that is not there."""
        name = self.name(stay)
        self._line(name, f"P{name}", HOSPITAL, "21", one)

    def _line(self, name: str, person: str, hospital: str, kind: str, one: Charge) -> None:
        price = one.price or str((Decimal(one.fee) / Decimal(one.quantity)).quantize(Decimal("0.000001")))
        self.row(
            "fee_lines",
            setl_id=name, mdtrt_id=f"M{name}", psn_no=person, fixmedins_code=hospital, med_type=kind,
            feedetl_sn=one.number, init_feedetl_sn=one.refunds, fee_ocur_time=self.at(one.day, one.time),
            med_list_codg=one.item, med_chrgitm_type=one.kind, cnt=one.quantity, pric=price,
            det_item_fee_sumamt=one.fee, pric_uplmt_amt=one.ceiling, inscp_scp_amt=one.scope, overlmt_amt="0.00", **one.more,
        )  # fmt: skip

    def visit(
        self, name: str, time: str, hospital: str = "", care: str = "11", *, person: str = "", fee: str = "60.00",
        fund: str = "45.00", **other: str,
    ) -> str:  # fmt: skip
        """An outpatient settlement, at a place of its rule unless said otherwise; returns its ID."""
        settlement, hospital = self.name(name), hospital or f"VCLINIC{name[:3]}"
        self.row(
            "outpatient_settlements",
            setl_id=settlement, mdtrt_id=f"M{settlement}", psn_no=person or self.person(name), fixmedins_code=hospital,
            insutype="310", med_type=care, setl_time=time, medfee_sumamt=fee, inscp_scp_amt=fee, hifp_pay=fund,
            fund_pay_sumamt=fund, psn_cash_pay=str(Decimal(fee) - Decimal(fund)), refd_setl_flag="0",
            **{"insu_admdvs": REGION, "mdtrt_admdvs": REGION, **other},
        )  # fmt: skip
        return settlement

    def visit_line(self, settlement: str, item: str, time: str, hospital: str = HOSPITAL, kind: str = "09", fee: str = "60.00") -> None:  # fmt: skip
        """The one line of a visit."""
        self.row("outpatient_lines", setl_id=settlement, mdtrt_id=f"M{settlement}", feedetl_sn="1", psn_no=f"P{settlement}",
                 fixmedins_code=hospital, med_list_codg=item, med_chrgitm_type=kind, fee_ocur_time=time, cnt="1", pric=fee,
                 det_item_fee_sumamt=fee, inscp_scp_amt=fee)  # fmt: skip

    def row(self, table: str, **cells: str) -> None:
        """A row of any table."""
        self.tables.setdefault(table, []).append(cells)

    def expect(
        self, rule: str, outcome: str, subject: Any, keys: Sequence[str], window: str = "", fee: str = "",
        scope: str = "", fund: str | None = None,
    ) -> None:  # fmt: skip
        """A finding that must be made. fund : three quarters of what is within coverage, where it is not given."""
        if fund is None:
            fund = str((Decimal(scope) * _SHARE).quantize(_CENT, ROUND_HALF_UP)) if scope else ""
        key = finding_key(rule, Hit(outcome, subject, tuple(keys), window=window))
        self.expected.append({"rule_id": rule, "finding_key": key, "outcome": outcome, "subject": "|".join(keys),
                              "deny_fee": fee, "deny_scp": scope, "deny_fund": fund})  # fmt: skip

    def line_of(self, rule: str, outcome: str, stay: str, number: int | str, fee: str = "", scope: str = "", window: str = "") -> None:  # fmt: skip
        """A finding on a fee line; wholly within coverage unless said otherwise."""
        self.expect(rule, outcome, "line", (f"M{self.name(stay)}", str(number)), window, fee, scope or fee)

    def case_of(self, rule: str, outcome: str, stay: str, **amounts: str) -> None:
        """A finding on a stay."""
        self.expect(rule, outcome, "case", (self.name(stay),), **amounts)

    def visit_of(self, rule: str, outcome: str, visit: str, fund: str = "45.00") -> None:
        """A finding on a visit."""
        self.expect(rule, outcome, "outpatient", (self.name(visit),), fund=fund)

    def place_of(self, rule: str, outcome: str, hospital: str, window: str = "", **amounts: str) -> None:
        """A finding on an institution."""
        self.expect(rule, outcome, "institution", (hospital,), window, **{"fund": "", **amounts})

    def lists(self, **params: Mapping[str, Any]) -> None:
        """Parameters of rules."""
        for rule, values in params.items():
            self.params.setdefault(rule, {}).update(values)

    def see_cases(self, rows: Iterable[tuple[str, str, str, Decimal]]) -> None:
        """Stays of the city and planted ones: settlement, region of insurance and of treatment, and total.

        Those of two cities are routed; those of two provinces with 30,000 yuan and more are referred.
        """
        for settlement, insured, treated, total in rows:
            if insured[:CITY_DIGITS] != treated[:CITY_DIGITS]:
                self.expect("X02", "ROUTE", "case", (settlement,))
            if insured[:PROVINCE_DIGITS] != treated[:PROVINCE_DIGITS] and total >= _REFERRED:
                self.expect("X01", "REFER", "case", (settlement,))

    def see_lines(self, count: int) -> None:
        """How many fee lines the batch has: repeated ones, and those of no stay, are told above a thousandth of them."""
        stays = {row["setl_id"] for row in self.tables["cases"]}
        numbers = Counter((row["mdtrt_id"], row["feedetl_sn"]) for row in self.tables["fee_lines"])
        repeated = sum(times for times in numbers.values() if times > 1)
        orphans = sum(row["setl_id"] not in stays for row in self.tables["fee_lines"])
        for window, told in (("DUPLICATE_SHARE", repeated), ("UNMATCHED_SHARE", orphans)):
            if told * 1000 > count:
                self.expect("A02", "WARN", "batch", ("",), window)

    def see_hospitals(self, hospitals: set[str]) -> None:
        """Hospitals of the whole batch: what every one of them has is expected, unless it was planted another way."""
        planted = {(one["rule_id"], one["subject"]) for one in self.expected}
        for rule, outcome, window in self.everywhere:
            for hospital in sorted(hospitals):
                if (rule, hospital) not in planted:
                    self.place_of(rule, outcome, hospital, window)
