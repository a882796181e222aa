"""Provenance: what a result was made from. Written as ``run.json``; its JSON schema is generated from here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from drgdip.base.text import Text


def sha256_of_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """Hex SHA-256 of text as UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def combine(hashes: Iterable[str]) -> str:
    """One hash over several, in their order."""
    return sha256_of_text("\n".join(hashes))


class Record(BaseModel):
    """What all records share: frozen, and nothing beside what they name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class InputFile(Record):
    """An input and its hash."""

    path: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    rows: int = Field(ge=0)

    @classmethod
    def of_csv(cls, path: Path) -> InputFile:
        """A small CSV file as it stands: its rows are its lines but the header."""
        rows = max(len(path.read_bytes().splitlines()) - 1, 0)
        return cls(path=str(path), sha256=sha256_of_file(path), rows=rows)


class Identity(Record):
    """A table edition or a policy, by name and content."""

    name: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Words(Record):
    """Words in two languages, as JSON carries them."""

    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Standing(Record):
    """What a result stands on, in words, and how far it can be relied on: what its statements show."""

    region: Words
    policy: Words
    policy_status: str = Field(description="official, transcribed, derived, draft or synthetic")
    tables: Words
    tables_status: str = Field(description="official, transcribed, derived or synthetic")
    pools: dict[str, Words] = Field(description="pool -> its name")
    marks: dict[str, str] = Field(description="key of a policy value -> disputed, unverified or memory")
    weights: Words | None = Field(
        default=None, description="what is to be known of the weights, where they are not official"
    )


class ApprovedBy(Record):
    """One person's approval of a policy."""

    name: str
    on: str = Field(description="day of the approval, UTC")


class Approval(Record):
    """Whether a result is official: its policy, by hash, has been approved by two persons in the store of runs.

    Without a store, or with fewer approvals, a result is a trial; it is computed in the same way.
    """

    official: bool = False
    approved_by: list[ApprovedBy] = Field(default_factory=list)
    store: str | None = Field(default=None, description="the store that was asked")


TRIAL = Approval()


class RunRecord(Record):
    """All that is needed to recompute a run, and what it came to."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    month: str = Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")
    policy: Identity
    policy_file: str
    tables: Identity
    inputs: list[InputFile]
    rows: dict[str, int] = Field(description="row counts: read, settled, set_aside and excluded by reason")
    point_values: dict[str, str] = Field(description="pool -> yuan per point, four decimals")
    totals_fen: dict[str, int]
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="period values that the cases were priced with"
    )
    standing: Standing | None = None
    approval: Approval = TRIAL
    outputs: dict[str, str] = Field(default_factory=dict, description="result file -> its SHA-256, for small files")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class YearRecord(Record):
    """All that is needed to clear a year again, and what it came to. Its months are those of ``RunRecord``."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    year: str = Field(pattern="^[0-9]{4}$")
    policy: Identity
    policy_file: str
    tables: Identity
    months: dict[str, str] = Field(description="month -> hash of what the year was cleared from")
    inputs: list[InputFile]
    prior: Identity | None = Field(description="the earlier clearing that differences are posted against")
    point_values: dict[str, str] = Field(description="pool -> yuan per point, four decimals")
    fund_ratios: dict[str, str] = Field(description="pool -> fund ratio, four decimals")
    totals_fen: dict[str, int]
    standing: Standing
    approval: Approval = TRIAL
    outputs: dict[str, str] = Field(default_factory=dict, description="result file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class PrepaymentRecord(Record):
    """What a year's prepayment was computed from, and the hashes of its files."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    year: str = Field(pattern="^[0-9]{4}$")
    policy: Identity
    policy_file: str
    inputs: list[InputFile]
    total_fen: int
    outputs: dict[str, str]
    approval: Approval = TRIAL

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class SmoothingRecord(Record):
    """What point values were smoothed from, and the hashes of the files."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    method: str
    axis: str = Field(description="which number of the centre is the point value: cost or income per point")
    inputs: list[InputFile]
    outputs: dict[str, str]

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class SampleRecord(Record):
    """What a sample was drawn from, or extrapolated with, and the hashes of its files."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    inputs: list[InputFile]
    parameters: dict[str, Any]
    outputs: dict[str, str]

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class CatalogueRecord(Record):
    """All that is needed to build a catalogue again; settings and counts are in its ``build.json``."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    year: str = Field(pattern="^[0-9]{4}$", description="year that the catalogue is for")
    tables: Identity
    earlier: Identity | None = Field(description="the edition that it was compared with")
    inputs: list[InputFile]
    rows: dict[str, int] = Field(description="stays: read, kept, left out by rule, ungrouped")
    outputs: dict[str, str] = Field(description="file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class ComparisonRecord(Record):
    """All that is needed to compare two editions again, and what it came to."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    year: str = Field(pattern="^[0-9]{4}$")
    before: Identity
    after: Identity
    policy: Identity | None = Field(description="that both were settled under; none: by weights alone")
    inputs: list[InputFile]
    total_points: str | None = Field(
        description="all, unchanged or free: which weights were scaled to keep total points"
    )
    factor: str | None = Field(description="on those weights, an exact fraction")
    point_values: dict[str, list[str]] = Field(description="pool -> yuan per point under either edition")
    totals_fen: dict[str, int]
    outputs: dict[str, str] = Field(description="file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class ScreeningRecord(Record):
    """All that is needed to screen again, and what it came to."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    rules: list[str]
    gate: bool = Field(
        description="whether cases whose data do not agree were held; only if its rule was among those run"
    )
    params: Identity | None
    pack: Identity | None = Field(description="the knowledge pack that lists came from")
    inputs: list[InputFile]
    lanes_fen: dict[str, dict[str, int]] = Field(
        description="deny, review, hold, points, regroup, none -> number of findings, and what is due of them in fen"
    )
    outputs: dict[str, str] = Field(description="file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class PolicyBackTestRecord(Record):
    """All that is needed to back-test a policy again, and what it came to."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    months: list[str]
    before: Identity
    after: Identity
    values_of: list[str | None] = Field(
        description="old and new: the day whose values stand for the months; none: their own"
    )
    inputs: list[InputFile]
    totals_fen: dict[str, int]
    causes_fen: dict[str, int] = Field(description="section of the policy -> what it moves of the payable")
    outputs: dict[str, str] = Field(description="file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def run_record_schema() -> dict[str, Any]:
    """JSON schema of ``run.json``."""
    return RunRecord.model_json_schema()
