"""The manifest of an edition or a code list: what it is, where it is from, what it was made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from drgdip.base.errors import TablesError, UsageError
from drgdip.base.money import round_yuan
from drgdip.base.text import Text

MANIFEST_FILE = "manifest.yaml"

Scheme = Literal["dip", "chs-drg", "code-system", "treatment-types", "code-mapping", "auxiliary", "knowledge"]
Status = Literal["official", "transcribed", "derived", "synthetic"]

M = TypeVar("M", bound=BaseModel)

_Sha256 = Field(pattern="^[0-9a-f]{64}$")
_MAX_BYTES = 1 << 20
_MAX_DEPTH = 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Region(_Part):
    """A region by its six-digit division code."""

    admdvs: str = Field(pattern=r"^\d{6}$")
    name: Words


class Effective(_Part):
    """Days on which an edition holds, both included; ``to`` is open until a successor is published."""

    from_: date = Field(alias="from")
    to: date | None = None


class ListReference(_Part):
    """A code list that an edition is compiled with: by name, or a file in the edition's own folder."""

    name: str
    sha256: str = _Sha256
    file: str | None = None


class Extends(_Part):
    """The edition that this one was made from by changes of its own."""

    edition: str
    sha256: str = _Sha256


class ListOrigin(_Part):
    """Where a list of a knowledge pack is from, and what became of its rows.

    batches : batch of the publication -> day it was published, None if the copy at hand does not say. rules : codes of
    the official rules that it serves. unread : rows whose limit could not be read (kept as text, or left out). dated :
    rows that hold from or until a day of their own. marked : mark -> rows that carry it.
    """

    batches: dict[str, date | None] = {}
    rules: list[str] = []
    rows: int
    unread: int = 0
    dated: int = 0
    marked: dict[str, int] = {}


class About(_Part):
    """What only people know of an edition; everything else follows from its files."""

    title: Words
    status: Status = "transcribed"
    region: Region | None = None
    effective: Effective | None = None
    sources: list[Words] = []
    notes: list[Words] = []


class Manifest(About):
    """Manifest of one folder of tables.

    rows : counts by what is counted. files : file name -> SHA-256 of its bytes.
    kind : diagnosis, procedure or item (of fees), for code lists.
    point_scale, region_mean_cost_yuan : for DIP; a group of mean cost has ``point_scale`` points.
    code_systems : role (diagnoses, procedures, treatment_types) -> list used.
    extends : base and its hash, of an edition that was made by changing another.
    lists : of a knowledge pack, list -> where it is from.
    """

    scheme: Scheme
    edition: str = Field(pattern=r"^\w[\w.-]*$")
    kind: Literal["diagnosis", "procedure", "item"] | None = None
    imported_at: date
    rows: dict[str, int]
    files: dict[str, str]
    point_scale: int | None = Field(default=None, gt=0)
    region_mean_cost_yuan: str | None = Field(default=None, pattern=r"^\d+(\.\d+)?$")
    code_systems: dict[str, ListReference] = {}
    extends: Extends | None = None
    lists: dict[str, ListOrigin] = {}

    @field_validator("region_mean_cost_yuan")
    @classmethod
    def _is_positive(cls, value: str | None) -> str | None:
        if value is not None and round_yuan(value) <= 0:
            raise ValueError("must be greater than zero")
        return value


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises TablesError if it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        _refuse_endless(content)
        return yaml.load(content.decode("utf-8-sig"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TablesError(
            Text(f"无法读取 {path}。", f"{path} cannot be read ({_first_line(error)})."),
            Text("请检查文件是否存在且为 YAML。", "Check that the file exists and is YAML."),
        ) from error


def _refuse_endless(content: bytes) -> None:
    """Raise YAMLError for what would fill the stack or the memory of its reader."""
    depth = 0
    if len(content) > _MAX_BYTES:
        raise yaml.YAMLError(f"larger than {_MAX_BYTES} bytes")
    for event in yaml.parse(content.decode("utf-8-sig"), Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("aliases and deep nesting are not accepted")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder. Raises TablesError naming the first key that is wrong."""
    return parse_model(Manifest, read_yaml(folder / MANIFEST_FILE), folder / MANIFEST_FILE)


def parse_model(model: type[M], content: Any, path: Path) -> M:
    """Validate what a YAML file holds. Raises TablesError naming the first key that is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TablesError(
            Text(f"{path} 的 {place} 有误。", f"{place} of {path} is wrong: {first['msg']}.")
            if place
            else Text(f"{path} 的内容不是键与值。", f"{path} does not hold keys and values."),
            Text("请按随附目录的同类文件更正。", "Correct it after the files that come with the package."),
        ) from error


def new_manifest(about: About, **content: Any) -> Manifest:
    """A manifest of what an import was told and found. Raises UsageError naming what cannot be so."""
    try:
        return Manifest.model_validate({**about.model_dump(by_alias=True), **content})
    except ValidationError as error:
        first = error.errors()[0]
        place, value = ".".join(map(str, first["loc"])), first["input"]
        raise UsageError(
            Text(f"{place} 的值“{value}”不可用。", f'{place} cannot be "{value}": {first["msg"]}.'),
            Text("请更正后重试。", "Correct it and try again."),
        ) from error


def manifest_text(manifest: Manifest) -> str:
    """A manifest as YAML, keys in the order of the model, unset ones left out."""
    content = manifest.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=False)
    order = ["scheme", "edition", "extends", "kind", "title", "status", "region", "effective", "imported_at", "point_scale",
             "region_mean_cost_yuan", "rows", "lists", "code_systems", "files", "sources", "notes"]  # fmt: skip
    kept = {key: content[key] for key in order if content.get(key) not in (None, {}, [])}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
