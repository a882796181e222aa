"""All that is planted without a catalogue."""

from __future__ import annotations

from collections.abc import Callable

from drgdip.synthetic.violations.billing import plant_billing
from drgdip.synthetic.violations.casebook import Casebook
from drgdip.synthetic.violations.charges import plant_charges
from drgdip.synthetic.violations.conduct import plant_conduct
from drgdip.synthetic.violations.institutions import plant_institutions
from drgdip.synthetic.violations.limited import plant_limited
from drgdip.synthetic.violations.limits import plant_limits
from drgdip.synthetic.violations.market import plant_market
from drgdip.synthetic.violations.peers import plant_peers
from drgdip.synthetic.violations.records import plant_records
from drgdip.synthetic.violations.stays import plant_stays
from drgdip.synthetic.violations.visits import plant_visits

PLANS: tuple[Callable[[Casebook], None], ...] = (
    plant_charges, plant_stays, plant_visits, plant_limited, plant_records, plant_billing, plant_market, plant_conduct,
    plant_institutions, plant_peers, plant_limits,
)  # fmt: skip
