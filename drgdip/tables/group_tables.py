"""What settlement needs of an edition, whatever its scheme: groups and their values, code lists, identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    from drgdip.tables.auxiliary_compile import AuxiliaryDirectory
    from drgdip.tables.code_system import CodeSystem
    from drgdip.tables.manifest import Manifest


class GroupValues(NamedTuple):
    """What an edition says of its groups, by group id, and of all of them together.

    relative_weight_e4 : int64; 0 for a group without a weight, which is paid by item. mean_cost_fen : int64; 0 where
    none is published. primary_care : int8, 1 for groups that are paid alike on all levels. point_scale : points of a
    group of mean cost. region_mean_cost_fen : mean cost of a stay of the region; 0 where the edition has none.
    """

    relative_weight_e4: np.ndarray
    mean_cost_fen: np.ndarray
    primary_care: np.ndarray
    point_scale: int
    region_mean_cost_fen: int


class GroupTables(Protocol):
    """An edition that stays can be grouped, valued and paid with: :class:`DipTables` or :class:`DrgTables`."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def sha256(self) -> str: ...

    @property
    def group_codes(self) -> tuple[str, ...]: ...

    @property
    def group_ids(self) -> Mapping[str, int]: ...

    @property
    def group_names(self) -> tuple[str, ...]: ...

    @property
    def diagnoses(self) -> CodeSystem: ...

    @property
    def procedures(self) -> CodeSystem: ...

    @property
    def auxiliary(self) -> AuxiliaryDirectory | None: ...

    @property
    def group_values(self) -> GroupValues: ...

    @property
    def weighted(self) -> bool: ...

    def require_weights(self) -> None: ...

    def row(self, group_id: int) -> Mapping[str, str]: ...

    @property
    def group_kinds(self) -> Sequence[str]:
        """Kind of each group as the catalogue names it; empty texts where the scheme has no kinds."""

    @property
    def group_tcm(self) -> Sequence[bool]:
        """Whether each group is one of Chinese medicine."""

    @property
    def id_names(self) -> Mapping[str, tuple[str, ...]]:
        """What the ids of the columns that grouping writes stand for, by column."""
