"""Examples of clearing between regions (settlement arithmetic 7.2)."""

from __future__ import annotations

from typing import Any

from drgdip.audit.selftest.payment import paid
from drgdip.audit.selftest.policy import Money
from drgdip.audit.selftest.pricing import case_points
from drgdip.audit.selftest.values import e4, fen, one_of, yuan
from drgdip.cross_region import clearing_lines
from drgdip.interface.clearing_line import HomeSums


def cross_region(
    rw: Any, k_place: Any, pv_place: Any, cost: Any, patient: Any, other_funds: Any, amount_mode: Any
) -> dict[str, Any]:
    """7.2: a stay priced by the rules of the place, and what its home region pays."""
    points = case_points(rw, cost, cost, k_place)["points"]
    own = paid([e4(points)], Money({"pool": e4(pv_place)}), [fen(patient)], [fen(other_funds)])
    recorded = fen(cost) - fen(patient) - fen(other_funds)
    sums = HomeSums("home", "", "", "pool", 1, fen(cost), own["gross_fen"][0], fen(patient), fen(other_funds),
                    own["payable_fen"][0], recorded)  # fmt: skip
    (line,) = clearing_lines("place", [sums], one_of(amount_mode, ("dip_payable", "recorded")))
    return {
        "gross": yuan(line.gross_fen),
        "recorded_fund": yuan(line.recorded_fen),
        "dip_payable": yuan(line.payable_fen),
        "home_pays": yuan(line.home_pays_fen),
        "hospital_receives": yuan(line.hospital_receives_fen),
        "place_pool_difference": yuan(line.place_pool_difference_fen),
    }
