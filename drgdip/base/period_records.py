"""Records of what is computed from several months: clearing between regions, analysis."""

from __future__ import annotations

import json

from pydantic import Field

from drgdip.base.provenance import Identity, InputFile, Record


class CrossRegionRecord(Record):
    """What clearing between regions was computed from, and the hashes of its files."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    region: str = Field(pattern="^[0-9]{6}$", description="the region that clears, as a city")
    months: dict[str, str] = Field(description="month -> hash of the run's policy")
    policy: Identity
    policy_file: str
    clearing: str = Field(description="what home regions pay: dip_payable or recorded")
    inputs: list[InputFile]
    totals_fen: dict[str, int]
    outputs: dict[str, str] = Field(default_factory=dict, description="file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


class AnalysisRecord(Record):
    """What an analysis was computed from, and the hashes of its files."""

    engine_version: str
    command: list[str]
    started_at: str
    finished_at: str
    months: list[str]
    runs: dict[str, str] = Field(description="month -> hash of the run's statement")
    policy: Identity
    policy_file: str
    inputs: list[InputFile]
    warned: bool = Field(description="whether the policy has limits to warn by")
    outputs: dict[str, str] = Field(default_factory=dict, description="file -> its SHA-256")

    def to_json(self) -> str:
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
