"""Settings of a build: values with their citation and standing, read from YAML over the shipped ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from drgdip.base.errors import PolicyError
from drgdip.base.money import parse_yuan
from drgdip.base.problems import Problems
from drgdip.base.scaled import parse_ratio
from drgdip.base.text import Text
from drgdip.base.yaml_source import INVALID, MAX_BYTES, Node, read_yaml
from drgdip.catalogue.coefficients import LevelBasis
from drgdip.catalogue.weights import WeightMethod
from drgdip.policy.values import AuxiliaryType, HospitalTier, TieBreak
from drgdip.tables.relative_weight import MeanMode

SHIPPED = Path(__file__).resolve().parent / "settings.yaml"

_FOUR_DECIMALS = re.compile(r"\d{1,9}(\.\d{1,4})?", re.ASCII)
_CITATION_KEYS = {"value", "cite", "status", "note"}
_STATUS = ("", "disputed", "unverified", "memory")


def _exact(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str) or not _FOUR_DECIMALS.fullmatch(value):
        raise ValueError('a number in quotes with at most four decimals, such as "0.10"')
    return Fraction(*parse_ratio(value))


def _decimal(value: Fraction) -> str:
    whole, rest = divmod(value.numerator * 10_000 // value.denominator, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


#: An exact number that is not negative; written as a decimal.
Exact = Annotated[Fraction, BeforeValidator(_exact), PlainSerializer(_decimal)]
Share = Annotated[Exact, Field(le=1)]
Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(NamedTuple):
    """Where a value is from, how certain that is (empty: as cited), and what else is to say."""

    cite: str
    status: str = ""
    note: str = ""


class CoreThreshold(_Section):
    """Stays that a core group needs: a number, or the number at which groups cover a share of all stays."""

    cases: Annotated[Count, Field(ge=1)] | None = None
    coverage: Share | None = None

    @model_validator(mode="after")
    def _is_one(self) -> CoreThreshold:
        if (self.cases is None) == (self.coverage is None):
            raise ValueError("either cases or coverage")
        return self


class Trim(_Section):
    """Quantiles of cost that bound what is kept; groups (of a year) below ``minimum_cases`` keep all."""

    # Within these limits trimming never takes every stay of a group.
    low: Annotated[Exact, Field(le=Fraction(1, 4))]
    high: Annotated[Share, Field(ge=Fraction(3, 4))]
    minimum_cases: Annotated[Count, Field(ge=3)]
    within_year: bool


class StayDays(_Section):
    """Shortest and longest stay that counts, both included; none without limit."""

    shortest: Count | None
    longest: Count | None


class HospitalLevels(_Section):
    """Coefficients by level of hospital."""

    basis: LevelBasis
    minimum_cases: Count


class DiseaseCoefficient(_Section):
    """Coefficients of single groups by level of hospital."""

    minimum_cases: Count
    minimum_gap: Exact


class Quality(_Section):
    """What groups should meet."""

    maximum_variation: Exact
    maximum_drift: Exact


class PrimaryCare(_Section):
    """The list of primary care."""

    maximum_variation: Exact
    levels: tuple[HospitalTier, ...] = Field(min_length=1)
    minimum_cases: Count
    minimum_level_cases: Count
    minimum_level_share: Share
    operations: bool


class ChineseMedicine(_Section):
    """The list of Chinese medicine."""

    operations: tuple[str, ...] = Field(min_length=1)
    minimum_cases: Count
    minimum_share: Share


class Auxiliary(_Section):
    """The auxiliary directory."""

    classification: str
    types: tuple[AuxiliaryType, ...] = Field(min_length=1)
    minimum_group_cases: Count
    minimum_subtype_cases: Count
    minimum_fall: Share


class BuildSettings(_Section):
    """All settings of a build; ``settings.yaml`` says what each means and where it is from.

    citations : by key path, such as ``trim.low``.
    """

    method: WeightMethod
    point_scale: Annotated[Count, Field(ge=1, le=10_000)]
    benchmark: str | None
    quota_yuan: str | None
    year_weights: tuple[Annotated[Count, Field(ge=1, le=1000)], ...] = Field(min_length=1, max_length=10)
    mean_mode: MeanMode
    core_threshold: CoreThreshold
    related_operation_increase: Exact
    comprehensive_min_cases: Annotated[Count, Field(ge=1)]
    tie_break: tuple[TieBreak, ...]
    stay_days: StayDays
    trim: Trim | None
    hospital_levels: HospitalLevels
    disease_coefficient: DiseaseCoefficient
    quality: Quality
    primary_care: PrimaryCare | None
    tcm: ChineseMedicine | None
    auxiliary: Auxiliary | None
    ungrouped_factor: Exact
    citations: Mapping[str, Citation] = Field(default_factory=dict, exclude=True)

    @model_validator(mode="after")
    def _fits(self) -> BuildSettings:
        if self.method == "benchmark" and not self.benchmark:
            raise ValueError("the method benchmark needs the code of a group as benchmark")
        if (self.method == "quota") and (not self.quota_yuan or parse_yuan(self.quota_yuan) <= 0):
            raise ValueError("the method quota needs quota_yuan above zero")
        if self.tie_break[-1:] != ("id",):
            raise ValueError("the last key of tie_break must be id")
        return self

    @property
    def quota_fen(self) -> int | None:
        """What one point is worth by the quota method, in fen."""
        return parse_yuan(self.quota_yuan) if self.quota_yuan else None

    def cited(self) -> dict[str, Any]:
        """Every value with its citation, as JSON."""
        return _with_citations(self.model_dump(mode="json"), self.citations, "")


def read_settings(path: Path | None = None) -> BuildSettings:
    """The shipped settings, or those with the changes of a file. Raises PolicyError naming the first key that is wrong."""
    values, citations = _read(SHIPPED)
    if path is not None:
        changes, cited = _read(path)
        values = _overlaid(values, changes, cited)
        citations = {**{key: c for key, c in citations.items() if not _is_changed(key, changes)}, **cited}
    try:
        return BuildSettings.model_validate({**values, "citations": citations})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _wrong(path or SHIPPED, place, first["msg"].removeprefix("Value error, ")) from error


def _wrong(path: Path, place: str, message: str) -> PolicyError:
    named = f" {place}" if place else ""
    return PolicyError(
        Text(f"{path.name}{named} 有误({message})。", f"{path.name}{named} is wrong: {message}."),
        Text("请按 drgdip/catalogue/settings.yaml 更正。", "Correct it after drgdip/catalogue/settings.yaml."),
    )


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Citation]]:
    problems = Problems(path.name)
    try:
        with path.open("rb") as file:
            root = read_yaml(file.read(MAX_BYTES + 1), problems)
    except OSError as error:
        raise PolicyError(
            Text(f"无法读取 {path}。", f"{path} cannot be read ({error.strerror})."),
            Text("请检查文件是否存在。", "Check that the file exists."),
        ) from error
    citations: dict[str, Citation] = {}
    values = _value(root, citations, problems) if root else None
    if root and not isinstance(values, dict):
        problems.add(1, "", Text("不是键与值", "not keys and values"))
    for problem in problems.in_order()[:1]:
        raise PolicyError(
            Text(f"{problem.in_language('zh')}。", f"{problem.in_language('en')}."),
            Text("请更正后重试。", "Correct it and try again."),
        )
    return values or {}, citations


def _value(node: Node, citations: dict[str, Citation], problems: Problems) -> Any:
    """A value without its citation, which goes to ``citations`` by key path."""
    if isinstance(node.value, dict) and "value" in node.value:
        parts = {key: _plain(part) for key, part in node.value.items()}
        if unknown := sorted(set(parts) - _CITATION_KEYS):
            problems.add(node.line, node.path, Text(f"不识别的键 {unknown[0]}", f"unknown key {unknown[0]}"))
        if not parts.get("cite"):
            problems.add(node.line, node.path, Text("缺少出处 cite", "has no citation (cite)"))
        about = Citation(*(str(parts.get(key) or "") for key in Citation._fields))
        if about.status not in _STATUS:
            problems.add(
                node.line, node.path, Text(f"不识别的 status {about.status}", f"unknown status {about.status}")
            )
        citations[node.path] = about
        return parts["value"]
    if isinstance(node.value, dict):
        return {key: _value(part, citations, problems) for key, part in node.value.items()}
    if node.value is not INVALID:
        problems.add(node.line, node.path, Text("须写作 {value, cite}", "must be written {value, cite}"))
    return None


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(part) for key, part in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(part) for part in node.value]
    return None if node.value == "none" else node.value


def _overlaid(base: Any, changes: Any, whole: Mapping[str, Citation], path: str = "") -> Any:
    """Changes over values: sections are joined by key; a value (``whole``, by path) is replaced as it is."""
    if path in whole or not (isinstance(base, dict) and isinstance(changes, dict)):
        return changes
    below = {
        key: _overlaid(base.get(key), value, whole, f"{path}.{key}" if path else key) for key, value in changes.items()
    }
    return {**base, **below}


def _is_changed(key: str, changes: Any) -> bool:
    for part in key.split("."):
        if not isinstance(changes, dict):
            return True
        if part not in changes:
            return False
        changes = changes[part]
    return True


def _with_citations(values: Mapping[str, Any], citations: Mapping[str, Citation], prefix: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, value in values.items():
        path = f"{prefix}{key}"
        if path in citations:
            about = {name: text for name, text in citations[path]._asdict().items() if text}
            told[key] = {"value": value, **about}
        else:
            told[key] = _with_citations(value, citations, f"{path}.") if isinstance(value, dict) else {"value": value}
    return told
