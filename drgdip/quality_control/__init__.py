"""Stage 2, 清单质控: edits on the settlement list, and which stays the month settles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from drgdip.interface.defects import Defects, join_defects
from drgdip.quality_control.columns import CHECK_READS, ELIGIBILITY_READS, ELIGIBILITY_WRITES

if TYPE_CHECKING:
    import numpy as np

    from drgdip.base.columns import Columns
    from drgdip.policy.values import Pool

__all__ = ["CHECK_READS", "ELIGIBILITY_READS", "ELIGIBILITY_WRITES", "check", "check_codes", "eligibility"]


def check(columns: Columns, identity_tolerance_fen: int, skip: Defects | None = None) -> Defects:
    """Find every defect that the values of a row show.

    Unknown codes, negative amounts, times out of order, and header identities broken by more than the tolerance.

    Parameters
    ----------
    columns : those of ``CHECK_READS``.
    identity_tolerance_fen : largest difference that an identity may have, in fen.
    skip : defects known already; an edit does not judge rows where a cell it reads is known to be wrong.
    """
    from drgdip.quality_control.checks import all_defects

    return all_defects(columns, identity_tolerance_fen, join_defects() if skip is None else skip)


def check_codes(columns: Columns, skip: Defects) -> Defects:
    """Find unknown codes only; for stays that are grouped and not settled."""
    from drgdip.quality_control.checks import code_defects

    return code_defects(columns, skip)


def eligibility(
    columns: Columns,
    *,
    month_first_s: int,
    month_end_s: int,
    by_settlement: bool,
    region_admdvs: int,
    pools: Sequence[Pool],
    times_s: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Decide which stays the period settles, and from which pool.

    Parameters
    ----------
    columns : those of ``ELIGIBILITY_READS``, of rows without defects.
    month_first_s, month_end_s : first second of the period, and the first one after it.
    by_settlement : the time of settlement decides the period, not that of discharge.
    region_admdvs : six digits of the policy's region.
    pools : the policy's pools, in its order.
    times_s : what decides the period in place of the basis date, where late lists move stays.

    Returns
    -------
    Columns of ``ELIGIBILITY_WRITES``. Order of exclusions: refunded, other period, no cost, no pool.
    """
    from drgdip.quality_control.kernels import decide
    from drgdip.quality_control.pools import pool_arrays

    exclusion, pool, residence = decide(
        columns["refunded"],
        columns["settlement_time_s" if by_settlement else "discharge_time_s"] if times_s is None else times_s,
        columns["total_cost_fen"],
        columns["insurance_type"],
        columns["insured_region"],
        (month_first_s, month_end_s),
        region_admdvs,
        pool_arrays(tuple(pools)),
    )
    return {"exclusion_reason": exclusion, "pool_index": pool, "residence": residence}
