"""The form of a policy file: which keys it has, how each is read, when it may change.

Keys mirror :mod:`drgdip.policy.values` (settlement arithmetic, section 11). Every key must be present, but the
section ``codes``; where a policy has no such rule the value is the word ``none``, so that nothing that varies between
cities hides in code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from drgdip.base.rounding import RoundingMode
from drgdip.base.text import Text
from drgdip.base.validity import Period
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy import values as v
from drgdip.policy.dated import Entry, read_entries
from drgdip.policy.deviation_shapes import high_rule, low_rule
from drgdip.policy.form import Each, Leaf, Plain, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.route_shapes import routes
from drgdip.policy.sections.attribution import ATTRIBUTION
from drgdip.policy.sections.case_rules import CASE_RULES, COEFFICIENT
from drgdip.policy.sections.cross_region import CROSS_REGION
from drgdip.policy.sections.drg import DRG
from drgdip.policy.sections.mixed import MIXED
from drgdip.policy.sections.readmission import READMISSION
from drgdip.policy.sections.sanctions import SANCTIONS
from drgdip.policy.sections.screening import OPTIONAL_SCREENING, SCREENING
from drgdip.policy.sections.special import SPECIAL
from drgdip.policy.sections.suspension import SUSPENSION
from drgdip.policy.sections.warning import WARNING, seasonal
from drgdip.policy.sections.year import PREPAYMENT, YEAR
from drgdip.policy.shapes import layers, steps, tie_break, type_order

FundField = Literal["hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay"]
TablesScheme = Literal["dip", "chs-drg"]
PolicyStatus = Literal["official", "transcribed", "derived", "draft", "synthetic"]


_NAME = read.pattern(r"[a-z][a-z0-9_]*", "小写字母、数字与下划线", "lower-case letters, digits and underscores")
_SIX_DIGITS = read.pattern(r"[0-9]{6}", "六位行政区划代码", "an administrative division code of six digits")
_INSURANCE_TYPE = read.pattern(r"[1-9][0-9]{2}", "三位险种代码", "an insurance type code of three digits")
_CARE = read.pattern(r"[1-9][0-9]{0,5}", "医疗类别代码", "a code of the kind of care")
_HOSPITAL = r"[A-Za-z0-9]{1,30}"
_KEY = r"[A-Za-z0-9_-]+"

_LIST_NAME = read.pattern(r"\w[\w.-]*", "编码映射名称", "the name of a code mapping")

_TIERS = ("tertiary", "secondary", "primary", "unrated")

_POOL: Mapping[str, Tree] = {
    "name": Plain(read.bilingual),
    "insurance_types": Leaf(read.list_of(_INSURANCE_TYPE, least=1), "month_start"),
    "patients": Leaf(read.choice(v.Patients), "month_start"),
    "fund_scope": Leaf(read.list_of(read.choice(FundField), least=1), "month_start"),
    "pooled_fund": Leaf(read.choice(FundField), "month_start"),
    "opening_point_value": Leaf(read.ratio, "month_start"),
    "month_fund_yuan": Leaf(read.or_none(read.yuan), "month_start"),
    "pay_ratio": Leaf(read.or_none(read.share), "month_start"),
    "point_value_floor": Leaf(read.or_none(read.ratio), "month_start"),
    "point_value_cap": Leaf(read.or_none(read.ratio), "month_start"),
}

FILE: Mapping[str, Tree] = {
    "policy": {
        "name": Plain(_NAME),
        "version": Plain(read.words),
        "status": Plain(read.choice(PolicyStatus)),
        "title": Plain(read.bilingual),
    },
    "region": {"admdvs": Plain(_SIX_DIGITS), "name": Plain(read.bilingual)},
    "effective": Plain(read.period),
    "tables": {"scheme": Plain(read.choice(TablesScheme)), "edition": Plain(read.words)},
    "basis_date": Leaf(read.choice(v.BasisDate), "never"),
    "rounding": {
        "mode": Leaf(read.choice(RoundingMode), "month_start"),
        "point_value_mode": Leaf(read.choice(RoundingMode), "month_start"),
        "points_before_money": Leaf(read.always_true, "never"),
    },
    "quality_control": {"identity_tolerance_yuan": Leaf(read.yuan_or_zero)},
    "codes": {
        "diagnosis_mapping": Leaf(read.or_none(_LIST_NAME), "never"),
        "procedure_mapping": Leaf(read.or_none(_LIST_NAME), "never"),
        "barred": Leaf(read.list_of(read.choice(v.CodeCheckFamily)), "never"),
    },
    "grouping": {
        "main_op_first": Leaf(read.boolean),
        "tie_break": Leaf(tie_break),
        "type_order": Leaf(type_order),
        "subcategory_wildcard": Leaf(read.boolean),
        "intervention_as": Leaf(read.choice(Literal["surgery", "therapeutic"])),
        "ungrouped_factor": Leaf(read.ratio_or_zero),
        "layers": Leaf(layers),
        "steps": Leaf(steps),
        "conservative_takes": Leaf(read.choice(v.ConservativeTakes)),
        "comprehensive_by": Leaf(read.choice(v.ComprehensiveBy)),
    },
    "k": {
        "mode": Leaf(read.choice(v.CoefficientMode)),
        "base": Leaf(read.record(dict.fromkeys(_TIERS, read.ratio))),
        "hospitals": Each(_HOSPITAL, Text("医疗机构代码", "a hospital code"), Leaf(read.ratio)),
        "bonuses": Each(
            _HOSPITAL,
            Text("医疗机构代码", "a hospital code"),
            Each(_KEY, Text("加成名称", "a bonus name"), Leaf(read.signed_ratio), least=1),
        ),
        "bonus_cap": Leaf(read.or_none(read.ratio_or_zero)),
        "floor": Leaf(read.or_none(read.ratio)),
        "cap": Leaf(read.or_none(read.ratio)),
        "primary_care": Leaf(read.choice(Literal["none", "apply"])),
        **COEFFICIENT,
    },
    "auxiliary": {
        "types": Leaf(read.list_of(read.choice(v.AuxiliaryType))),
        "several": Leaf(read.choice(v.SeveralSubtypes)),
        "min_group_cases": Leaf(read.count),
        "min_subtype_cases": Leaf(read.count),
        "min_cv_fall": Leaf(read.or_none(read.share)),
        "floor": Leaf(read.or_none(read.ratio)),
        "cap": Leaf(read.or_none(read.ratio)),
        "excluded_tcm": Leaf(read.boolean),
        "excluded_med_types": Leaf(read.list_of(_CARE)),
        "excluded_groups": Leaf(read.list_of(read.words)),
    },
    "deviation": {
        "basis": Leaf(read.choice(v.DeviationBasis)),
        "reference": Leaf(read.choice(v.ReferenceSource)),
        "reference_point_value": Leaf(read.choice(v.ReferencePointValue)),
        "low": Leaf(read.or_none(low_rule)),
        "high": Leaf(read.or_none(high_rule)),
    },
    "routes": Leaf(routes),
    "pools": Each(_KEY, Text("基金池名称", "a pool name"), _POOL, least=1),
    "payment": {
        "method": Leaf(read.choice(v.PaymentMethod), "month_start"),
        "fund_ratio_level": Leaf(read.choice(v.RatioLevel), "month_start"),
        "fund_ratio_source": Leaf(read.choice(v.RatioSource), "month_start"),
        "negative": Leaf(read.choice(v.NegativeRule), "month_start"),
        "fund_variance": Leaf(read.choice(v.FundVariance), "month_start"),
    },
    "month": {
        "point_value": Leaf(read.choice(v.PointValueMode), "month_start"),
        "retention": Leaf(read.share_below_one, "month_start"),
        "seasonal_quota": Leaf(read.or_none(seasonal), "year_start"),
    },
    "attribution": ATTRIBUTION,
    "cross_region": CROSS_REGION,
    "warning": WARNING,
    "special": SPECIAL,
    "sanctions": SANCTIONS,
    "suspension": SUSPENSION,
    "mixed": MIXED,
    "screening": SCREENING,
    "readmission": READMISSION,
    "prepayment": PREPAYMENT,
    "year": YEAR,
    "case_rules": CASE_RULES,
    "drg": DRG,
}
#: Sections that belong to one scheme, with which they are required, and with the other unknown.
OF_SCHEME: Mapping[str, TablesScheme] = {"grouping": "dip", "auxiliary": "dip", "drg": "chs-drg"}


#: Keys of ``grouping`` that a file may leave out: then grouping is in the national order, by all layers of the edition
#: (DIP technical specification, ch. 3 s. 3, after settlement arithmetic 1.4).
OPTIONAL_GROUPING = ("layers", "steps", "conservative_takes", "comprehensive_by")
#: What a file may leave out: codes are then those of the insurance edition, no check of them bars a case, no stay has an
#: auxiliary coefficient.
_OPTIONAL = frozenset(
    (
        *(
            "codes",
            "barred",
            "auxiliary",
            "attribution",
            "suspension",
            "mixed",
            "cross_region",
            "warning",
            "special",
            "sanctions",
            "screening",
            "readmission",
            "seasonal_quota",
            "seasonal",
            "prepayment",
            "year",
            "agreement_ends_below",
            "agreement_ends_lowest",
            "sample",
            "fund_share",
            "growth",
            "hospital_growth",
            "adjustments",
            "point_value_floor",
            "point_value_cap",
            *OPTIONAL_GROUPING,
            *OPTIONAL_SCREENING,
        ),
        *("reference_point_value", *COEFFICIENT, "case_rules", *CASE_RULES),
    )
)


class Contents(NamedTuple):
    """What a file holds, by key path, in the order of the form (named children in the order of the file)."""

    plain: dict[str, Any]
    leaves: dict[str, tuple[Entry, ...]]
    names: dict[str, tuple[str, ...]]


def read_contents(root: Node, problems: Problems) -> Contents:
    """Read a whole file by the form; what could not be read is absent and told."""
    contents = Contents({}, {}, {})
    effective = root.value.get("effective") if isinstance(root.value, dict) else None
    # Told again below at the same place, where it counts once.
    whole = read.period(effective, problems) if effective else INVALID
    _walk(form_of(root), root, "", whole if isinstance(whole, Period) else None, contents, problems)
    return contents


def form_of(root: Node) -> Mapping[str, Tree]:
    """The form of a file by the scheme that its tables have; that of DIP where it names none."""
    node = root
    for name in ("tables", "scheme"):
        node = node.value.get(name, root) if isinstance(node.value, dict) else root
    scheme = node.value if node.value in get_args(TablesScheme) else "dip"
    return {name: tree for name, tree in FILE.items() if OF_SCHEME.get(name, scheme) == scheme}


def _walk(tree: Tree, node: Node, key: str, whole: Period | None, contents: Contents, problems: Problems) -> None:
    match tree:
        case Plain(reader):
            value = reader(node, problems)
            if value is not INVALID:
                contents.plain[key] = value
        case Leaf(reader, changes):
            entries = read_entries(node, reader, changes, whole, problems)
            if entries is not INVALID:
                contents.leaves[key] = entries
        case Each():
            _walk_each(tree, node, key, whole, contents, problems)
        case _:
            needed = [name for name in tree if name not in _OPTIONAL]
            children = read.keys(node, problems, tree, needed)
            for name in () if children is INVALID else (name for name in tree if name in children):
                _walk(tree[name], children[name], _below(key, name), whole, contents, problems)


def _walk_each(tree: Each, node: Node, key: str, whole: Period | None, contents: Contents, problems: Problems) -> None:
    if not isinstance(node.value, dict):
        read.reject(
            node, problems, "须为键值结构(没有时写 {})", "must be a mapping of keys to values ({} if there is none)"
        )
        return
    if len(node.value) < tree.least:
        read.reject(node, problems, f"至少须有 {tree.least} 项", f"must have at least {tree.least} item")
    contents.names[key] = tuple(node.value)
    for name, child in node.value.items():
        if not re.fullmatch(tree.form, name, re.ASCII):
            read.reject(child, problems, f"“{name}”不是{tree.what.zh}", f"“{name}” is not {tree.what.en}")
        _walk(tree.child, child, _below(key, name), whole, contents, problems)


def _below(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
