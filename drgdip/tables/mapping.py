"""How the columns of a published catalogue become ours: a mapping is data, read from YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapping_
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.condition_cells import Conditions
from drgdip.tables.manifest import parse_model, read_yaml

_FOLDER = Path(__file__).resolve().parent / "mappings"
#: Mappings that are tried, in this order, when none is given.
_BUILT_IN = ("groups", "published", "national")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Required(_Part):
    """Columns that a file must have; a code may be several joined by a hyphen, and weights may be published apart."""

    dip_code: str | tuple[str, ...]
    kind: str
    diagnosis_category: str
    points: str | None
    mean_cost_yuan: str | None

    @property
    def code_columns(self) -> tuple[str, ...]:
        """Columns that make up the code of a group."""
        return (self.dip_code,) if isinstance(self.dip_code, str) else self.dip_code

    def code(self, row: Mapping_[str, str]) -> str:
        """Code of a group, empty if one of its columns is."""
        parts = [row[column] for column in self.code_columns]
        return "-".join(parts) if all(parts) else ""


class Optional(_Part):
    """Columns that a file may have."""

    mean_stay_days: str | None = None
    cv: str | None = None
    cases: str | None = None
    weight: str | None = None
    primary_care: str | None = None
    upper_limit_multiple: str | None = None
    single_review: str | None = None
    tcm: str | None = None
    diagnosis_place: str | None = None
    other_diagnoses: str | None = None
    operation_place: str | None = None
    age_days: str | None = None
    age_years: str | None = None
    birth_weight_g: str | None = None


class Signs(_Part):
    """Signs that separate codes in a cell: all of the codes are needed, or any of them."""

    all: tuple[str, ...] = ("+",)
    any: tuple[str, ...] = ("/",)

    def notation(self, cell: str) -> str:
        """A cell in our notation, ``+`` and ``/`` without blanks."""
        for signs, ours in ((self.all, "+"), (self.any, "/")):
            cell = re.sub("|".join(map(re.escape, signs)) or r"(?!)", ours, cell)
        return re.sub(r"\s*([+/])\s*", r"\1", cell.strip())


class Operations(Signs):
    """Columns of a combination, main operation first, and its signs."""

    columns: tuple[str, ...]

    def combine(self, cells: Sequence[str]) -> str:
        """Cells of the columns as one combination in our notation."""
        return "+".join(part for cell in cells if (part := self.notation(cell)))


class Diagnoses(Signs):
    """Signs of the cells of diagnoses; ``anywhere`` marks those that may stand at any place among the diagnoses."""

    anywhere: tuple[str, ...] = ()


class DiagnosisCell(NamedTuple):
    """What a cell of diagnoses says, in our notation."""

    category: str
    others: str
    place: str


class TypeColumn(_Part):
    """Where the treatment type stands: in a column of its own, or (None) in the code of comprehensive groups."""

    column: str | None = None
    after: str = ""

    def read(self, cell: str) -> str:
        """The part of a cell after the last sign, or the cell."""
        return cell.rpartition(self.after)[2] if self.after else cell


class Mapping(_Part):
    """A whole mapping; see ``mappings/published.yaml`` for what each key means."""

    columns: Required
    optional: Optional = Optional()
    diagnoses: Diagnoses = Diagnoses()
    operations: Operations
    conditions: Conditions = Conditions()
    name: tuple[str, ...]
    name_else: tuple[str, ...] = ()
    treatment_type: TypeColumn
    values: dict[str, dict[str, str]]
    region_mean_cost: str | None = None

    @property
    def type_column(self) -> str:
        """Column that the treatment type is read from."""
        return self.treatment_type.column or self.columns.code_columns[0]

    def required_columns(self) -> list[str]:
        """Columns that the file must have."""
        own = self.columns
        columns = [*own.code_columns, own.kind, own.diagnosis_category, own.points, own.mean_cost_yuan]
        columns += [*self.operations.columns[:1], *self.name[:1], self.type_column]
        return list(dict.fromkeys(column for column in columns if column))

    def diagnosis_cell(self, cell: str) -> DiagnosisCell:
        """The first term of a cell is for the principal diagnosis, further ones for the others."""
        place = ""
        for mark in self.diagnoses.anywhere:
            if mark in cell:
                cell, place = cell.replace(mark, ""), "any"
        category, _, others = self.diagnoses.notation(cell).upper().partition("+")
        return DiagnosisCell(category, others, place)

    def value(self, field: str, cell: str) -> str | None:
        """What a cell means, or None if the mapping does not know."""
        known = {key.casefold(): value for key, value in self.values.get(field, {}).items()}
        return known.get(cell.casefold())


def read_mapping(path: Path) -> Mapping:
    """A mapping from a file; keys it leaves out are those of ``mappings/published.yaml``.

    Raises TablesError naming the first key that is wrong.
    """
    return parse_model(Mapping, _overlaid(read_yaml(_FOLDER / "published.yaml"), read_yaml(path)), path)


def _overlaid(base: Any, changes: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(changes, dict)):
        return changes
    return {**base, **{key: _overlaid(base.get(key), value) for key, value in changes.items()}}


def built_in_mappings() -> list[Mapping]:
    """The mappings that come with the package, in the order in which they are tried."""
    files = [_FOLDER / f"{name}.yaml" for name in _BUILT_IN]
    return [parse_model(Mapping, read_yaml(file), file) for file in files]


def fitting_mapping(header: Sequence[str], file: str) -> Mapping:
    """The built-in mapping whose columns a file has. Raises TablesError naming what is absent."""
    mappings = built_in_mappings()
    absent = [[name for name in mapping.required_columns() if name not in header] for mapping in mappings]
    for mapping, names in zip(mappings, absent, strict=True):
        if not names:
            return mapping
    fewest = min(reversed(absent), key=len)
    raise TablesError(
        Text(f"{file} 缺少列 {'、'.join(fewest)}。", f"{file} has no column {', '.join(fewest)}."),
        Text("请用 --mapping 指定列名。", "Name its columns with --mapping."),
    )
