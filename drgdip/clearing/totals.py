"""Running sums of a month by hospital and pool, and by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.bill import counts_by_item_fen
from drgdip.base.reasons import number

if TYPE_CHECKING:
    from drgdip.base.columns import Columns

BANDS = ("band_normal", "band_low", "band_high", "band_extreme", "band_ungrouped", "band_by_item")
_FIRST_BAND = number(BANDS[0])

#: What is summed once a stay is priced, before point values are known.
PRICED_MEASURES = ("points_e4", "by_item_gross_fen", "total_cost_fen", "recorded_fen")
#: What is summed once a stay is paid.
PAID_MEASURES = (
    "points_e4",
    "total_cost_fen",
    "hospital_part_fen",
    "other_payers_fen",
    "fund_total_fen",
    "gross_fen",
    "patient_fen",
    "other_funds_fen",
    "balance_fen",
    "clamped_fen",
    "payable_fen",
    "recorded_fen",
    "civil_servant_fund_payable_fen",
    "enterprise_fund_payable_fen",
    "serious_illness_fund_payable_fen",
    "large_amount_fund_payable_fen",
    "pooled_fund_payable_fen",
    "medical_aid_fund_payable_fen",
)
GROUP_MEASURES = ("total_cost_fen", "reference_cost_fen", "gross_fen", "payable_fen", "recorded_fen", "points_e4")


def _grown(array: np.ndarray, rows: int) -> np.ndarray:
    if len(array) >= rows:
        return array
    larger = np.zeros((max(rows, 2 * len(array)), *array.shape[1:]), dtype=np.int64)
    larger[: len(array)] = array
    return larger


class MonthTotals:
    """Sums by hospital × pool (rows ``hospital_id × pools + pool``) and by group (the last row: ungrouped)."""

    def __init__(self, pools: int, groups: int) -> None:
        self.pools = pools
        self._sums = {
            "priced": np.zeros((0, len(PRICED_MEASURES)), dtype=np.int64),
            "paid": np.zeros((0, len(PAID_MEASURES)), dtype=np.int64),
            "bands": np.zeros((0, len(BANDS)), dtype=np.int64),
        }
        self.groups = np.zeros((groups + 1, len(GROUP_MEASURES)), dtype=np.int64)
        self.group_bands = np.zeros((groups + 1, len(BANDS)), dtype=np.int64)
        self.tiers: dict[int, int] = {}

    def _add(self, name: str, columns: Columns, measures: tuple[str, ...], hospitals: int, sign: int = 1) -> None:
        from drgdip.clearing.kernels import add_by_key

        self._sums[name] = _grown(self._sums[name], hospitals * self.pools)
        values = np.stack([columns[measure] for measure in measures], axis=1)
        add_by_key(self._sums[name], self._key(columns), values if sign > 0 else -values)

    def _key(self, columns: Columns) -> np.ndarray:
        return columns["hospital_id"].astype(np.int64) * self.pools + columns["pool_index"]

    def add_priced(self, columns: Columns, hospitals: int, sign: int = 1) -> None:
        """Add priced stays; ``hospitals`` is the number of hospitals met so far. ``sign`` −1 takes them out again."""
        measured = {**columns, "by_item_gross_fen": by_item_gross_fen(columns)}
        self._add("priced", measured, PRICED_MEASURES, hospitals, sign)

    def move_priced(self, out: Iterable[Columns], back: Iterable[Columns], hospitals: int) -> None:
        """Take batches of priced stays out, and add others."""
        for columns in out:
            self.add_priced(columns, hospitals, -1)
        for columns in back:
            self.add_priced(columns, hospitals)

    def add_paid(self, columns: Columns, hospitals: int) -> None:
        """Add paid stays."""
        from drgdip.clearing.kernels import add_by_key, count_by_key

        self._add("paid", columns, PAID_MEASURES, hospitals)
        self._sums["bands"] = _grown(self._sums["bands"], hospitals * self.pools)
        # Stays whose cost is not tested count with those paid by item.
        band = np.minimum(columns["deviation_band"] - _FIRST_BAND, len(BANDS) - 1)
        count_by_key(self._sums["bands"], self._key(columns), band)
        group = np.where(columns["group_id"] < 0, len(self.groups) - 1, columns["group_id"]).astype(np.int64)
        add_by_key(self.groups, group, np.stack([columns[m] for m in GROUP_MEASURES], axis=1))
        count_by_key(self.group_bands, group, band)
        for hospital, tier in set(zip(columns["hospital_id"].tolist(), columns["hospital_tier"].tolist(), strict=True)):
            self.tiers[hospital] = max(tier, self.tiers.get(hospital, 0))

    def priced(self) -> dict[str, np.ndarray]:
        """Priced sums, each of shape (hospitals, pools)."""
        return self._by_measure("priced", PRICED_MEASURES)

    def paid(self) -> dict[str, np.ndarray]:
        """Paid sums, each of shape (hospitals, pools); ``cases`` and one count per band beside them."""
        bands = self._by_measure("bands", BANDS)
        return {
            **self._by_measure("paid", PAID_MEASURES),
            **bands,
            "cases": np.stack([bands[band] for band in BANDS]).sum(axis=0),
        }

    def _by_measure(self, name: str, measures: tuple[str, ...]) -> dict[str, np.ndarray]:
        table = self._sums[name]
        whole = table[: len(table) // self.pools * self.pools].reshape(-1, self.pools, len(measures))
        return {measure: whole[:, :, m] for m, measure in enumerate(measures)}

    def by_group(self) -> Mapping[str, np.ndarray]:
        """Sums by group id, ``cases`` and one count per band beside them; the last entry is the ungrouped."""
        return {
            **{name: self.groups[:, m] for m, name in enumerate(GROUP_MEASURES)},
            **{name: self.group_bands[:, b] for b, name in enumerate(BANDS)},
            "cases": self.group_bands.sum(axis=1),
        }


def by_item_gross_fen(columns: Columns) -> np.ndarray:
    """What priced stays are worth beside points: the cost that counts by item, or what is paid outside the points.

    Both leave the fund before the point value.
    """
    allowed = columns.get("allowed_cost_fen")
    if allowed is None:
        allowed = counts_by_item_fen(columns["total_cost_fen"], columns["hospital_part_fen"])
    outside = columns.get("outside_points_fen", 0)
    return np.where(columns["route"] == number("route_by_item"), allowed, outside)
