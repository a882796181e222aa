"""Random cities settled into folders, as people settle them: month after month, then the year."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from pyarrow import csv

from drgdip import clear_year, settle_to_folder
from drgdip.pipeline.year.result import YearResult
from drgdip.policy import Policy, load_policy
from drgdip.statement import MonthReport
from drgdip.tables import GroupTables
from tests.properties.cities import City, as_csv, as_policy_text, as_tables
from tests.properties.drg_cities import as_tables as drg_tables
from tests.properties.test_month import fee_table
from tests.reference.denials import Denied
from tests.reference.policy_text import e4_text, yuan_text
from tests.reference.special import Decision
from tests.sanctions.test_denials import HEADER as DENIAL_HEADER
from tests.sanctions.test_denials import denial
from tests.special_cases.sample import decision, write, write_decisions

#: Files that no later run reads take most of the time of a small month.
FOR_PEOPLE = (
    "report.write_report_html",
    "statement_xlsx.write_statement_xlsx",
    "findings_xlsx.write_findings_xlsx",
)


#: A day after every discharge of the cities.
DECIDED = "2099-01-02"


class CityFolder:
    """A folder with a city's policy; ``tables`` is the edition of all its months."""

    def __init__(self, folder: Path, city: City, section: str) -> None:
        self.folder, self.city = folder, city
        self.tables: GroupTables = as_tables(city) if city.catalogue.drg is None else drg_tables(city)
        (folder / "city.yaml").write_text(as_policy_text(city) + section, encoding="utf-8")
        self.runs: list[Path] = []

    @cached_property
    def policy(self) -> Policy:
        """Raises PolicyError where what was drawn does not go together."""
        return load_policy(self.folder / "city.yaml")

    def settle(self, month: str, decisions: Sequence[Decision] = (), denials: Sequence[Denied] = ()) -> MonthReport:
        """Settle the city's stays in its own month and none in another one, or all of them in every month of a year to date, after all
        months settled so far.
        """
        own = month == self.city.month or self.city.policy[0][1].month.point_value == "cumulative"
        cases, more = self.folder / f"{month}.csv", dict[str, Any]()
        cases.write_text(as_csv(self.city if own else self.city._replace(cases=self.city.cases[:0])), encoding="utf-8")
        if self.city.policy[0][1].case_rules:
            more["fees"] = [self.folder / f"{month}-fees.csv"]
            csv.write_csv(fee_table(self.city if own else self.city._replace(fees=[])), more["fees"][0])
        more |= self.files(month, decisions, denials)
        out = self.folder / "runs" / month
        with pytest.MonkeyPatch.context() as patch:
            for name in FOR_PEOPLE:
                patch.setattr(f"drgdip.statement.{name}", lambda *_: None)
            report = settle_to_folder(
                self.policy, [cases], month, out, prior=list(self.runs), tables=self.tables, threads=1, **more
            )
        self.runs.append(out)
        return report

    def clear(self, year: str, decisions: Sequence[Decision] = (), denials: Sequence[Denied] = ()) -> YearResult:
        """Clear the year of all months, with what is decided and denied after it."""
        late = self.files(f"{int(year) + 1}-01", decisions, denials)
        with pytest.MonkeyPatch.context() as patch:
            # The city's edition has no folder that the clearing could load it from.
            patch.setattr("drgdip.pipeline.sources.load_sources", lambda policy, _: (policy, self.tables))
            return clear_year(self.policy, year, self.folder / "runs", **late)

    def files(self, month: str, decisions: Sequence[Decision], denials: Sequence[Denied]) -> dict[str, Path]:
        """Files of decisions and denials by their option."""
        found = {}
        if decisions:
            file = self.folder / f"{month}-decisions.csv"
            found["decisions"] = write_decisions(file, [_written(one) for one in decisions])
        if denials:
            file = self.folder / f"{month}-denials.csv"
            found["denials"] = write(file, DENIAL_HEADER, [_denied(one) for one in denials])
        return found


def _denied(one: Denied) -> dict[str, str]:
    cells = {"denied_fund_yuan": one.fund_fen, "denied_fee_yuan": one.fee_fen}
    given = {name: yuan_text(fen) for name, fen in cells.items() if fen}
    return denial(one.id, one.setl_id, one.mode, one.date, group_code=one.group, **given)


def _written(one: Decision) -> dict[str, str]:
    cells = {
        "allowed_yuan": "" if one.allowed_fen is None else yuan_text(one.allowed_fen),
        "factor": "" if one.factor_e4 is None else e4_text(one.factor_e4),
        "points": "" if one.points_e4 is None else e4_text(one.points_e4),
        "pay_std_amt": "" if one.standard_fen is None else yuan_text(one.standard_fen),
    }
    return decision(one.id, one.setl_id, one.outcome, DECIDED, **cells)
