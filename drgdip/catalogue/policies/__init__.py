"""The back-test of a policy: closed months settled under the old and the new one, and what makes the difference."""

from __future__ import annotations

from drgdip.catalogue.policies.run import backtest_policies

__all__ = ["backtest_policies"]
