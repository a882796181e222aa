"""The engine of a service: tables and policy loaded once, cases priced and explained one by one.

A case goes through the same stages as a month's hundred thousand, as a batch of one. What differs is how it is read
(a mapping instead of a file) and how the result is handed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from drgdip.base.errors import UsageError
from drgdip.base.logs import logger
from drgdip.base.text import Language, Text
from drgdip.pipeline.case_result import CaseNaming, CaseResult

if TYPE_CHECKING:
    from drgdip.audit.steps import Explanation
    from drgdip.pipeline.case_worker import WorkedCase
    from drgdip.pipeline.month_values import ByPool
    from drgdip.pipeline.process import Process
    from drgdip.policy import Policy
    from drgdip.tables import GroupTables

#: Fee lines of one case, by national field name.
FeeLines: TypeAlias = Iterable[Mapping[str, Any]]


class Engine:
    """Prices single cases under one policy, from any number of threads.

    Everything is loaded, checked and compiled when the engine is made, which takes about a second once compiled code
    is in the user's cache directory and some twenty the first time. After that it only reads what it holds: engines
    share no state with each other, and calls none among themselves.

    Parameters
    ----------
    policy : str, Path or Policy
        A policy, its file, or the name of a shipped one.
    tables : GroupTables, optional
        The edition to group with; the one that the policy names unless given.
    month : str, optional
        ``YYYY-MM``: cases of other months are excluded, as in that month's settlement. Without it every case is
        priced under the values of its own day.
    point_values : mapping, optional
        Yuan per point by pool, as text or Decimal with at most four decimals; those of the opening unless given.
    fund_ratios : mapping, optional
        Share of the funds by pool, where the policy pays by a ratio that is known only when the month is.
    process : Process, optional
        A process with stages of your own; see :meth:`drgdip.Process.insert`.
    code_tables : str or Path, optional
        A file of codes by which a place extends the national code tables.

    Raises
    ------
    UsageError
        Arguments do not fit the policy.
    PolicyError
        The policy is invalid or does not cover the month.
    TablesError
        The tables are missing or invalid.

    Examples
    --------
    >>> import csv
    >>> import drgdip
    >>> engine = drgdip.Engine("demo_tiny")
    >>> with open("examples/cases.csv", encoding="utf-8") as file:
    ...     case = next(csv.DictReader(file))
    >>> result = engine.price(case)
    >>> result.dip_code, result.payable_fen
    ('K35.3:47.0100', 750000)
    >>> result.to_dict("yuan")["columns"]["payable_yuan"]
    '7500.00'
    >>> [step.title.en for step in engine.explain(case).steps][:2]
    ['Grouping', 'Valuation']
    """

    def __init__(
        self,
        policy: str | Path | Policy,
        *,
        tables: GroupTables | None = None,
        month: str | None = None,
        point_values: ByPool | None = None,
        fund_ratios: ByPool | None = None,
        process: Process | None = None,
        code_tables: str | Path | None = None,
    ) -> None:
        from drgdip.pipeline.case_worker import CaseWorker
        from drgdip.pipeline.month_terms import window
        from drgdip.pipeline.process import process_for
        from drgdip.pipeline.sources import load_sources

        self._policy, self._tables = load_sources(policy, tables)
        self._tables.require_weights()
        self._process = process_for(process, self._policy, self._tables)
        whole = self._policy.period
        period = window(self._policy, month) if month else (whole.first, whole.last)
        self._worker = CaseWorker(
            self._policy,
            self._tables,
            self._process,
            period,
            month is not None,
            point_values,
            fund_ratios,
            code_tables,
        )
        self._naming = CaseNaming(self._tables, self._process)
        self.warm_up()
        logger(__name__).info("engine ready: policy %s, tables %s", self._policy.name, self._policy.tables_edition)

    @property
    def policy(self) -> Policy:
        """The policy that cases are priced under."""
        return self._policy

    @property
    def tables(self) -> GroupTables:
        """The tables that cases are grouped with."""
        return self._tables

    @property
    def identity(self) -> dict[str, str]:
        """What results come from, for logs and answers: version, policy and tables with their hashes."""
        from drgdip import __version__

        return {
            "engine_version": __version__,
            "policy": f"{self._policy.name} {self._policy.version}",
            "policy_sha256": self._policy.sha256,
            "tables": f"{self._policy.tables_scheme}/{self._policy.tables_edition}",
            "tables_sha256": self._tables.sha256,
        }

    def warm_up(self) -> Engine:
        """Run everything once, so that the first case of a day is as quick as the others. Done on construction.

        Returns
        -------
        Engine
            The engine itself.
        """
        self._worker.prepare()
        context = self._worker.contexts[-1]
        day = context.last_day.isoformat()
        insurance = next(iter(context.values.pools.values())).insurance_types[0]
        self.explain(
            {
                "setl_id": "-", "fixmedins_code": "-", "hosp_lv": "01", "insutype": insurance,
                "insu_admdvs": self._policy.region_admdvs, "mdtrt_admdvs": self._policy.region_admdvs,
                "adm_time": day, "dscg_time": day, "setl_time": day, "act_ipt_days": "1",
                "diag_code": self._tables.diagnoses.codes[0], "medfee_sumamt": "1", "fulamt_ownpay_amt": "0",
                "overlmt_selfpay": 0, "preselfpay_amt": "0", "inscp_scp_amt": "1", "hifp_pay": 1.0,
                "fund_pay_sumamt": "1", "acct_pay": "0", "psn_cash_pay": "0",
            },
            fees=[{"med_list_codg": "-", "med_chrgitm_type": "-", "det_item_fee_sumamt": "1"}],
        )  # fmt: skip
        self.price({}, fees=())
        return self

    def price(self, case: Mapping[str, Any], *, fees: FeeLines | None = None) -> CaseResult:
        """Price one case.

        Parameters
        ----------
        case : mapping
            Values by national field name, as JSON brings them: text, numbers, None or absent keys for empty ones;
            diagnoses and operations as text joined by ``|`` or as lists of codes. Also Decimal, date and datetime.
        fees : iterable of mappings, optional
            Fee lines (2301) of the case, by national field name; asked for where the policy's case rules name them, and
            then an empty list says that there are none. A line that names another settlement or visit is a finding.

        Returns
        -------
        CaseResult
            The price and every column on the way; or what is wrong with the case, as findings.

        Raises
        ------
        UsageError
            ``case`` or a fee line is no mapping, or the policy pays by fee lines and none are given. Whatever they hold
            is a finding, not an error.
        """
        return self._result(self._worker.work(case, 1, fees))

    def price_many(
        self, cases: Iterable[Mapping[str, Any]], *, fees: Iterable[FeeLines] | None = None
    ) -> list[CaseResult]:
        """Price cases one by one; a month of them is quicker through :func:`drgdip.split`.

        Parameters
        ----------
        cases : iterable of mappings
            Cases as :meth:`price` takes them. Each is judged by itself: repeated settlement IDs are not looked for.
        fees : iterable of iterables of mappings, optional
            Fee lines of every case, in the order of the cases.

        Returns
        -------
        list of CaseResult
            One a case, in their order; ``row`` of a finding is the position of its case, from 1.

        Raises
        ------
        UsageError
            A case is no mapping, or there are not as many lists of fee lines as cases.
        """
        listed = list(cases)
        lines: list[FeeLines | None] = [None] * len(listed) if fees is None else list(fees)
        if len(lines) != len(listed):
            raise UsageError(
                Text(f"有 {len(listed)} 例病例、{len(lines)} 份费用明细。",
                     f"There are {len(listed)} cases and {len(lines)} lists of fee lines."),
                Text("请逐例给出费用明细,没有明细的病例给空列表。", "Give one list a case, an empty one where there are none."),
            )  # fmt: skip
        both = zip(listed, lines, strict=True)
        return [self._result(self._worker.work(case, row, own)) for row, (case, own) in enumerate(both, 1)]

    def explain(
        self, case: Mapping[str, Any], language: Language = "zh", *, fees: FeeLines | None = None
    ) -> Explanation:
        """Price one case and show every stage on the way.

        Parameters
        ----------
        case : mapping
            A case as :meth:`price` takes it.
        language : {"zh", "en"}
            Language of values that are words.
        fees : iterable of mappings, optional
            Fee lines of the case, as :meth:`price` takes them.

        Returns
        -------
        Explanation
            The steps; or, for a case that is not priced, what is wrong with it.

        Raises
        ------
        UsageError
            ``case`` or a fee line is no mapping, or the policy pays by fee lines and none are given.
        """
        from drgdip.audit.steps import Explanation, steps_of
        from drgdip.pipeline.chunk import basis_column

        worked = self._worker.work(case, 1, fees)
        setl_id = worked.case.text["setl_id"] or ""
        known = self.identity
        identity = {
            "setl_id": setl_id,
            "policy": f"{known['policy']} {known['policy_sha256'][:12]}",
            "tables": f"{known['tables']} {known['tables_sha256'][:12]}",
        }
        if worked.status != "priced":
            rows = [{"setl_id": setl_id, "status": worked.status, "reasons": ";".join(worked.reasons)}]
            rows += [{"field": f.field, "value": f.value, "key": f.key} for f in worked.findings]
            return Explanation(setl_id, identity, [], [], [*rows])
        basis = int(worked.columns[basis_column(worked.context)][0])
        day = datetime.fromtimestamp(basis, UTC).date()
        steps = steps_of(worked.columns, self._process.stages, worked.context, self._policy, day, language)
        return Explanation(setl_id, identity, steps, [])

    def _result(self, worked: WorkedCase) -> CaseResult:
        setl_id = worked.case.text["setl_id"] or ""
        findings = tuple(worked.findings)
        if worked.status != "priced":
            return CaseResult(setl_id, worked.status, worked.reasons, findings, {})
        columns = self._naming.values(worked.case.text, worked.columns, list(worked.context.values.pools))
        provisional = self._worker.provisional(worked)
        return CaseResult(
            setl_id, "priced", (), findings, columns, self._naming.group_name(worked.columns), provisional
        )
