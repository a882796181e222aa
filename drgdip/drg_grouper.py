"""The grouper of a service: an edition of CHS-DRG loaded once, stays grouped and explained one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

from drgdip.grouping.drg import assign_groups
from drgdip.pipeline.drg_case import CaseCoder, DrgCase
from drgdip.pipeline.drg_outcome import DrgOutcome, Outcomes
from drgdip.tables.chs_drg.look_up import LookUp

if TYPE_CHECKING:
    from drgdip.audit.drg_explanation import DrgExplanation
    from drgdip.audit.explain_drg import DrgExplainer
    from drgdip.tables.chs_drg.drg_tables import DrgTables


class DrgGrouper:
    """Groups single stays by one edition of CHS-DRG, from any number of threads.

    Tables are loaded and code is compiled when the grouper is made; after that a stay takes some tenths of a
    millisecond at most. Files and months of stays are quicker through ``drgdip group``.

    Parameters
    ----------
    edition : str, optional
        Name of an edition, such as ``2.0``.
    path : str or PathLike, optional
        Folder of an edition, in place of its name.
    tables : DrgTables, optional
        An edition that is loaded already, in place of both.

    Raises
    ------
    TablesError
        The edition is not found, has changed since its import, or is wrong.
    UsageError
        Neither or both of ``edition`` and ``path`` are given, or the edition is none of CHS-DRG.

    Examples
    --------
    >>> import drgdip
    >>> grouper = drgdip.DrgGrouper("2.0")
    >>> outcome = grouper.group(dx=["I63.900", "E11.900"], age=66, sex=1)
    >>> outcome.mdc_code, outcome.adrg_code, outcome.reason
    ('MDCB', 'BR2', 'drg_grouped')
    >>> explanation = grouper.explain(dx=["I63.900", "E11.900"], age=66, sex=1)
    >>> [(one.code, one.outcome.mdc_code) for one in explanation.what_if]
    [('E11.900', 'MDCK')]
    """

    def __init__(
        self,
        edition: str | None = None,
        *,
        path: str | PathLike[str] | None = None,
        tables: DrgTables | None = None,
    ) -> None:
        self._tables = tables or _load(edition, path)
        self._look_up = LookUp(self._tables)
        self._outcomes = Outcomes(self._tables, self._look_up)
        self._coder = CaseCoder(self._tables)
        self.group(self._tables.diagnoses.codes[:1])

    @property
    def tables(self) -> DrgTables:
        """The edition that stays are grouped by."""
        return self._tables

    def group(
        self,
        dx: str | Sequence[str],
        proc: str | Sequence[str] = (),
        *,
        age: int | None = None,
        age_days: int | None = None,
        birth_weight: int | None = None,
        sex: int | None = None,
        stay: int | None = None,
        discharge_way: int | None = None,
        department: str = "",
        icu_hours: int | None = None,
    ) -> DrgOutcome:
        """Group one stay.

        Parameters
        ----------
        dx, proc : str or sequence of str
            Diagnoses and operations, the principal and the main one first; a text joins them by ``|``. Codes that the
            edition's lists do not have play no part.
        age, age_days : int, optional
            Years; and days below one year, which count only then.
        birth_weight : int, optional
            Grams.
        sex : int, optional
            1 male, 2 female.
        stay : int, optional
            Length of stay in days.
        discharge_way : int, optional
            Code of the settlement list.
        department : str
            Department of discharge, as the edition's rules name it.
        icu_hours : int, optional
            Hours in intensive care.

        Returns
        -------
        DrgOutcome
            The group, its weight, and the rows that decided.

        Raises
        ------
        UsageError
            There is no principal diagnosis, or a number is out of its range.
        """
        numbers = (age, age_days, birth_weight, sex, stay, discharge_way, icu_hours)
        case = self._coder.case(dx, proc, department, numbers)
        return self._outcomes.of(assign_groups(case.columns, self._tables))

    def explain(
        self,
        dx: str | Sequence[str],
        proc: str | Sequence[str] = (),
        *,
        age: int | None = None,
        age_days: int | None = None,
        birth_weight: int | None = None,
        sex: int | None = None,
        stay: int | None = None,
        discharge_way: int | None = None,
        department: str = "",
        icu_hours: int | None = None,
    ) -> DrgExplanation:
        """Group one stay and show why it belongs there, what it missed, and what another first code would give.

        Parameters
        ----------
        dx, proc : str or sequence of str
            Codes as :meth:`group` takes them.
        age, age_days, birth_weight, sex, stay, discharge_way : int, optional
            Numbers as :meth:`group` takes them.
        department : str
            Department of discharge.
        icu_hours : int, optional
            Hours in intensive care.

        Returns
        -------
        DrgExplanation
            Path, deciding rules, complications, rejected rows, near misses and what-if.

        Raises
        ------
        UsageError
            There is no principal diagnosis, or a number is out of its range.
        TablesError
            The edition's files have changed since it was loaded.
        """
        numbers = (age, age_days, birth_weight, sex, stay, discharge_way, icu_hours)
        return self.explain_case(self._coder.case(dx, proc, department, numbers))

    def explain_case(self, case: DrgCase) -> DrgExplanation:
        """Explain a stay that is in columns already.

        Parameters
        ----------
        case : DrgCase
            A stay of a case file, or one that was explained before.

        Returns
        -------
        DrgExplanation
            As :meth:`explain` gives it.

        Raises
        ------
        TablesError
            The edition's files have changed since it was loaded.
        """
        return self._explainer.explain(case)

    @cached_property
    def _explainer(self) -> DrgExplainer:
        from drgdip.audit.explain_drg import DrgExplainer

        return DrgExplainer(self._tables, self._look_up, self._outcomes)


def _load(edition: str | None, path: str | PathLike[str] | None) -> DrgTables:
    from drgdip.base.errors import UsageError
    from drgdip.base.text import Text
    from drgdip.tables import load_tables

    tables = load_tables("chs-drg", edition, path=path)
    if tables.manifest.scheme != "chs-drg":
        raise UsageError(
            Text(f"{path} 不是 CHS-DRG 版本。", f"{path} is no edition of CHS-DRG."),
            Text("请给出 CHS-DRG 版本的文件夹。", "Give the folder of an edition of CHS-DRG."),
        )
    found: DrgTables = tables
    return found
