"""Which edition ``drgdip group`` groups by, and by whose choices: named, or found from a region or a policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.text import Text

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.values import Codes, Grouping


class Choice(NamedTuple):
    """Loaded tables; where a policy was named, how it groups and which codes its input has."""

    tables: Any
    grouping: Grouping | None = None
    codes: Codes | None = None


def choose(
    cases: Sequence[Any], scheme: str, edition: str | None, folder: Path | None, region: str | None, policy: str | None
) -> Choice:
    """Load what cases are grouped by.

    Parameters
    ----------
    cases : the sources; a region or a policy decides by their days of discharge.
    edition, folder, region, policy : one of them is given.

    Raises
    ------
    UsageError : none is given, or more than one.
    TablesError, PolicyError : nothing covers a day of discharge, or days fall under different editions or choices.
    """
    from drgdip.tables import load_tables

    if sum(one is not None for one in (edition, folder, region, policy)) != 1:
        raise UsageError(
            Text("须在 --edition、--tables、--region、--policy 中指定一个。",
                 "One of --edition, --tables, --region and --policy is needed."),
            Text("例如 --scheme chs-drg --edition 2.0。", "Such as --scheme chs-drg --edition 2.0."),
        )  # fmt: skip
    if policy is not None:
        return _by_policy(cases, policy)
    if region is not None:
        from drgdip.pipeline.edition_of_cases import edition_of_cases

        folder = edition_of_cases(scheme, region, cases)
    return Choice(load_tables(scheme, edition, path=folder))


def _by_policy(cases: Sequence[Any], name: str) -> Choice:
    from drgdip.pipeline.edition_of_cases import discharge_days
    from drgdip.pipeline.sources import load_sources

    policy, tables = load_sources(name, None)
    days = discharge_days(cases) or [policy.period.last]
    choices = [(policy.grouping_on(day), policy.codes_on(day)) for day in days]
    if any(one != choices[0] for one in choices):
        raise _several(policy)
    return Choice(tables, *choices[0])


def _several(policy: Policy) -> PolicyError:
    return PolicyError(
        Text(f"政策 {policy.name} 的入组规则在病例的出院日期之间有变化。",
             f"The rules of grouping of policy {policy.name} change between the days of discharge of the cases."),
        Text("请按出院日期分开入组。", "Group the cases apart, by day of discharge."),
    )  # fmt: skip
