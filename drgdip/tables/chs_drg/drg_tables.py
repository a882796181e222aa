"""Loaded CHS-DRG tables: arrays, the codes that belong to their rows, and what they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from drgdip.base.errors import TablesError
from drgdip.base.scaled import round_scaled
from drgdip.base.text import Text
from drgdip.tables.cache import part_of, read_parts, text_of, write_parts
from drgdip.tables.chs_drg.check import check_content
from drgdip.tables.chs_drg.compile import DrgArrays, compile_arrays, table_names
from drgdip.tables.chs_drg.edition import DrgEdition, open_drg_edition
from drgdip.tables.chs_drg.ids import DrgIds, number_groups
from drgdip.tables.chs_drg.rows import DrgContent
from drgdip.tables.chs_drg.systems import complete_systems
from drgdip.tables.code_system import CodeSystem
from drgdip.tables.group_tables import GroupValues
from drgdip.tables.manifest import Manifest
from drgdip.tables.problems import TableProblem, raise_if_errors

_LISTS = (
    "mdc_codes", "adrg_codes", "drg_codes", "drg_names", "texts", "exclusion_tables",
    "diagnosis_codes", "diagnosis_names", "procedure_codes", "procedure_names", "weights",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class DrgTables:
    """An edition of CHS-DRG, ready for grouping and, where it has weights, for valuation.

    sha256 : over manifest, sheets and code lists; the same wherever they lie.
    mdc_codes, adrg_codes, drg_codes, drg_names : by row, in the order in which cases try them.
    texts : text constants of the rules (departments), by number.
    exclusion_tables : names of the exclusion tables, by number.
    diagnoses, procedures : the code lists, and after them the codes of the edition's sets that they lack.
    weights : reference weight of the group of each row as published, empty where there is none.
    """

    manifest: Manifest
    sha256: str
    arrays: DrgArrays
    mdc_codes: tuple[str, ...]
    adrg_codes: tuple[str, ...]
    drg_codes: tuple[str, ...]
    drg_names: tuple[str, ...]
    texts: tuple[str, ...]
    exclusion_tables: tuple[str, ...]
    diagnoses: CodeSystem
    procedures: CodeSystem
    weights: tuple[str, ...]
    folder: Path | None = field(repr=False)
    in_memory: DrgContent | None = field(default=None, repr=False)

    @cached_property
    def content(self) -> DrgContent:
        """The rows with their rules, read again from the edition's folder. Raises TablesError if it has changed."""
        if self.in_memory is not None:
            return self.in_memory
        return self.opened_again().content([])

    def opened_again(self) -> DrgEdition:
        """The files that the tables were made from. Raises TablesError if they have changed."""
        edition = open_drg_edition(self.folder or Path())
        if edition.sha256 != self.sha256:
            raise TablesError(
                Text("分组目录在加载后已被修改。", "The grouper tables have changed since they were loaded."),
                Text("请重新加载该版本。", "Load the edition again."),
            )
        return edition

    @cached_property
    def row_by_drg(self) -> Mapping[str, int]:
        """First row of each group."""
        return {code: row for row, code in reversed(list(enumerate(self.drg_codes)))}

    @cached_property
    def ids(self) -> DrgIds:
        """Ids of categories, adjacent groups and groups, by row."""
        return number_groups(self)

    @property
    def group_codes(self) -> tuple[str, ...]:
        """Codes of groups by group id, each once, in the order of their rows."""
        return self.ids.group_codes

    @cached_property
    def group_names(self) -> tuple[str, ...]:
        """Names of groups by group id."""
        return tuple(self.drg_names[self.row_by_drg[code]] for code in self.group_codes)

    @cached_property
    def group_ids(self) -> dict[str, int]:
        """Group id by code."""
        return {code: position for position, code in enumerate(self.group_codes)}

    @property
    def id_names(self) -> Mapping[str, tuple[str, ...]]:
        """Codes by id, for the columns that grouping writes."""
        return {"mdc_id": self.ids.mdc_codes, "adrg_id": self.ids.adrg_codes, "drg_id": self.ids.drg_codes}

    @property
    def group_kinds(self) -> tuple[str, ...]:
        """CHS-DRG does not tell kinds of groups apart."""
        return ("",) * len(self.group_codes)

    @property
    def group_tcm(self) -> tuple[bool, ...]:
        """CHS-DRG marks no groups of Chinese medicine."""
        return (False,) * len(self.group_codes)

    @property
    def auxiliary(self) -> None:
        """CHS-DRG has no auxiliary directory."""

    @cached_property
    def group_values(self) -> GroupValues:
        """Reference weights, at scale 1; the scheme is published without mean costs and groups of primary care."""
        weights = [round_scaled(self.weights[self.row_by_drg[code]] or "0", 4) for code in self.group_codes]
        none = np.zeros(len(weights), dtype=np.int64)
        return GroupValues(np.array(weights, dtype=np.int64), none, none.astype(np.int8), 1, 0)

    @property
    def weighted(self) -> bool:
        """Whether any group has a weight: the scheme is published without."""
        return any(self.weights)

    def require_weights(self) -> None:
        """Raise TablesError if the edition groups only: without weights nothing can be settled."""
        if not self.weighted:
            name = self.manifest.edition
            raise TablesError(
                Text(f"CHS-DRG 版本 {name} 没有权重,只能入组,不能结算。", f"CHS-DRG edition {name} has no weights: it groups, but cannot settle."),
                Text("请用 drgdip tables import chs-drg --weights 加入本地权重。",
                     "Add local weights with drgdip tables import chs-drg --weights."),
            )  # fmt: skip

    def row(self, group_id: int) -> Mapping[str, str]:
        """What the edition says of a group."""
        code = self.group_codes[group_id]
        place = self.row_by_drg[code]
        return {
            "drg_code": code,
            "name": self.drg_names[place],
            "reference_weight": self.weights[place],
            "sheet_row": str(int(self.arrays.drg_sheet_row[place])),
        }


def load_drg(folder: Path) -> DrgTables:
    """Load an edition from its folder, compiled or taken from the cache.

    Raises TablesError: changed since its import, or wrong; TablesFileError with every problem.
    """
    edition = open_drg_edition(folder)
    raise_if_errors(edition.changes)
    return _cached(edition) or _compiled(edition)


def _compiled(edition: DrgEdition) -> DrgTables:
    problems: list[TableProblem] = []
    content = edition.content(problems)
    diagnoses, procedures = edition.code_list("diagnoses"), edition.code_list("procedures")
    raise_if_errors([*problems, *check_content(content, diagnoses, procedures)])
    tables = compile_drg(content, diagnoses, procedures, edition.manifest, edition.sha256, edition.folder)
    write_parts(edition.sha256, _parts(tables))
    return tables


def compile_drg(
    content: DrgContent,
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    manifest: Manifest,
    sha256: str,
    folder: Path | None = None,
) -> DrgTables:
    """Compile an edition that has been read and checked. Without ``folder`` it is kept in memory."""
    systems = complete_systems(content, diagnoses, procedures)
    arrays, texts = compile_arrays(content, *systems)
    return DrgTables(
        manifest=manifest,
        sha256=sha256,
        arrays=arrays,
        mdc_codes=tuple(row.code for row in content.mdcs),
        adrg_codes=tuple(row.code for row in content.adrgs),
        drg_codes=tuple(row.code for row in content.drgs),
        drg_names=tuple(row.name for row in content.drgs),
        texts=tuple(texts),
        exclusion_tables=table_names(content),
        diagnoses=systems[0],
        procedures=systems[1],
        weights=tuple(content.weights.get(row.code, "") for row in content.drgs),
        folder=folder,
        in_memory=None if folder else content,
    )


def _parts(tables: DrgTables) -> dict[str, np.ndarray]:
    lists = (tables.mdc_codes, tables.adrg_codes, tables.drg_codes, tables.drg_names, tables.texts,
             tables.exclusion_tables, tables.diagnoses.codes, tables.diagnoses.names, tables.procedures.codes, tables.procedures.names,
             tables.weights)  # fmt: skip
    texts = {name: part_of("\n".join(values)) for name, values in zip(_LISTS, lists, strict=True)}
    return {**tables.arrays._asdict(), **texts}


def _cached(edition: DrgEdition) -> DrgTables | None:
    parts = read_parts(edition.sha256, (*DrgArrays._fields, *_LISTS))
    if parts is None:
        return None
    arrays = DrgArrays(**{name: parts[name] for name in DrgArrays._fields})
    texts = {name: text_of(parts[name]) for name in _LISTS}
    lists = {name: tuple(text.split("\n")) if text else () for name, text in texts.items()}
    if not _is_sound(arrays, lists):
        return None
    return DrgTables(
        edition.manifest,
        edition.sha256,
        arrays,
        lists["mdc_codes"],
        lists["adrg_codes"],
        lists["drg_codes"],
        lists["drg_names"],
        lists["texts"],
        lists["exclusion_tables"],
        CodeSystem(lists["diagnosis_codes"], lists["diagnosis_names"]),
        CodeSystem(lists["procedure_codes"], lists["procedure_names"]),
        lists["weights"] or ("",) * len(lists["drg_codes"]),
        edition.folder,
    )


def _is_sound(arrays: DrgArrays, lists: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether lengths are those that compiling gives; checksums of the file's parts guard the rest."""
    return (
        arrays.program.ndim == 2
        and arrays.program.shape[1] == 7
        and len(lists["adrg_codes"]) == len(arrays.adrg_entry) == len(arrays.drg_offset) - 1
        and len(lists["mdc_codes"]) == len(arrays.mdc_entry)
        and len(lists["drg_codes"]) == len(lists["drg_names"]) == len(arrays.drg_sheet_row)
        and len(lists["weights"]) in (0, len(lists["drg_codes"]))
        and len(lists["diagnosis_codes"]) == len(lists["diagnosis_names"]) == len(arrays.diagnosis_class) - 1
        and len(lists["procedure_codes"]) == len(lists["procedure_names"]) == len(arrays.operation_class) - 1
    )
