"""Signs of gaming as rows and columns: leads for a sample, which never deny money. Source: review analytics 2, 3, 5 and 10."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Text
from drgdip.statement.output_column import OutputColumn, Unit


class PairRow(NamedTuple):
    """A pair of groups in one hospital. listed : it stands out among all that were tested; joint : and its stays cost less."""

    hospital: str
    high: str
    low: str
    cases: int
    share_e4: int
    peer_share_e4: int
    z_e4: int
    excess_e4: int
    lead_fen: int
    cost_ratio_e4: int
    joint: str
    listed: str


class DriftRow(NamedTuple):
    """How the case-mix index changed in a hospital (the city without a name), and by what."""

    hospital: str
    cases_before: int
    cases: int
    before_e4: int
    after_e4: int
    change_e4: int
    mix_e4: int
    tier_e4: int
    weights_e4: int


class BunchRow(NamedTuple):
    """Stays just beyond a limit in a hospital (the city without a name)."""

    limit: str
    name: Text
    hospital: str
    cases: int
    seen: int
    expected_e4: int
    excess_e4: int
    share_e4: int
    told: str


def _column(field: str, unit: Unit, zh: str, en: str, meaning: Text, source: str) -> OutputColumn:
    header = field.removesuffix("_e4").replace("_fen", "_yuan")
    return OutputColumn(field, {"hospital": "fixmedins_code"}.get(header, header), unit, Text(zh, en), meaning,
                        Text(f"审核分析 {source}", f"Review analytics {source}"))  # fmt: skip


def _hospital(source: str) -> OutputColumn:
    return _column("hospital", "text", "医疗机构", "hospital", Text("为空即全市", "empty: the city"), source)


PAIR_COLUMNS = (
    _hospital("3"),
    _column("high", "text", "高权重病组", "higher group", Text("权重较高的病组", "the group of higher weight"), "3"),
    _column("low", "text", "低权重病组", "lower group", Text("权重较低的病组", "the group of lower weight"), "3"),
    _column("cases", "count", "病例数", "cases", Text("两组病例数", "stays of both groups"), "3"),
    _column("share_e4", "ratio", "高组占比", "share", Text("高权重病组占两组的比例", "share of the higher group"), "3"),
    _column("peer_share_e4", "ratio", "其他机构占比", "peers' share", Text("其他机构的占比", "that of all other hospitals"), "3"),
    _column("z_e4", "ratio", "z 值", "z", Text("与其他机构相差的标准误倍数", "standard errors away from peers"), "3"),
    _column("excess_e4", "ratio", "超出例数", "excess stays", Text("病例数×(占比−其他机构占比),不小于零", "cases × (share − peers' share), not below zero"), "3"),
    _column("lead_fen", "yuan", "线索金额", "lead", Text("超出例数×权重差×每权重应付,仅供排序,不作扣款依据", "excess × difference of weights × payable per weight; for ranking only, never a denial"), "3"),
    _column("cost_ratio_e4", "ratio", "高组费用比", "cost ratio", Text("高权重病组次均费用÷其他机构", "mean cost in the higher group ÷ that of peers"), "3"),
    _column("joint", "text", "联合特征", "joint sign", Text("占比偏高而费用偏低", "share up and cost down"), "3"),
    _column("listed", "text", "列入", "listed", Text("错误发现率内显著", "stands out within the false discovery rate"), "2"),
)  # fmt: skip
DRIFT_COLUMNS = (
    _hospital("3"),
    _column("cases_before", "count", "对比期病例", "cases before", Text("对比期入组病例数", "grouped stays of the earlier months"), "3"),
    _column("cases", "count", "病例数", "cases", Text("本期入组病例数", "grouped stays of the months"), "3"),
    _column("before_e4", "ratio", "对比期 CMI", "CMI before", Text("对比期病例组合指数", "case-mix index of the earlier months"), "3"),
    _column("after_e4", "ratio", "CMI", "CMI", Text("本期病例组合指数", "case-mix index of the months"), "3"),
    _column("change_e4", "ratio", "变化", "change", Text("本期减对比期", "the months less the earlier ones"), "3"),
    _column("mix_e4", "ratio", "病种构成", "mix", Text("收治病种(ADRG 或诊断)变化的部分", "by other families of groups"), "3"),
    _column("tier_e4", "ratio", "层级", "tiers", Text("同一病种内分层(合并症、操作)变化的部分", "by other tiers within families"), "3"),
    _column("weights_e4", "ratio", "权重表", "weights", Text("权重表变化的部分", "by other weights of groups"), "3"),
)  # fmt: skip
BUNCH_COLUMNS = (
    _column("limit", "text", "界限", "limit", Text("界限代码", "key of the limit"), "5"),
    _column("name", "text", "范围", "range", Text("检验的范围", "what is tested"), "5"),
    _hospital("5"),
    _column("cases", "count", "病例数", "cases", Text("拟合与检验范围内的病例", "stays in the ranges fitted and tested"), "5"),
    _column("seen", "count", "实际", "seen", Text("界限之外紧邻范围的病例", "stays just beyond the limit"), "5"),
    _column("expected_e4", "ratio", "期望", "expected", Text("由两侧直线拟合", "by a line through both sides"), "5"),
    _column("excess_e4", "ratio", "超出", "excess", Text("实际减期望", "seen less expected"), "5"),
    _column("share_e4", "ratio", "超出比例", "excess share", Text("超出÷期望", "excess ÷ expected"), "5"),
    _column("told", "text", "提示", "told", Text("超出比例达到界限", "the share reaches the limit"), "5"),
)  # fmt: skip
