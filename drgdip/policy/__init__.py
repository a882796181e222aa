"""Regional payment policy: dated, cited, validated values; closed sets of methods.

A policy file is read once, strictly; stages see :class:`PolicyValues` of a day.
"""

from __future__ import annotations

from drgdip.policy.load import Policy, load_policy, shipped_policies
from drgdip.policy.problems import PolicyFileError, Problem

__all__ = ["Policy", "PolicyFileError", "Problem", "load_policy", "shipped_policies"]
