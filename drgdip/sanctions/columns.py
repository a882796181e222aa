"""What denials read and write."""

from __future__ import annotations

from drgdip.base.columns import Column

_SOURCE = "settlement arithmetic 8.3"

#: What comes beside the cases. All zero: nothing is denied.
JOINS = (
    Column("denial_mode", "int8", "code", "拒付方式",
           "mode of the denial (0 none, 1 amount, 2 scaled, 3 cost re-priced, 4 regrouped, 5 void)", _SOURCE),
    Column("denial_asked_fen", "int64", "fen", "拒付要求金额", "what the denials of the stay ask for", _SOURCE),
    Column("denial_points_e4", "int64", "e4", "移出基金池的分值", "points that leave the pool before its point value", _SOURCE),
)  # fmt: skip

READS = (Column("payable_fen", "int64", "fen", "应支付金额", "payable by the funds of the pool"), *JOINS)

WRITES = (
    Column("denied_fen", "int64", "fen", "拒付金额", "denied after review, never above the payable", _SOURCE),
    Column("net_payable_fen", "int64", "fen", "拒付后应支付", "payable less what is denied", _SOURCE),
)

_EPISODES = "settlement arithmetic 8.4"
#: Points before readmission has its say; the last stage before it writes them under this name.
UNMERGED = Column("unmerged_points_e4", "int64", "e4", "合并前分值", "points before readmission", _EPISODES)
ROLE = Column(
    "episode_role", "int8", "code", "再入院角色",
    "place in an episode (0 none, 1 paid for all of it, 2 paid with another stay, 3 later stay paid a share)", _EPISODES,
)  # fmt: skip
EPISODE_COST = Column("episode_cost_fen", "int64", "fen", "合并费用", "cost of all stays of the episode", _EPISODES)
EPISODE_PATIENT = Column(
    "episode_patient_fen", "int64", "fen", "合并个人支付", "paid by the patient in all of them", _EPISODES
)
EPISODE_OTHER = Column(
    "episode_other_fen", "int64", "fen", "合并其他基金", "paid by other funds in all of them", _EPISODES
)
EPISODE_HOSPITAL = Column(
    "episode_hospital_fen", "int64", "fen", "合并医院负担", "borne by the hospital in all of them", _EPISODES
)
PRICING_JOINS = (ROLE, EPISODE_COST)
READMISSION_JOINS = (EPISODE_HOSPITAL, EPISODE_PATIENT, EPISODE_OTHER)
READMISSION_READS = (UNMERGED, ROLE, *READMISSION_JOINS)
PAYMENT_READS = (ROLE, EPISODE_PATIENT, EPISODE_OTHER)
#: What the cost that counts by item is worked out from, where no review has written it.
COST_READS = (
    Column("total_cost_fen", "int64", "fen", "医疗费总额", "total cost of the stay"),
    Column("hospital_part_fen", "int64", "fen", "医院负担", "borne by the hospital"),
    EPISODE_COST,
)


def episode_column(fee: Column) -> Column:
    """The sum of a fee fact over all stays of an episode."""
    return fee._replace(name=f"episode_{fee.name}", zh=f"合并{fee.zh}", en=f"{fee.en}, all stays of the episode")
