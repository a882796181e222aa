"""Loaded DIP tables: arrays, the words that belong to their ids, and what they were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from drgdip.base.errors import TablesError
from drgdip.base.money import round_yuan
from drgdip.base.provenance import combine, sha256_of_text
from drgdip.base.text import Text
from drgdip.tables.auxiliary_compile import AuxiliaryDirectory
from drgdip.tables.code_system import CodeSystem, code_system_text
from drgdip.tables.dip_catalogue import GROUPS_FILE, KINDS, Group, groups_text, parse_groups
from drgdip.tables.dip_compile import NO_EXCLUSIONS, DipArrays, Exclusions, compile_arrays
from drgdip.tables.group_tables import GroupValues
from drgdip.tables.manifest import Manifest, Words


@dataclass(frozen=True, eq=False)
class DipTables:
    """An edition of a DIP catalogue, ready for grouping and valuation.

    sha256 : over the manifest, the catalogue, both code lists and the treatment types; the same wherever they lie.
    group_codes, group_names : by group id. catalogue : text of ``groups.csv``. auxiliary : None where the edition has
    no auxiliary directory.
    """

    manifest: Manifest
    sha256: str
    groups: DipArrays
    group_codes: tuple[str, ...]
    group_names: tuple[str, ...]
    diagnoses: CodeSystem
    procedures: CodeSystem
    point_scale: int
    region_mean_cost_fen: int
    catalogue: str = field(repr=False)
    auxiliary: AuxiliaryDirectory | None = None

    @property
    def weighted(self) -> bool:
        """Whether the groups have points: a national catalogue is published without."""
        return not len(self.groups.relative_weight_e4) or bool(self.groups.relative_weight_e4.any())

    def require_weights(self) -> None:
        """Raise TablesError if the edition groups only: without weights nothing can be settled."""
        if not self.weighted:
            name = self.manifest.edition
            raise TablesError(
                Text(f"目录版本 {name} 没有分值,只能入组,不能结算。", f"Edition {name} has no weights: it groups, but cannot settle."),
                Text("请用 drgdip tables import dip --weights 加入本地分值。",
                     "Add local weights with drgdip tables import dip --weights."),
            )  # fmt: skip

    @property
    def group_values(self) -> GroupValues:
        """What the catalogue says of its groups."""
        arrays = self.groups
        return GroupValues(
            arrays.relative_weight_e4,
            arrays.mean_cost_fen,
            arrays.group_primary_care.astype("int8"),
            self.point_scale,
            self.region_mean_cost_fen,
        )

    @property
    def group_kinds(self) -> tuple[str, ...]:
        """Kind of each group."""
        return tuple(KINDS[kind] for kind in self.groups.group_kind.tolist())

    @property
    def group_tcm(self) -> tuple[bool, ...]:
        """Whether each group is one of Chinese medicine."""
        return tuple(getattr(row, "tcm", "") == "1" for row in self.rows)

    @property
    def id_names(self) -> Mapping[str, tuple[str, ...]]:
        """Codes by id, for the columns that grouping writes."""
        return {"group_id": self.group_codes, "runner_up_group_id": self.group_codes}

    def row(self, group_id: int) -> Mapping[str, str]:
        """The catalogue's row of a group, cells as published by column."""
        return self.rows[group_id].cells()

    @cached_property
    def rows(self) -> tuple[Group, ...]:
        """All rows of the catalogue, by group id."""
        return tuple(parse_groups(self.catalogue, GROUPS_FILE, []))

    @cached_property
    def group_ids(self) -> dict[str, int]:
        """Group id by code."""
        return {code: position for position, code in enumerate(self.group_codes)}


def assemble(
    manifest: Manifest,
    sha256: str,
    groups: Sequence[Group],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    treatment_types: Mapping[str, str],
    exclusions: Exclusions = NO_EXCLUSIONS,
) -> DipTables:
    """Compile an edition that has been read. Raises TablesError as :func:`compile_arrays` does."""
    if manifest.point_scale is None:
        raise ValueError("a DIP manifest has a point scale")
    return DipTables(
        manifest=manifest,
        sha256=sha256,
        groups=compile_arrays(groups, diagnoses, procedures, treatment_types, exclusions),
        group_codes=tuple(group.dip_code for group in groups),
        group_names=tuple(group.name for group in groups),
        diagnoses=diagnoses,
        procedures=procedures,
        point_scale=manifest.point_scale,
        region_mean_cost_fen=round_yuan(manifest.region_mean_cost_yuan or "0"),
        catalogue=groups_text(groups),
    )


def compile_dip(
    groups: Sequence[Group],
    diagnoses: CodeSystem,
    procedures: CodeSystem,
    treatment_types: Mapping[str, str],
    point_scale: int,
    region_mean_cost_yuan: str,
    exclusions: Exclusions = NO_EXCLUSIONS,
) -> DipTables:
    """Compile a catalogue that is in memory and belongs to no edition.

    ``treatment_types`` maps procedure codes to surgery, therapeutic, diagnostic, conservative or intervention.
    Raises TablesError if a code repeats or two comprehensive groups cannot be told apart.
    """
    manifest = Manifest(
        scheme="dip",
        edition="in-memory",
        title=Words(zh="内存目录", en="Tables in memory"),
        status="synthetic",
        imported_at=date(1970, 1, 1),
        rows={"groups": len(groups)},
        files={},
        point_scale=point_scale,
        region_mean_cost_yuan=region_mean_cost_yuan,
    )
    parts = [
        groups_text(groups),
        code_system_text(diagnoses),
        code_system_text(procedures),
        *map(str, treatment_types.items()),
        *(code for codes in exclusions if codes for code in (*codes, "")),
    ]
    sha256 = combine([str(point_scale), region_mean_cost_yuan, *map(sha256_of_text, parts)])
    return assemble(manifest, sha256, groups, diagnoses, procedures, treatment_types, exclusions)
