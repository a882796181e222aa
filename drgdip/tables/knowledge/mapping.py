"""How published lists become lists of a pack: a mapping is data, read from YAML (see ``mappings/nhsa.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from drgdip.tables.manifest import parse_model, read_yaml

_FOLDER = Path(__file__).resolve().parent / "mappings"
Names = tuple[str, ...]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Register(_Part):
    """Files of the register: knowledge points, and the codes of each."""

    points: str
    codes: str


class ListMapping(_Part):
    """One list.

    file, more_files : where its rows stand, none if the register alone has them. fields : our column -> their columns.
    values : our column -> their word -> ours. reader, limit, text : how the columns of limit and text become figures.
    kept : their text that the reader cannot read -> how it is kept. constants : cells of every row. prefixes : our column -> value
    -> beginnings of codes; rows without any are left out. needs : their rows without this column are left out.
    rule : column that takes the official rule of the point. classes : official classes whose points these rows are.
    class_values, class_limit : cells, or the limit, by class, for points that the files do not have. point_name,
    point_text : columns by which a row finds its point, besides its code. batch : what the list is cited as, without
    a register. rows : rows of the mapping's own.
    """

    file: str | None = None
    more_files: Names = ()
    fields: dict[str, Names] = {}
    values: dict[str, dict[str, str]] = {}
    reader: Literal["age", "course", "level", "visit", "window", "family"] | None = None
    limit: Names = ()
    text: Names = ()
    kept: dict[str, str] = {}
    constants: dict[str, str] = {}
    prefixes: dict[str, dict[str, Names]] = {}
    needs: str | None = None
    rule: str | None = None
    classes: Names = ()
    class_values: dict[str, dict[str, str]] = {}
    class_limit: dict[str, str] = {}
    point_name: Names = ()
    point_text: Names = ()
    batch: str | None = None
    rows: tuple[dict[str, str], ...] = ()

    @property
    def files(self) -> Names:
        """All files of the list."""
        return (*([self.file] if self.file else ()), *self.more_files)


class KnowledgeMapping(_Part):
    """A whole mapping."""

    register_: Register | None = None
    lists: dict[str, ListMapping]


def read_knowledge_mapping(path: Path | None = None) -> KnowledgeMapping:
    """A mapping from a file, or the built-in one. Raises TablesError naming the first key that is wrong."""
    path = path or _FOLDER / "nhsa.yaml"
    content = read_yaml(path)
    if isinstance(content, dict) and "register" in content:  # A name that models have taken.
        content = {"register_": content["register"], **{k: v for k, v in content.items() if k != "register"}}
    return parse_model(KnowledgeMapping, content, path)
