"""All that is planted, and why of some rules nothing is."""

from __future__ import annotations

from collections.abc import Callable

from drgdip.base.text import Text
from drgdip.synthetic.violations.billing import plant_billing
from drgdip.synthetic.violations.casebook import Casebook
from drgdip.synthetic.violations.charges import plant_charges
from drgdip.synthetic.violations.conduct import plant_conduct
from drgdip.synthetic.violations.institutions import plant_institutions
from drgdip.synthetic.violations.limited import plant_limited
from drgdip.synthetic.violations.market import plant_market
from drgdip.synthetic.violations.peers import plant_peers
from drgdip.synthetic.violations.records import plant_records
from drgdip.synthetic.violations.stays import plant_stays
from drgdip.synthetic.violations.visits import plant_visits

PLANS: tuple[Callable[[Casebook], None], ...] = (
    plant_charges, plant_stays, plant_visits, plant_limited, plant_records, plant_billing, plant_market, plant_conduct,
    plant_institutions, plant_peers,
)  # fmt: skip
_GROUPER = Text(
    "须按政策版本重新分组,单凭数据表不能植入",
    "stays are grouped again by a policy's edition, which the tables do not hold",
)
#: Rule -> why nothing is planted of it.
NOT_PLANTED: dict[str, Text] = {
    "A09": Text(
        "随全体病例规模变化的提升度,且无关手术组只有 CHS-DRG 分组器给出",
        "its lift depends on the size of the city, and groups of unrelated operations come from the CHS-DRG grouper",
    ),
    "G01": _GROUPER, "G02": _GROUPER, "G03": _GROUPER,
}  # fmt: skip
