"""Presets of places: every value says how far it can be relied on, and what is there settles once the rest is filled in."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from drgdip import settle_month
from drgdip.base.errors import PolicyError
from drgdip.cli import cli
from drgdip.policy import load_policy, shipped_policies
from drgdip.policy.load import parse_policy

PRESETS = [name for name in shipped_policies() if not name.startswith("demo_")]
MONTH = "2026-01"
DRG = ["chongqing_like", "dazhou", "foshan", "harbin", "panjin", "qingyang", "wuhan", "zaozhuang", "zhoukou"]
#: What a small month floats on, in place of the fund of a city.
FUND = {"value": "300000", "cite": "Example"}


def raw(name: str) -> Any:
    path = Path(str(load_policy(name).source_path))
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def filled(preset: Any, other: Any) -> Any:
    """The preset with the other's value wherever it says unknown; the other's first pool stands for every pool."""
    found = {}
    for key, value in preset.items():
        beside = other.get(key) or next(iter(other.values()))
        if isinstance(value, dict) and "cite" in value:
            found[key] = {**value, "value": deepcopy(beside["value"])} if value["value"] == "unknown" else value
        else:
            found[key] = filled(value, beside) if isinstance(value, dict) and value else value
    return found


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("presets")
    editions = {"dip": ("--edition", "2.0-pingdingshan-2025"), "chs-drg": ("--scheme", "chs-drg", "--edition", "2.0")}
    for scheme, arguments in editions.items():
        out = folder / f"{scheme}.csv"
        ended = CliRunner().invoke(
            cli, ["synth", *arguments, "--cases", "40", "--month", MONTH, "--seed", "1", "-o", str(out)]
        )
        assert ended.exit_code == 0, ended.output
    return {scheme: folder / f"{scheme}.csv" for scheme in editions}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_settles_once_a_place_has_filled_it_in(name: str, months: dict[str, Path]) -> None:
    preset = load_policy(name)
    scheme = preset.tables_scheme
    demo = raw("demo_drg_city" if scheme == "chs-drg" else "demo_city")
    demo |= {name: raw("demo_special")[name] for name in ("special", "readmission", "sanctions")}
    demo["cross_region"] = raw("demo_city")["cross_region"] | {"sub_pool": {"value": False, "cite": "Example"}}
    tree = filled(raw(name), demo)
    for pool in tree["pools"].values():
        pool["month_fund_yuan"] = dict(FUND)
        pool["patients"] = {"value": "any", "cite": "Example"}
    if tree.get("drg", {}).get("method", {}).get("value") == "points":
        tree["month"]["point_value"]["value"] = "floating"
    policy = parse_policy(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode(), Path(f"{name}.yaml"))

    result = settle_month(policy, months[scheme], MONTH)

    assert len(result.cases) > 20
    assert int(result.statement["payable_fen"].sum()) == sum(result.cases["payable_fen"].to_pylist()) > 0
    if any(row.value == "unknown" for row in preset.describe()):
        with pytest.raises(PolicyError):
            settle_month(name, months[scheme], MONTH)


def test_every_value_says_how_far_it_can_be_relied_on() -> None:
    """In presets of places: a value without a mark is one that a text at hand prescribes."""
    marks = {"sourced", "derived", "unverified", "memory", "disputed"}

    def leaves(tree: Any) -> Any:
        for value in tree.values():
            if isinstance(value, dict):
                yield from [value] if "cite" in value else leaves(value)

    for name in PRESETS:
        found = list(leaves(raw(name)))
        assert found
        assert {leaf.get("status") for leaf in found} <= marks, name


def test_presets_by_drg_have_what_the_evidence_says() -> None:
    """Settlement arithmetic 9.1 and 2.7: figures and formulas, each unverified."""
    assert [name for name in PRESETS if load_policy(name).tables_scheme == "chs-drg"] == DRG
    formulas = {name: raw(name)["deviation"]["high"]["value"] for name in ("zhoukou", "dazhou", "zaozhuang", "panjin")}
    assert {name: high["formula"] for name, high in formulas.items()} == {
        "zhoukou": "deduct", "dazhou": "linear_add", "zaozhuang": "linear_add", "panjin": "cap",
    }  # fmt: skip
    segments = [(part.get("rw_below"), part["threshold"]) for part in formulas["zhoukou"]["segments"]]
    assert segments == [("1", "3"), ("2", "2.5"), ("3", "2"), ("5", "1.5"), (None, "1.3")]
    zhoukou, west, foshan = raw("zhoukou"), raw("chongqing_like"), raw("foshan")
    assert zhoukou["drg"]["region_mean_cost_yuan"]["value"] == "5270.76"
    assert [pool["opening_point_value"]["value"] for pool in zhoukou["pools"].values()] == ["53.8381", "52.8094"]
    assert zhoukou["deviation"]["low"]["value"]["threshold"] == "0.35"
    assert west["deviation"]["low"]["value"] == {"threshold": "0.4", "inclusive": True, "formula": "by_item"}
    assert {pool["opening_point_value"]["value"] for pool in west["pools"].values()} == {"9575.25"}
    assert (foshan["k"]["floor"]["value"], foshan["k"]["cap"]["value"]) == ("0.82", "1.07")
