"""How a policy says that settled stays are sampled (settlement arithmetic 8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.text import Text
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.year.inputs import loaded_policy

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.sections.sanctions_values import Sample


def sample_terms(policy: str | Path | Policy, months: Sequence[str]) -> tuple[Policy, Sample]:
    """The policy, and what its ``sanctions.sample`` says on the last day of the last month.

    Raises PolicyError where the policy says nothing of samples.
    """
    loaded = loaded_policy(policy)
    sanctions = loaded.on(month_bounds(max(months))[1]).sanctions
    if sanctions is None or sanctions.sample is None:
        raise PolicyError(
            Text(f"政策 {loaded.name} 没有规定抽样核查(sanctions.sample)。", f"The policy {loaded.name} says nothing of samples (sanctions.sample)."),
            Text("请在政策中写明,或以选项给出比例与口径。", "Write it into the policy, or give share and reading as options."),
        )  # fmt: skip
    return loaded, sanctions.sample


def one_of(policy: object, option: object, name: str) -> None:
    """Raise UsageError unless exactly one of a policy and an option says how a sample is taken."""
    if (policy is None) == (option is None):
        raise UsageError(
            Text(f"--policy 与 --{name} 须给出其一,且只给一个。", f"Give one of --policy and --{name}, and not both."),
            Text("政策有 sanctions.sample 的用 --policy。", "Use --policy where it has sanctions.sample."),
        )
