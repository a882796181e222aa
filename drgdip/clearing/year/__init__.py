"""The year: annual clearing of every pool, prepayment, retention, the final payment (settlement arithmetic 4.4, 5)."""

from __future__ import annotations

from drgdip.clearing.year.bands import Banded, banded
from drgdip.clearing.year.budget import Claim, Granted, within_fund
from drgdip.clearing.year.pool import HospitalClearing, HospitalYear, PoolClearing, PoolTerms, clear_pool
from drgdip.clearing.year.statement import Key, Measures, Payments, YearAccounts, YearStatement, year_statement

__all__ = [
    "Banded",
    "Claim",
    "Granted",
    "HospitalClearing",
    "HospitalYear",
    "Key",
    "Measures",
    "Payments",
    "PoolClearing",
    "PoolTerms",
    "YearAccounts",
    "YearStatement",
    "banded",
    "clear_pool",
    "within_fund",
    "year_statement",
]
