"""Random cities with everything that looks at more than one stay: review, readmission, denials, seasonal funds, samples.

Each is a city of :mod:`tests.properties.cities` or :mod:`tests.properties.drg_cities` with sections, decisions, denials and
persons added; which of them there are is drawn, too, so that each mechanism meets every other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from drgdip.interface.denial import Denial
from drgdip.interface.special import Application, SpecialDecision
from drgdip.pipeline.denials.inputs import NO_DENIALS, DenialInputs
from drgdip.pipeline.special.inputs import NOTHING_GIVEN, SpecialInputs
from drgdip.policy.sections.case_rules_values import NO_RULES, FeeFact
from drgdip.policy.sections.readmission_values import Readmission
from drgdip.policy.sections.sanctions_values import Sanctions
from drgdip.policy.sections.special_values import Gate, Special
from drgdip.policy.sections.year_values import Band, Budget
from drgdip.policy.values import PolicyValues
from tests.properties.cities import City, Deduction, Draw, cities, year_to_date
from tests.properties.drg_cities import drg_cities, fits
from tests.properties.listed import with_lists
from tests.properties.picking import pick
from tests.reference.case_rules import FeeLine
from tests.reference.denials import STRUCTURAL, Denied
from tests.reference.later import Later, later
from tests.reference.month import ReferenceResult, paid_month, settle_month
from tests.reference.numbers import shared_out
from tests.reference.policy_text import e4_text, yuan_text
from tests.reference.sample import drawn, taken_fen
from tests.reference.special import Decision
from tests.reference.to_date import MonthToDate, months_to_date
from tests.year.random_pools import GRADUATED, GUANGZHOU_LIKE

MODES = ("deduct_amount", "deduct_scaled", "reprice_cost", "regroup", "void")
#: Days after every discharge of the cities.
DAYS = ("2099-01-01", "2099-01-02")
SHARES = (833,) * 11 + (837,)


class YearOfBudgets(NamedTuple):
    """What of the section ``year`` a month reads."""

    budgets: dict[str, Budget]


class Sample(NamedTuple):
    """A checked sample of one hospital and pool: fund payments of its stays, those drawn and found bad, what it takes."""

    funds_fen: dict[str, int]
    stays: list[str]
    bad: list[str]
    by: str
    taken_fen: int


#: Of every sample.
SEED, RATE_E4 = "20260331", 5_000


class WholeCity(NamedTuple):
    """A city, and what comes beside its cases. applied : stays that their hospital has applied for.

    decided, denied : the month that takes the decisions, and the denials of months, where the stays' own month has paid them.
    """

    city: City
    section: str
    decisions: list[Decision]
    denials: list[Denied]
    applied: list[str]
    sample: Sample | None = None
    decided: int = 0
    denied: Mapping[int, list[Denied]] = {}

    def settle(self) -> ReferenceResult:
        one = self.city
        return settle_month(
            one.values_on, one.catalogue, one.cases, one.month, one.deductions, one.prior,
            region=one.region, fees=one.fees, denials=self.denials, decisions=self.decisions, lists=one.lists,
        )  # fmt: skip

    def later(self) -> Later:
        """What later months come to, and how the stays count in the end."""
        one = self.city
        month = paid_month(
            one.values_on, one.catalogue, one.cases, one.month, region=one.region, fees=one.fees,
            denials=self.denied.get(int(one.month[5:]), []),
        )  # fmt: skip
        return later(month, {self.decided: self.decisions}, self.denied)

    @property
    def special(self) -> SpecialInputs:
        if self.city.policy[-1][1].special is None:
            return NOTHING_GIVEN
        hospitals = {row["setl_id"]: row["fixmedins_code"] for row in self.city.cases}
        return SpecialInputs(
            [Application("a.csv", n, f"A{n}", id_, hospitals[id_], DAYS[0], "", "R") for n, id_ in enumerate(self.applied, 1)],
            [
                SpecialDecision(
                    "d.csv", n, one.id, one.setl_id, one.outcome, DAYS[1], ("R1", "R2"), ("", ""),  # type: ignore[arg-type]
                    one.allowed_fen, one.factor_e4, one.points_e4, one.standard_fen,
                )
                for n, one in enumerate(self.decisions, 1)
            ],
        )  # fmt: skip

    @property
    def given(self) -> DenialInputs:
        if self.city.policy[-1][1].sanctions is None:
            return NO_DENIALS
        return DenialInputs(
            [
                Denial("d.csv", n, one.id, one.setl_id, one.date, "R", one.mode, one.fund_fen, one.fee_fen, one.group)
                for n, one in enumerate(self.denials, 1)
            ]
        )


# --- sections --------------------------------------------------------------------------------------

_GATES = (
    Gate(cost_above_e4=20_000),
    Gate(cost_above_e4=2_000),
    Gate(cost_above_e4=10_000),
    Gate(cost_above_e4=5_000, cost_basis="standard"),
    Gate(stay_from_days=8),
    Gate(icu_from_days=2),
    Gate(age_from_years=18, age_to_years=35),
    Gate(age_to_days=28),
    Gate(bands=("high", "extreme", "ungrouped")),
    Gate(bands=("normal", "low"), stay_from_days=3),
)
_GATE_KEYS = {"cost_above_e4": "cost_above", "stay_from_days": "stay_from", "icu_from_days": "icu_from",
              "age_from_years": "age_from", "age_to_years": "age_to"}  # fmt: skip


@st.composite
def _special(draw: Draw) -> Special:
    some = pick((10_000, 5_000, 2_500, 0))
    levels = {"tertiary": some, "secondary": some, "primary": some}
    by_level = draw(
        st.one_of(st.just({}), st.just({}), st.fixed_dictionaries(levels, optional={"unrated": some}))  # type: ignore[arg-type]
    )
    return Special(
        match=draw(pick(("any", "any", "all"))),
        gates=tuple(draw(st.lists(pick(_GATES), min_size=1, max_size=3, unique=True))),
        share_e4=None if by_level else draw(pick((10_000, 10_000, 5_000, 2_500))),
        level_shares_e4=by_level,
        base=draw(pick(("region", "pool"))),
        rounding=draw(pick(("down", "half_up", "half_even"))),
        ranking=draw(pick(("cost_ratio", "excess_cost"))),
        allocation=draw(pick(("none", "none", "eligible_cases", "eligible_weight"))),
        over_quota=draw(pick(("wait", "reject"))),
        outcomes=draw(pick([("by_item", "adjusted", "rejected")] * 3 + [("by_item", "rejected")])),
        effect=draw(pick(("before_pv", "after_pv"))),
        reviewers=2,
        application_days=None,
    )


def _special_text(terms: Special) -> str:
    gates = []
    for gate in terms.gates:
        cells = []
        for name, value in gate._asdict().items():
            if value is None or value == () or (name == "cost_basis" and gate.cost_above_e4 is None):
                continue
            text = (
                f'"{e4_text(value)}"'
                if name == "cost_above_e4"
                else f"[{', '.join(value)}]"
                if name == "bands"
                else value
            )
            cells.append(f"{_GATE_KEYS.get(name, name)}: {text}")
        gates.append("{" + ", ".join(cells) + "}")
    values = {
        "match": terms.match, "gates": f"[{', '.join(gates)}]", "share": _shares_text(terms), "base": terms.base,
        "rounding": terms.rounding, "ranking": terms.ranking, "allocation": terms.allocation,
        "over_quota": terms.over_quota, "outcomes": f"[{', '.join(terms.outcomes)}]", "effect": terms.effect,
        "reviewers": terms.reviewers, "application_days": "none",
    }  # fmt: skip
    return _section("special", values)


def _shares_text(terms: Special) -> str:
    if terms.share_e4 is not None:
        return f'"{e4_text(terms.share_e4)}"'
    return "{" + ", ".join(f'{level}: "{e4_text(own)}"' for level, own in terms.level_shares_e4.items()) + "}"


def _section(name: str, values: dict[str, Any]) -> str:
    return f"\n{name}:\n" + "".join(f'  {key}: {{value: {value}, cite: "Example"}}\n' for key, value in values.items())


@st.composite
def _readmission(draw: Draw) -> Readmission:
    action = draw(pick(("merge", "merge", "share", "flag")))
    return Readmission(
        window_days=draw(pick((15, 1))),
        same=draw(pick(("group", "category", "category"))),
        same_hospital=True if action == "merge" else draw(st.booleans()),
        action=action,
        share_e4=draw(pick((3_000, 3_333))) if action == "share" else None,
        planned=draw(pick(((), ("J18",)))),
    )


def _readmission_text(terms: Readmission) -> str:
    share = "none" if terms.share_e4 is None else f'"{e4_text(terms.share_e4)}"'
    values = {"window_days": terms.window_days, "same": terms.same, "same_hospital": str(terms.same_hospital).lower(),
              "action": terms.action, "share": share, "planned": f"[{', '.join(terms.planned)}]"}  # fmt: skip
    return _section("readmission", values)


@st.composite
def _sanctions(draw: Draw) -> Sanctions:
    void_points = draw(pick(("exclude", "keep")))
    timing = "before_pool" if void_points == "exclude" else draw(pick(("before_pool", "after_pool")))
    return Sanctions("deduct_amount", MODES, void_points, timing)  # type: ignore[arg-type]


def _sanctions_text(terms: Sanctions) -> str:
    modes = f"[{', '.join(terms.modes)}]"
    values = {"denial": terms.denial, "modes": modes, "void_points": terms.void_points, "timing": terms.timing}
    return _section("sanctions", values)


_YEAR = """
year:
  method: {value: fund_pv, cite: "Example"}
  point_value: {value: floating, cite: "Example"}
  distribution: {value: point_value, cite: "Example"}
  by_item: {value: fund_amount, cite: "Example"}
  fund_ratio_level: {value: pool, cite: "Example"}
  fund_ratio_source: {value: fixed, cite: "Example"}
  assessment: {value: none, cite: "Example"}
  score_if_missing: {value: none, cite: "Example"}
  bands: {value: [{upto: none, rule: dip}], cite: "Example"}
  over_budget: {value: {risk_fund: "0", scale: share_only}, cite: "Example"}
  retention_release: {value: none, cite: "Example"}
  budgets:
"""


def _seasonal(city: City) -> tuple[City, str]:
    """The same with a year's budget of which the month has about the fund that it had; nothing where no fund is used."""
    month = int(city.month[5:])
    budgets = {name: Budget((pool.month_fund_fen or 0) * 12 + 300, 100, 150, 50) for name, pool in city.policy[0][1].pools.items()}  # fmt: skip
    text = _YEAR
    for name, budget in budgets.items():
        names = ("inpatient_yuan", "adjustment_fund_yuan", "cross_region_yuan", "other_yuan")
        cells = (
            f'      {key}: {{value: "{yuan_text(fen)}", cite: "Example"}}\n'
            for key, fen in zip(names, budget, strict=True)
        )
        text += f'    "{name}":\n' + "".join(cells)
        assert sum(shared_out(budget.case_payment_fen, {f"{n:02}": s for n, s in enumerate(SHARES)}).values()) > month
    policy = tuple(
        (
            first,
            values._replace(
                month=values.month._replace(seasonal_quota_e4=SHARES),
                pools={name: pool._replace(month_fund_fen=None) for name, pool in values.pools.items()},
                year=YearOfBudgets(budgets),  # type: ignore[arg-type]
            ),
        )
        for first, values in city.policy
    )
    return city._replace(policy=policy), f"{text}  elastic: {{}}\n"


# --- what comes beside the cases --------------------------------------------------------------------


#: What stays of one patient in one hospital have in common, so that some follow one another in one group and pool.
_ALIKE = ("fixmedins_code", "hosp_lv", "insutype", "insu_admdvs", "diag_code")


@st.composite
def _with_persons(draw: Draw, city: City) -> City:
    """Stays of few persons; most of the first one's are alike, and of one day, so that there are gaps between them."""
    rows = []
    for row in city.cases:
        own = {"psn_no": draw(pick(("P1", "P1", "P1", "P2", "")))}
        own["icu_hours"] = draw(pick(("", "47", "48")))
        if own["psn_no"] == "P1" and draw(pick((True, True, False))):
            own |= {name: city.cases[0][name] for name in _ALIKE}
            own |= {"adm_time": row["dscg_time"]} if "02-30" not in row["dscg_time"] else {}
        # Spoiled cells stay as they are.
        rows.append({**row, **{name: cell for name, cell in own.items() if len(row.get(name, "")) < 20}})
    return city._replace(cases=rows)


@st.composite
def _decisions(draw: Draw, rows: Sequence[dict[str, Any]], cost_of: dict[str, int]) -> list[Decision]:
    found = []
    fitting = [row for row in rows if row["special_eligible"]] * 3
    some = st.lists(pick([*fitting, *rows]), min_size=1, max_size=6, unique_by=lambda row: row["setl_id"])
    drawn = draw(some)
    for number, row in enumerate(drawn):
        name, cost = row["setl_id"], cost_of[row["setl_id"]]
        part = draw(pick((1, 300, 700, 999, 1000, 1001)))
        match draw(pick(("by_item", "by_item", "factor", "factor", "points", "standard", "rejected"))):
            case "by_item":
                found.append(Decision(f"V{number}", name, "by_item", allowed_fen=max(cost * part // 1000, 1)))
            case "factor":
                factor = draw(pick((1_000, 4_444, 9_999, 13_333)))
                found.append(Decision(f"V{number}", name, "adjusted", factor_e4=factor))
            case "points":
                points = max(row["standard_points_e4"] * part // 1000, 1)
                found.append(Decision(f"V{number}", name, "adjusted", points_e4=points))
            case "standard":
                found.append(Decision(f"V{number}", name, "adjusted", standard_fen=max(cost * part // 1000, 1)))
            case _:
                found.append(Decision(f"V{number}", name, "rejected"))
    return found


@st.composite
def _denials(
    draw: Draw,
    rows: Sequence[dict[str, Any]],
    cost_of: dict[str, int],
    groups: Sequence[str],
    modes: Sequence[str] = MODES,
) -> list[Denied]:
    found: list[Denied] = []
    for number in range(draw(st.integers(1, 4))):
        row = draw(pick(rows))
        name, cost, near = row["setl_id"], cost_of[row["setl_id"]], max(row["payable_fen"], 1)
        mode = draw(pick(modes))
        again = any(one.setl_id == name and one.mode in STRUCTURAL for one in found)
        if mode in STRUCTURAL and (again or (mode == "reprice_cost" and cost < 2)):
            mode = "deduct_amount"
        fund = draw(st.one_of(st.integers(1, 3 * near), pick((max(near - 1, 1), near, near + 1))))
        fee = draw(pick((1, cost // 2, cost // 3, cost - 1)))
        fee, fund = (max(fee, 1), 0) if mode == "reprice_cost" else (0, fund)
        group = draw(pick(groups)) if mode == "regroup" else ""
        found.append(Denied(f"N{number}", name, draw(pick(DAYS)), mode, fund, fee, group))
    return found


@st.composite
def whole_cities(draw: Draw, scheme: str = "dip") -> WholeCity:
    """A city of a scheme with any of the mechanisms; several together more often than not."""
    city: City = draw(_with_persons(draw(cities() if scheme == "dip" else drg_cities())))
    section = ""
    if draw(pick((True, False, False))):
        city = draw(with_lists(city))
        assume(fits(city))
    if city.policy[0][1].month.point_value != "fixed_opening" and draw(st.booleans()):
        city, section = _seasonal(city)
    terms = {
        "special": draw(st.one_of(st.none(), _special(), _special())),
        "readmission": draw(st.one_of(st.none(), _readmission(), _readmission())),
        "sanctions": draw(st.one_of(st.none(), _sanctions(), _sanctions())),
    }
    city = city._replace(policy=tuple((first, values._replace(**terms)) for first, values in city.policy))
    texts = {"special": _special_text, "readmission": _readmission_text, "sanctions": _sanctions_text}
    section += "".join(texts[name](values) for name, values in terms.items() if values is not None)  # type: ignore[operator]
    rows = [
        row for row in city.settle().cases
        if row["route"] != "route_out_of_scope" and row["setl_id"].strip() == row["setl_id"]
    ]  # fmt: skip
    assume(rows)
    cost_of = {row["setl_id"]: _cost_fen(city, row["row"]) for row in rows}
    groups = [group["dip_code"] for group in city.catalogue.groups]
    decisions = draw(_decisions(rows, cost_of)) if terms["special"] else []
    denials = draw(_denials(rows, cost_of, groups)) if terms["sanctions"] else []
    applied = [row["setl_id"] for row in rows if row["special_eligible"] and len(row["setl_id"]) < 20]
    sample = draw(st.one_of(st.none(), _samples(rows)))
    if sample is not None and sample.taken_fen:
        first = next(row for row in rows if row["setl_id"] in sample.funds_fen)
        place = first["hospital_code"], first["pool"]
        item = Deduction("SAMPLE", *place, 20, "2026-03-31", sample.taken_fen)
        city = city._replace(deductions=[*city.deductions, item])
    return WholeCity(city, section, decisions, denials, applied[: draw(st.integers(0, 3))], sample)


@st.composite
def _with_exclusions(draw: Draw, city: City) -> City:
    """A drug that is paid outside the group, on many stays."""
    fees = [draw(pick((0, 40_000, 77_777, 250_050))) for _ in city.cases]
    drugs = [FeeLine(row["setl_id"].strip(), "D1", "09", fen) for row, fen in zip(city.cases, fees, strict=True) if fen]

    def excluding(values: PolicyValues) -> PolicyValues:
        rules = values.case_rules or NO_RULES._replace(fee_facts={"drug": FeeFact(("D1",))})
        return values._replace(case_rules=rules._replace(exclusions=("drug",)))

    policy = tuple((first, excluding(values)) for first, values in city.policy)
    return city._replace(policy=policy, fees=[*city.fees, *drugs])


@st.composite
def reviewed_cities(draw: Draw, scheme: str, decided: Sequence[int], denied: Sequence[int]) -> WholeCity:
    """A city with special-case review whose month stands by itself; later months decide on its stays, and deny them.

    decided, denied : months that may; the thirteenth is what comes after the year, before its clearing.
    """
    city: City = draw(_with_persons(draw(cities() if scheme == "dip" else drg_cities())))
    assume(city.policy[0][1].month.point_value != "cumulative")
    if city.policy[0][1].payment.method != "fund_pv" and draw(pick((True, True, False))):
        city = draw(_with_exclusions(city))
    terms = draw(_special())
    sanctions = draw(st.one_of(st.none(), _sanctions(), _sanctions(), _sanctions())) if denied else None
    readmission = draw(st.one_of(st.none(), st.none(), _readmission()))
    added = {"special": terms, "sanctions": sanctions, "readmission": readmission}
    policy = tuple((first, values._replace(**added)) for first, values in city.policy)
    city = city._replace(policy=policy, deductions=[], prior=[])
    rows = [row for row in city.settle().cases if row["route"] != "route_out_of_scope"]
    rows = [row for row in rows if row["setl_id"].strip() == row["setl_id"]]
    assume(any(row["special_eligible"] for row in rows))
    cost_of = {row["setl_id"]: _cost_fen(city, row["row"]) for row in rows}
    decisions = draw(_decisions(rows, cost_of))
    section = _special_text(terms) + (_readmission_text(readmission) if readmission else "")
    by_month: dict[int, list[Denied]] = {}
    if sanctions is not None:
        section += _sanctions_text(sanctions)
        # Most are denials of what is decided on, too.
        names = {one.setl_id for one in decisions}
        both = [row for row in rows if row["setl_id"] in names] * 4
        for one in draw(_denials([*both, *rows], cost_of, [group["dip_code"] for group in city.catalogue.groups])):
            by_month.setdefault(draw(pick(denied)), []).append(one)
    return WholeCity(city, section, decisions, [], [], decided=draw(pick(decided)), denied=by_month)


class ToDateCity(NamedTuple):
    """A city that settles a year to date in every one of ``months``; decisions and denials by month."""

    city: City
    section: str
    months: Sequence[str]
    decisions: Mapping[str, list[Decision]]
    denials: Mapping[str, list[Denied]]

    def months_to_date(self) -> list[MonthToDate]:
        """What the reference makes of its months."""
        one = self.city
        return months_to_date(
            one.values_on, one.catalogue, one.cases, self.months, self.decisions, self.denials, region=one.region, fees=one.fees
        )  # fmt: skip


@st.composite
def to_date_cities(draw: Draw, scheme: str, months: Sequence[str]) -> ToDateCity:
    """Stays are decided on and denied in all months, most of them denied before they are decided on."""
    city: City = draw(_with_persons(draw(cities() if scheme == "dip" else drg_cities())))
    if city.policy[0][1].payment.method != "fund_pv" and draw(pick((True, False, False))):
        city = draw(_with_exclusions(city))
    terms, sanctions = draw(_special()), draw(_sanctions())
    readmission = draw(st.one_of(st.none(), st.none(), _readmission()))
    added = {"special": terms, "sanctions": sanctions, "readmission": readmission}
    policy = tuple((first, values._replace(**added)) for first, values in city.policy)
    city = draw(year_to_date(city._replace(policy=policy, deductions=[], prior=[])))
    assume(city.policy[0][1].month.point_value == "cumulative" and fits(city))
    rows = [row for row in city.settle().cases if row["route"] != "route_out_of_scope"]
    rows = [row for row in rows if row["setl_id"].strip() == row["setl_id"]]
    assume(any(row["special_eligible"] for row in rows))
    cost_of = {row["setl_id"]: _cost_fen(city, row["row"]) for row in rows}
    decisions, decided = dict[str, list[Decision]](), dict[str, str]()
    for one in draw(_decisions(rows, cost_of)):
        decided[one.setl_id] = month = draw(pick((months[0], *months[1:] * 2)))
        decisions.setdefault(month, []).append(one)
    both = [row for row in rows if row["setl_id"] in decided] * 4
    groups, denials = [group["dip_code"] for group in city.catalogue.groups], dict[str, list[Denied]]()
    for denied in draw(_denials([*both, *rows], cost_of, groups, (*MODES, *MODES[:2] * 2))):
        before = [month for month in months if month < decided.get(denied.setl_id, "")]
        denials.setdefault(draw(pick((*before * 3, *months))), []).append(denied)
    section = (
        _special_text(terms) + _sanctions_text(sanctions) + (_readmission_text(readmission) if readmission else "")
    )
    return ToDateCity(city, section, months, decisions, denials)


class YearTerms(NamedTuple):
    """How a year is cleared: fund of every pool in fen, and choices of the section ``year``."""

    funds: dict[str, int]
    method: str
    by_item: str
    source: str
    point_value: str
    distribution: str
    bands: tuple[Band, ...]

    @property
    def scale(self) -> str:
        """A fixed point value may come to more than the fund: then bases are scaled, too (5.4)."""
        return "share_then_base" if self.point_value == "fixed" else "share_only"


@st.composite
def years(draw: Draw, city: City) -> YearTerms:
    """Funds of about what the stays cost, or next to none."""
    cost = max(sum(_cost_fen(city, row["row"]) for row in city.settle().cases), 100)
    funds = {pool: draw(pick((cost // 3, cost, cost * 2, 1))) for pool in city.policy[0][1].pools}
    point_value = draw(pick(("floating", "floating", "fixed")))
    return YearTerms(
        funds,
        draw(pick(("ratio", "ratio", "fund_pv"))),
        draw(pick(("covered_cost", "fund_amount"))),
        draw(pick(("fixed", "actual"))),
        point_value,
        # Only a floating one shares the fund itself out.
        draw(pick(("point_value", "point_value", "largest_remainder")[: 3 if point_value == "floating" else 2])),
        draw(pick(((), GUANGZHOU_LIKE, GRADUATED))),
    )


def year_text(terms: YearTerms) -> str:
    """The section as a policy file has it."""
    bands = ", ".join(map(_band_text, terms.bands))
    text = _YEAR
    for old, new in (
        ("method: {value: fund_pv", f"method: {{value: {terms.method}"),
        ("by_item: {value: fund_amount", f"by_item: {{value: {terms.by_item}"),
        ("fund_ratio_source: {value: fixed", f"fund_ratio_source: {{value: {terms.source}"),
        ("point_value: {value: floating", f"point_value: {{value: {terms.point_value}"),
        ("distribution: {value: point_value", f"distribution: {{value: {terms.distribution}"),
        ("bands: {value: [{upto: none, rule: dip}]", f"bands: {{value: {f'[{bands}]' if bands else 'none'}"),
        ('risk_fund: "0", scale: share_only', f'risk_fund: "0.05", scale: {terms.scale}'),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    for pool, fen in terms.funds.items():
        names = ("adjustment_fund", "cross_region", "other")
        text += f'    "{pool}":\n      inpatient_yuan: {{value: "{yuan_text(fen)}", cite: "Example"}}\n'
        text += "".join(f'      {name}_yuan: {{value: "0", cite: "Example"}}\n' for name in names)
    return text + "  elastic: {}\n"


def _band_text(band: Band) -> str:
    cells = [f'upto: "{e4_text(band.upto_e4)}"' if band.upto_e4 is not None else "upto: none"]
    cells += ["inclusive: true"] if band.inclusive else []
    cells.append(f"rule: {band.rule}")
    known = {
        "recorded_plus": ("share",), "dip_plus": ("start", "share", "carry"), "cap": ("start", "end", "share", "carry"),
    }.get(band.rule, ())  # fmt: skip
    for name in known:
        value = getattr(band, f"{name}_e4")
        cells += [f'{name}: "{e4_text(value)}"'] if value else []
    return "{" + ", ".join(cells) + "}"


@st.composite
def _samples(draw: Draw, rows: Sequence[dict[str, Any]]) -> Sample:
    one = draw(pick(rows))
    funds = {
        row["setl_id"]: max(row["payable_fen"], 0)
        for row in rows
        if (row["hospital_code"], row["pool"]) == (one["hospital_code"], one["pool"])
    }
    stays = drawn(funds, SEED, RATE_E4)
    bad = draw(st.lists(pick(stays), unique=True))
    by = draw(pick(("count", "money")))
    return Sample(funds, stays, bad, by, taken_fen(funds, stays, bad, by))


def _cost_fen(city: City, row: int) -> int:
    return int(Fraction(city.cases[row - 1]["medfee_sumamt"].strip()) * 100)
