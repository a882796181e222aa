"""Denials after review at the edge: as they come in, and the line that says what came of them (settlement arithmetic 8.3)."""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = ("denial_id", "setl_id", "date", "decided_by")
OPTIONAL = ("mode", "denied_fund_yuan", "denied_fee_yuan", "group_code", "reason")


class Denial(NamedTuple):
    """A denial of one stay.

    mode : empty where the policy's own counts. fund_fen : fund amount that is denied; fee_fen : cost that is denied;
    group : the group that the stay belongs in. Each mode uses one of them, and leaves the others alone.
    """

    file: str
    row: int
    id: str
    setl_id: str
    date: str
    decided_by: str
    mode: str = ""
    fund_fen: int = 0
    fee_fen: int = 0
    group: str = ""
    reason: str = ""


class DenialLine(NamedTuple):
    """What came of one denial, as ``denials.csv`` keeps it; money in fen, points in ten-thousandths.

    month : whose run this is. stay_month : the month that the stay was settled in. standing : ``posted`` or ``refused``
    (``why`` is the key of the finding). before_payable : as the stay is paid without denials; left : of it after earlier
    denials. asked : what the mode comes to; denied : what is taken, as an audit deduction of this month. after : points,
    gross and payable that the mode gives the stay. pool_points : that leave the pool before its point value. cost : of the
    stay, as its month has it. before_route, after_route : key of how it is paid, empty in runs before it was told.
    """

    month: str
    stay_month: str
    setl_id: str
    hospital_code: str
    pool: str
    denial_id: str
    date: str
    decided_by: str
    mode: str
    reason: str
    standing: str
    why: str
    fund_fen: int
    fee_fen: int
    group: str
    recorded_fen: int
    before_points_e4: int
    before_payable_fen: int
    after_points_e4: int
    after_payable_fen: int
    left_fen: int
    asked_fen: int
    denied_fen: int
    pool_points_e4: int
    cost_fen: int
    before_gross_fen: int
    after_gross_fen: int
    before_route: str = ""
    after_route: str = ""


class PoolReading(NamedTuple):
    """One pool under both readings of the timing: denied points kept in it, or taken out before the point value."""

    pool: str
    points_kept_e4: int
    points_left_e4: int
    point_value_kept_e4: int
    point_value_left_e4: int
