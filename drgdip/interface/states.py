"""States of settlement files and settlement lists, and where each may go (settlement arithmetic 4.6).

A settlement file is what a hospital applies for: one month of one pool. Codes and their order are those of the national
platform [S9], those of lists of the interface [S8]. From which states a file may be rejected, and that it may then be applied
for anew, no text at hand says: derived from what the states mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from drgdip.base.text import Text

#: What a state does to the money of a file.
Money = Literal["held", "paid", "void"]
MONEY: Mapping[Money, Text] = {
    "held": Text("待拨", "held"),
    "paid": Text("已拨", "paid"),
    "void": Text("不拨", "void"),
}


class State(NamedTuple):
    """One state. to : codes that may follow. money : of a file; None for a list, whose stays are settled or wait."""

    words: Text
    to: tuple[int, ...]
    money: Money | None = None


class Machine(NamedTuple):
    """States by code, and those that the first event may bring."""

    words: Text
    first: tuple[int, ...]
    states: Mapping[int, State]

    def refusal(self, before: int | None, to: int) -> Text | None:
        """Why a state may not follow another (None: there is none yet), in a sentence; None if it may."""
        if to not in self.states:
            known = ", ".join(map(str, self.states))
            return Text(
                f"{self.words.zh}没有状态 {to}(有 {known})", f"a {self.words.en} has no state {to} ({known} are there)"
            )
        allowed = self.first if before is None else self.states[before].to
        if to in allowed:
            return None
        then = Text("没有状态", "no state") if before is None else self.named(before)
        following = Text("、".join(self.named(code).zh for code in allowed) or "无", ", ".join(self.named(code).en for code in allowed) or "nothing")  # fmt: skip
        return Text(
            f"{self.words.zh}不能由“{then.zh}”变为“{self.named(to).zh}”;其后只能是:{following.zh}",
            f"a {self.words.en} cannot go from “{then.en}” to “{self.named(to).en}”; what may follow: {following.en}",
        )

    def named(self, code: int) -> Text:
        """Code and words of a state."""
        words = self.states[code].words
        return Text(f"{code} {words.zh}", f"{code} {words.en}")


FILE = Machine(
    Text("结算申报", "settlement file"),
    (10,),
    {
        10: State(Text("已申报", "applied"), (20, 70), "held"),
        20: State(Text("已受理", "accepted"), (30, 70), "held"),
        30: State(Text("审核中", "auditing"), (40, 70), "held"),
        40: State(Text("已审核", "audited"), (50,), "held"),
        50: State(Text("已清算", "cleared"), (60,), "held"),
        60: State(Text("已拨付", "paid"), (), "paid"),
        70: State(Text("已退回", "rejected"), (10,), "void"),
    },
)
#: From here on the money of a file is settled, and its month is not settled again.
CLOSED = (50, 60)

LIST = Machine(
    Text("结算清单", "settlement list"),
    (0, 1),
    {
        0: State(Text("未提交", "not submitted"), (1,)),
        1: State(Text("已提交", "submitted"), (2, 3)),
        2: State(Text("审核通过", "passed"), ()),
        3: State(Text("审核不通过", "failed"), (1,)),
    },
)
#: Only lists in this state are settled.
PASSED = 2
