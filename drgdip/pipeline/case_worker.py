"""One case through quality control and all stages, as a batch of one; what the engine of a service does per call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.reasons import number, reason
from drgdip.base.text import Text
from drgdip.intake.one_case import CaseDecoder, DecodedCase
from drgdip.interface.code_tables import extended_tables
from drgdip.interface.defects import join_defects
from drgdip.pipeline.case_result import Status
from drgdip.pipeline.chunk import OTHER_PERIOD, OUT_OF_SCOPE, basis_column, decide_eligibility
from drgdip.pipeline.context import Context, contexts_for, seconds
from drgdip.pipeline.drg_stages import with_department
from drgdip.pipeline.fee_facts import case_sums, facts_of
from drgdip.pipeline.given import given_for
from drgdip.pipeline.inputs import code_translations
from drgdip.pipeline.month_terms import prove
from drgdip.pipeline.month_values import ByPool, given_values
from drgdip.pipeline.process import AUXILIARY_STAGE, Process
from drgdip.pipeline.process_rules import ROUTING
from drgdip.pipeline.running import run_stages
from drgdip.quality_control import check

if TYPE_CHECKING:
    import numpy as np

    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

_DAY_S = 86_400
_MOST_HOSPITALS = 4_096
_NOT_COVERED = number("day_not_covered")


class WorkedCase(NamedTuple):
    """How far a case came: the columns that the stages wrote for it, or the reasons why they did not run."""

    case: DecodedCase
    status: Status
    reasons: tuple[str, ...]
    findings: list[Finding]
    columns: Mapping[str, np.ndarray]
    context: Context


class CaseWorker:
    """Works on single cases under the values of a policy's days; calls change nothing in it, so threads may share it.

    ``period`` are the days whose cases are settled, ``whole_month`` whether they are those of a month that was named.
    """

    def __init__(
        self,
        policy: Policy,
        tables: GroupTables,
        process: Process,
        period: tuple[date, date],
        whole_month: bool,
        point_values: ByPool | None,
        fund_ratios: ByPool | None,
        code_tables: str | Path | None = None,
    ) -> None:
        self._process, self._whole_month = process, whole_month
        self._given = given_for(policy.distinct_values())
        self._facts = facts_of(policy.distinct_values())
        extended = extended_tables(Path(code_tables)) if code_tables else None
        self._decoder = CaseDecoder(tables.diagnoses, tables.procedures, extended)
        self.contexts: list[Context] = []
        self._provisional: dict[date, bool] = {}
        self._codes = {}
        highest = 0
        for context in contexts_for(policy, tables, *period, ()):
            values, self._provisional[context.first_day] = given_values(context.values, point_values, fund_ratios)
            self._codes[context.first_day] = code_translations(context.values.codes)
            self.contexts.append(context.in_month(values))
            highest = max(highest, *values.point_values_e4)
            if self._given.quota:
                # Which stays of high cost are paid as such is known only when all of the period are.
                self._provisional[context.first_day] = True
        prove(policy, tables, highest, 1)
        #: Contexts of single hospitals, for those that were asked for last.
        self._of_hospital = lru_cache(maxsize=_MOST_HOSPITALS)(self._of_one_hospital)

    def prepare(self) -> None:
        """Build the parameters of all stages, so that no call has to."""
        for context in self.contexts:
            if context.tables.manifest.scheme == "dip":
                context.grouping()
            for build in (context.valuation, context.pricing, context.bedside, context.payment):
                build()
            if any(stage.key == ROUTING for stage in self._process.case):
                context.routing(self._given.departments)
            if AUXILIARY_STAGE in self._process.case:
                context.auxiliary()

    def provisional(self, worked: WorkedCase) -> bool:
        """Whether a case was priced with values that the month has not settled yet."""
        return self._provisional[worked.context.first_day]

    def work(self, case: Mapping[str, Any], row: int, fees: Iterable[Mapping[str, Any]] | None = None) -> WorkedCase:
        """Bring a case through quality control and, if it is in order, through all stages.

        ``fees``: its fee lines, where the policy asks for them; UsageError if it does and there are none given.
        """
        if not isinstance(case, Mapping):
            raise UsageError(
                Text("病例须为以国家接口字段名为键的字典。", "A case must be a mapping with national field names."),
                Text("请逐例传入,例如 json.loads 的结果。", "Give one case at a time, such as json.loads returns it."),
            )
        if self._facts and fees is None:
            self._given.require_facts()
        decoded = self._decoder.decode(case, row)
        context, covered = self._context(decoded.columns)
        if codes := self._codes[context.first_day]:
            decoded = self._decoder.decode(case, row, codes)
        tolerance = context.values.quality_control.identity_tolerance_fen
        found = join_defects(check(decoded.columns, tolerance, skip=decoded.defects), context.barred(decoded.columns))
        if len(found.row) or len(decoded.defects.row):
            defects = join_defects(decoded.defects, found)
            reasons = tuple(reason(why).key for why in sorted(set(defects.reason.tolist())))
            findings = context.with_codes(self._decoder.findings(decoded, defects))
            return WorkedCase(decoded, "set_aside", reasons, findings, {}, context)
        notices = self._decoder.findings(decoded, decoded.defects)
        with_department(decoded.columns, context.tables, decoded.text["dscg_caty"])
        columns = {**decoded.columns, **decide_eligibility(decoded.columns, [context])}
        sums, told = case_sums(self._facts, fees or (), decoded.text, row) if self._facts else ({}, [])
        columns |= self._given.of_case(decoded.text, sums)
        notices += told
        why = int(columns["exclusion_reason"][0]) or (0 if covered else OTHER_PERIOD)
        if why:
            return self._excluded(decoded, why, notices, context)
        local = self._of_hospital(context.first_day, decoded.text["fixmedins_code"] or "")
        result = run_stages(columns, self._process.stages, [local], columns[basis_column(local)])
        if int(result["route"][0]) == OUT_OF_SCOPE:
            return self._excluded(decoded, OUT_OF_SCOPE, notices, local)
        return WorkedCase(decoded, "priced", (), notices, result, local)

    def _context(self, columns: Mapping[str, np.ndarray]) -> tuple[Context, bool]:
        """The context of the day that decides for a case, and whether there is one; else the last."""
        for context in self.contexts:
            time_s = int(columns[basis_column(context)][0])
            if seconds(context.first_day) <= time_s < seconds(context.last_day) + _DAY_S:
                return context, True
        return self.contexts[-1], False

    def _of_one_hospital(self, first_day: date, hospital: str) -> Context:
        context = next(known for known in self.contexts if known.first_day == first_day)
        return context.in_month(context.month_values, (hospital,))

    def _excluded(self, case: DecodedCase, why: int, notices: list[Finding], context: Context) -> WorkedCase:
        known = reason(_NOT_COVERED if why == OTHER_PERIOD and not self._whole_month else why)
        if known.effect != "set_aside":
            return WorkedCase(case, "excluded", (known.key,), notices, {}, context)
        setl_id, insurance = case.text["setl_id"] or "", case.text["insutype"] or ""
        found = [Finding("", case.row, setl_id, "insutype", insurance, known.key)]
        return WorkedCase(case, "set_aside", (known.key,), notices + found, {}, context)
