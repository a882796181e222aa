"""Groups that a policy names, against the groups of the edition: what a policy file alone cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.policy.sections.case_rules_values import NO_RULES
from drgdip.tables.dip_compile import TYPE_CODES

if TYPE_CHECKING:
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues
    from drgdip.tables import DipTables, GroupTables


def check_groups(policy: Policy, tables: GroupTables) -> None:
    """Raise PolicyError for a group that the edition does not have, or that cannot have what the policy gives it.

    Conservative groups, which DIP alone has, have the coefficient of their hospital only (settlement arithmetic 2.3); a
    group without a weight is paid what it costs, and no day surgery of it is worth anything else (2.8).
    """
    conservative = _conservative(tables)
    for values in policy.distinct_values():
        for key, code in _named(values):
            if code not in tables.group_ids:
                raise PolicyError(
                    Text(f"目录版本 {tables.manifest.edition} 没有病种 {code}({key})。",
                         f"Edition {tables.manifest.edition} has no group {code} ({key})."),
                    Text("请核对病种编码与目录版本。", "Check the code, and the edition that the policy names."),
                )  # fmt: skip
        for code in values.k.group_coefficients:
            if code in conservative:
                raise PolicyError(
                    Text(f"保守治疗病种 {code} 不得设病种系数(k.group_coefficients)。",
                         f"The conservative group {code} cannot have a coefficient of its own (k.group_coefficients)."),
                    Text("请删除该病种,其按医疗机构系数计算。", "Take it out: it has the coefficient of the hospital."),
                )  # fmt: skip
        for name, weights in (values.case_rules or NO_RULES).own_weights.items():
            for code in weights:
                if tables.weighted and tables.group_values.relative_weight_e4[tables.group_ids[code]] == 0:
                    raise PolicyError(
                        Text(f"病种 {code} 没有分值,按实际费用支付,不得另设分值(case_rules.own_weights.{name})。",
                             f"Group {code} has no weight and is paid what it costs; it cannot have one of its own"
                             f" (case_rules.own_weights.{name})."),
                        Text("请删除该病种,或在目录中给出分值。", "Take it out, or give it a weight in the edition."),
                    )  # fmt: skip


def _conservative(tables: GroupTables) -> frozenset[str]:
    if tables.manifest.scheme != "dip":
        return frozenset()
    types = cast("DipTables", tables).groups.group_treatment_type.tolist()
    return frozenset(
        code for code, kind in zip(tables.group_codes, types, strict=True) if kind == TYPE_CODES["conservative"]
    )


def _named(values: PolicyValues) -> Iterator[tuple[str, str]]:
    """Keys of the policy and the codes that stand there."""
    rules = values.case_rules or NO_RULES
    for route in values.routes:
        yield from (("routes", code) for code in route.groups)
    for name, weights in rules.own_weights.items():
        yield from ((f"case_rules.own_weights.{name}", code) for code in weights)
    if rules.tcm:
        for code, other in rules.tcm.fallback.items():
            yield from (("case_rules.tcm_gate.fallback", one) for one in (code, other))
    yield from (("k.group_coefficients", code) for code in values.k.group_coefficients)
    yield from (("k.base_groups", code) for code in values.k.base_groups)
