"""Stage 5, 疑点审核: rules over stays, fee lines and patient histories, and the findings they make before settlement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drgdip.screening.context import Grouper
    from drgdip.screening.data import Dataset
    from drgdip.screening.engine import Screened
    from drgdip.screening.lists import Pack
    from drgdip.screening.plan import Plan

__all__ = ["screen"]


def screen(
    data: Dataset,
    rules: Sequence[str] = (),
    settings: Mapping[str, Any] | Plan | None = None,
    pack: Pack | None = None,
    grouper: Grouper | None = None,
) -> Screened:
    """Screen a batch.

    Parameters
    ----------
    data : the batch (:func:`drgdip.screening.data.build`).
    rules : IDs of the rules to run; all of them if none is named. The gate A02 holds cases only if it is among them.
    settings : content of a params file, or a plan, which has rules and lists of its own. pack : lists of a knowledge pack. grouper : groups stays again.

    Returns
    -------
    Screened
        Findings in order of their keys, amounts in fen, money counted once, and the coverage of every rule.

    Raises
    ------
    UsageError : a rule does not exist. PolicyError : a parameter does not, or has a value that cannot be.
    """
    from drgdip.screening.engine import screen_planned
    from drgdip.screening.plan import Plan, plan_of

    plan = settings if isinstance(settings, Plan) else plan_of(rules, settings or {}, pack)
    return screen_planned(data, plan, grouper)
