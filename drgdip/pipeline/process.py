"""The process, written once: what happens to a case, in order.

Every stage reads some columns and writes others; a batch of a hundred thousand stays and the single stay
that ``explain`` follows go through this same list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from drgdip import fund_split, pricing, special_cases, valuation
from drgdip.base.columns import Column
from drgdip.base.text import Text
from drgdip.grouping import dip
from drgdip.pipeline import variants
from drgdip.pipeline.attribution import holding
from drgdip.pipeline.attribution import stages as attributed
from drgdip.pipeline.context import Context
from drgdip.pipeline.own_stage import check_stage
from drgdip.pipeline.process_rules import ROUTING, with_case_rules
from drgdip.pipeline.sanction_stages import DENIAL, with_denials, with_readmission
from drgdip.pipeline.sanction_stages import KEY as READMISSION
from drgdip.valuation import auxiliary

if TYPE_CHECKING:
    from drgdip.base.columns import Columns
    from drgdip.policy import Policy
    from drgdip.tables import DipTables, GroupTables

Verb = Callable[[Mapping[str, np.ndarray], Context], dict[str, np.ndarray]]


class Stage(NamedTuple):
    """One step of the process.

    Parameters
    ----------
    key : str
        Names it in files and in :meth:`Process.insert`.
    title : Text
        Names it to people.
    reads, writes : tuple of Column
        Columns that the verb is given, and those that it returns; each is written by one stage only.
    verb : callable
        ``verb(columns, context)`` gets the arrays of ``reads`` by name and a :class:`~drgdip.pipeline.context.Context`
        (tables, policy values of the day, hospital codes) and returns the arrays of ``writes``. It is called on
        several threads at once and must not change what it is given.
    policy_keys : tuple of str
        The policy's values that it obeys, for explanations; ``{hospital}`` and ``{pool}`` stand for those of the case.
    joins : tuple of Column
        Columns among ``reads`` that come beside the cases (decisions); where there are none they are zero.
    """

    key: str
    title: Text
    reads: tuple[Column, ...]
    writes: tuple[Column, ...]
    verb: Verb
    policy_keys: tuple[str, ...] = ()
    joins: tuple[Column, ...] = ()


def _group(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return dip.assign_groups(columns, context.dip_tables.groups, context.grouping())


def _classify(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return auxiliary.select_coefficients(columns, context.auxiliary())


def _value(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return valuation.value_cases(columns, context.valuation())


def _price(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return pricing.price_cases(columns, context.pricing())


def _price_with_costs(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return pricing.price_cases(columns, context.pricing(), writes_costs=True)


def _review(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return special_cases.review_cases(columns, context.special())


def _split(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return fund_split.split_bedside(columns, context.bedside())


def _pay(columns: Columns, context: Context) -> dict[str, np.ndarray]:
    return fund_split.pay_cases(columns, context.payment())


CASE_PROCESS = (
    Stage(
        "grouping",
        Text("病例入组", "Grouping"),
        dip.READS,
        dip.WRITES,
        _group,
        (
            "grouping.main_op_first",
            "grouping.tie_break",
            "grouping.subcategory_wildcard",
            "grouping.intervention_as",
            "grouping.layers",
            "grouping.steps",
            "grouping.conservative_takes",
            "grouping.comprehensive_by",
        ),
    ),
    Stage(
        "valuation",
        Text("权重分值", "Valuation"),
        valuation.READS,
        valuation.WRITES,
        _value,
        (
            "k.mode",
            "k.base",
            "k.hospitals.{hospital}",
            "k.bonuses.{hospital}",
            "k.primary_care",
            "k.hospital_types",
            "k.group_coefficients",
            "k.windows",
            "k.base_groups",
            "case_rules.own_weights",
            "deviation.reference",
            "deviation.reference_point_value",
        ),
    ),
    Stage(
        "pricing",
        Text("病例支付", "Pricing"),
        pricing.READS,
        pricing.WRITES,
        _price,
        (
            "routes",
            "deviation.basis",
            "deviation.low",
            "deviation.high",
            "grouping.ungrouped_factor",
            "case_rules.bed_day",
            "case_rules.exclusions",
            "case_rules.additions",
        ),
    ),
    Stage(
        "bedside",
        Text("床旁结算", "Bedside settlement"),
        fund_split.BEDSIDE_READS,
        fund_split.BEDSIDE_WRITES,
        _split,
        ("pools.{pool}.insurance_types", "pools.{pool}.fund_scope"),
    ),
)

#: Steps that wait for the month's point values.
CASE_PAYMENT = (
    Stage(
        "payment",
        Text("基金分担", "Fund split"),
        fund_split.READS,
        fund_split.WRITES,
        _pay,
        (
            "month.point_value",
            "pools.{pool}.opening_point_value",
            "pools.{pool}.point_value_floor",
            "pools.{pool}.point_value_cap",
            "payment.method",
            "payment.negative",
            "payment.fund_variance",
        ),
    ),
)


class Process(NamedTuple):
    """The process as two ordered lists of stages.

    Parameters
    ----------
    case : tuple of Stage
        What a case goes through by itself.
    payment : tuple of Stage
        What waits for the month's values.
    """

    case: tuple[Stage, ...]
    payment: tuple[Stage, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages, in order."""
        return (*self.case, *self.payment)

    @property
    def own(self) -> tuple[Stage, ...]:
        """Stages that are not the package's."""
        return tuple(stage for stage in self.stages if stage.key not in PACKAGE_STAGES)

    def insert(self, stage: Stage, after: str) -> Process:
        """The process with a stage of your own in it; this one stays as it is.

        Parameters
        ----------
        stage : Stage
            Its columns appear in the case table and in explanations, after those of the stages before it.
        after : str
            Key of the stage that it follows: ``grouping``, ``valuation``, ``pricing``, ``bedside``, ``payment``,
            or a stage of your own.

        Returns
        -------
        Process
            A process for ``settle_month(process=…)``, ``Engine(process=…)`` or the verbs of single stages.

        Raises
        ------
        UsageError
            There is no such stage, the key is taken, a column that is read is not there yet, or one that is
            written exists already or does not hold integers.
        """
        check_stage(self, stage, after)
        lists = [
            tuple(entry for known in part for entry in ((known, stage) if known.key == after else (known,)))
            for part in self
        ]
        return Process(*lists)


#: Before valuation, where edition and policy have an auxiliary directory; its coefficient is then read, not written.
AUXILIARY_STAGE = Stage(
    "auxiliary",
    Text("辅助分型", "Auxiliary directory"),
    auxiliary.READS,
    auxiliary.WRITES,
    _classify,
    ("auxiliary",),
)
#: After pricing, where the policy has special cases: it writes what pricing writes otherwise.
SPECIAL_STAGE = Stage(
    "special_cases",
    Text("特例单议", "Special-case review"),
    special_cases.READS,
    special_cases.WRITES,
    _review,
    ("special",),
    special_cases.JOINS,
)
_OWN = (AUXILIARY_STAGE, SPECIAL_STAGE, *CASE_PROCESS, *CASE_PAYMENT)
PACKAGE_STAGES = frozenset(
    (ROUTING, READMISSION, DENIAL, attributed.KEY, attributed.INTERIM_KEY, holding.KEY, *(stage.key for stage in _OWN))
)
#: The process of the package.
PROCESS = Process(CASE_PROCESS, CASE_PAYMENT)


def process_for(process: Process | None, policy: Policy, tables: GroupTables) -> Process:
    """A process (the package's, if none is given) with what the edition asks for beside.

    Groups with conditions on age or birth weight read these; the auxiliary directory is a stage of its own where edition
    and policy have one; stages read and write what the policy's case rules ask for; special-case review follows pricing
    where the policy has it, then readmission; denials follow payment.
    """
    process = process or PROCESS
    if tables.manifest.scheme == "chs-drg":
        from drgdip.pipeline.drg_stages import with_drg_stages

        process = with_drg_stages(process)
    elif dip.asks_ages(cast("DipTables", tables).groups):
        process = process._replace(case=tuple(map(variants.by_age, process.case)))
    used = any(auxiliary.uses_auxiliary(tables, values) for values in policy.distinct_values())
    if used and AUXILIARY_STAGE not in process.case:
        process = process._replace(
            case=tuple(part for stage in process.case for part in variants.with_auxiliary(stage, AUXILIARY_STAGE))
        )
    days = policy.distinct_values()
    process = attributed.with_interim_bills(with_case_rules(process, days, _price_with_costs), days)
    reviewed = any(values.special is not None for values in days)
    if reviewed and SPECIAL_STAGE not in process.case:
        case = tuple(part for stage in process.case for part in variants.with_special(stage, SPECIAL_STAGE))
        process = Process(case, tuple(map(variants.by_allowed_cost, process.payment)))
    process = with_denials(with_readmission(process, days), days)
    return holding.with_holding(attributed.with_attribution(process, days), days)
