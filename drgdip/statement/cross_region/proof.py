"""Proof of clearing between regions: every total reached on two ways (settlement arithmetic 7.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drgdip.base.text import Text
from drgdip.interface.clearing_line import ClearingLine, NetLine
from drgdip.statement.columns import ProofLine


def cross_region_proof(
    stated: Mapping[str, int], lines: Sequence[ClearingLine], received: Sequence[ClearingLine], net: Sequence[NetLine]
) -> tuple[ProofLine, ...]:
    """``stated`` : cases, payable and recorded of other regions' patients, summed from the cases themselves."""

    def total(name: str, of: Sequence[ClearingLine] = lines) -> int:
        return sum(getattr(line, name) for line in of)

    pays = total("home_pays_fen")
    return (
        ProofLine("cases", Text("异地病例数 = 清算单病例数", "stays of other regions = stays on the statements"),
                  stated["cases"], total("cases"), "rows"),
        ProofLine("payable", Text("异地病例应付之和 = 医疗机构应得之和", "payable of these stays = what hospitals receive"),
                  stated["payable_fen"], total("hospital_receives_fen"), "yuan"),
        ProofLine("recorded", Text("异地病例记账之和 = 清算单记账之和", "recorded for these stays = on the statements"),
                  stated["recorded_fen"], total("recorded_fen"), "yuan"),
        ProofLine("zero", Text("参保地拨付 = 医疗机构应得 + 就医地基金差额", "home pays = hospital receives + the place's difference"),
                  pays, total("hospital_receives_fen") + total("place_pool_difference_fen"), "yuan"),
        ProofLine("net", Text("净额之和 = 应收 − 应付", "balances = receivable − payable"),
                  sum(line.net_fen for line in net), pays - total("home_pays_fen", received), "yuan"),
    )  # fmt: skip
