"""Treatment types of procedures: read, and derived where no publisher gives them.

The national list of operations carries a type; public copies of it do not. What codes, names, the list of
procedures unused by national grouping and a catalogue's own core groups tell is put together by an ordered list of
rules (``rules/treatment_types.yaml``). Every procedure gets a type, and the rule that gave it as evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from drgdip.tables.code_system import CodeSystem
from drgdip.tables.csv_file import csv_text, header_of, require_columns, rows_of
from drgdip.tables.dip_catalogue import TREATMENT_TYPES, Group
from drgdip.tables.manifest import parse_model, read_yaml
from drgdip.tables.problems import TableProblem

TYPES_FILE = "types.csv"
#: Evidence of a type that was read from a publisher's list.
PUBLISHED = "published"
_RULES_FILE = Path(__file__).resolve().parent / "rules" / "treatment_types.yaml"
_RUBRIC, _SUBCATEGORY = 4, 5
_DIAGNOSTIC_ENTRY = re.compile(r"(\d\d\.\d)9.*")


class TypedProcedure(NamedTuple):
    """One row of ``types.csv``; ``evidence`` is the key of the rule that decided."""

    code: str
    treatment_type: str
    evidence: str


class TypeRule(BaseModel):
    """One rule; conditions that are not given hold always."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: str
    type: Literal["surgery", "intervention", "therapeutic", "diagnostic"]
    codes: tuple[str, ...] = ("",)
    not_codes: tuple[str, ...] = ()
    name: re.Pattern[str] | None = None
    not_name: re.Pattern[str] | None = None
    diagnostic_rubric: bool | None = None
    listed: bool | None = None
    in_catalogue: bool | None = None
    zh: str
    en: str

    def holds(self, code: str, name: str, facts: Facts) -> bool:
        """Whether every condition of the rule holds for a procedure."""
        return (
            code.startswith(self.codes)
            and not code.startswith(self.not_codes)
            and (self.name is None or self.name.search(name) is not None)
            and (self.not_name is None or self.not_name.search(name) is None)
            and self.diagnostic_rubric in (None, code[:_RUBRIC] in facts.diagnostic_rubrics)
            and self.listed in (None, code in facts.unused)
            and self.in_catalogue in (None, code[:_SUBCATEGORY] in facts.main_subcategories)
        )


class Facts(NamedTuple):
    """What rules ask of lists: diagnostic rubrics, procedures unused by national grouping, the catalogue's own."""

    diagnostic_rubrics: frozenset[str]
    unused: frozenset[str]
    main_subcategories: frozenset[str]


class _Rules(BaseModel):
    rules: tuple[TypeRule, ...]


def read_rules(path: Path = _RULES_FILE) -> tuple[TypeRule, ...]:
    """The ordered rules. Raises TablesError if the file is wrong."""
    return parse_model(_Rules, {"rules": read_yaml(path)}, path).rules


def derive_treatment_types(
    procedures: CodeSystem, unused: Collection[str], groups: Iterable[Group], rules: Sequence[TypeRule]
) -> list[TypedProcedure]:
    """A type for every procedure of a list, in its order.

    Parameters
    ----------
    procedures : codes and official names.
    unused : procedures that national grouping does not use (the inverse of valid surgery).
    groups : a catalogue; the main operations of its core groups count as evidence.
    rules : the first that holds decides; the last must hold for everything.
    """
    facts = Facts(_diagnostic_rubrics(procedures), _with_headings(procedures, unused), _main_subcategories(groups))
    typed = []
    for code, name in zip(procedures.codes, procedures.names, strict=True):
        rule = next(rule for rule in rules if rule.holds(code, name, facts))
        typed.append(TypedProcedure(code, rule.type, rule.evidence))
    return typed


def _diagnostic_rubrics(procedures: CodeSystem) -> frozenset[str]:
    """Rubrics whose residual entry (``….x9``) is named as other diagnostic procedures; ``78.8`` is so throughout."""
    named = [code for code, name in zip(procedures.codes, procedures.names, strict=True) if name.endswith("诊断性操作")]
    return frozenset(match[1] for code in named if (match := _DIAGNOSTIC_ENTRY.fullmatch(code)))


def _with_headings(procedures: CodeSystem, unused: Collection[str]) -> frozenset[str]:
    """The list, and headings (``xx.yy00``) of sub-categories all of whose other entries it names."""
    listed, whole = set(unused), Counter(code[:_SUBCATEGORY] for code in procedures.codes)
    found = Counter(code[:_SUBCATEGORY] for code in procedures.codes if code in listed)
    for code in procedures.codes:
        subcategory = code[:_SUBCATEGORY]
        if code == f"{subcategory}00" and found[subcategory] and found[subcategory] == whole[subcategory] - 1:
            listed.add(code)
    return frozenset(listed)


def _main_subcategories(groups: Iterable[Group]) -> frozenset[str]:
    return frozenset(code[:_SUBCATEGORY] for group in groups for code in (group.terms() or [[]])[0])


def parse_types(text: str, file: str, problems: list[TableProblem]) -> dict[str, str]:
    """Treatment type by procedure code; wrong rows go to ``problems``. Raises TablesError if a column is missing."""
    require_columns(header_of(text), ("code", "treatment_type"), file)
    types: dict[str, str] = {}
    for number, row in rows_of(text, file, problems):
        code, kind = row["code"], row["treatment_type"]
        if not code:
            problems.append(TableProblem("missing_value", file, number, "code", ""))
        if code in types:
            problems.append(TableProblem("duplicate_code", file, number, "code", code))
        if kind not in TREATMENT_TYPES:
            problems.append(TableProblem("unknown_type", file, number, "treatment_type", kind))
        types[code] = kind
    return types


def types_text(rows: Iterable[TypedProcedure]) -> str:
    """Treatment types as CSV."""
    return csv_text(TypedProcedure._fields, rows)
