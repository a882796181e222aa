"""Two persons approve a policy before results under it count as official.

The approval is of the file's bytes, by their hash: a changed file is another policy and needs approvals of its own. Of the
two at least one is not an author of the file (settlement arithmetic 11: two-person approval of parameter changes).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.provenance import Approval, ApprovedBy
from drgdip.base.text import Text
from drgdip.ledger.events import Event

if TYPE_CHECKING:
    from drgdip.ledger.store import Store
    from drgdip.policy import Policy

APPROVED, WITHDRAWN = "policy.approved", "policy.withdrawn"
NEEDED = 2
#: Longest name and note that are taken.
_NAME, _NOTE = 60, 1000


class PolicyApprovals(NamedTuple):
    """The approvals of one policy that stand, in the order given; and all events about it."""

    standing: Sequence[Event]
    events: Sequence[Event]

    @property
    def authors(self) -> list[str]:
        """Who wrote the file, as the approvals say."""
        return list(dict.fromkeys(author for event in self.standing for author in event.body["authors"]))

    @property
    def official(self) -> bool:
        """Whether two persons have approved, one of them not an author."""
        authors = {_same(author) for author in self.authors}
        names = {_same(event.actor) for event in self.standing}
        return len(names) >= NEEDED and bool(names - authors)

    def mark(self, store: str) -> Approval:
        """What results say of it."""
        by = [ApprovedBy(name=event.actor, on=event.at[:10]) for event in self.standing]
        return Approval(official=self.official, approved_by=by, store=store)


def approvals_of(store: Store, sha256: str) -> PolicyApprovals:
    """The approvals of the policy with this hash. Raises LedgerError if the store was tampered with."""
    events = [event for event in store.events(subject=sha256) if event.kind in (APPROVED, WITHDRAWN)]
    standing: dict[str, Event] = {}
    for event in events:
        standing.pop(_same(event.actor), None)
        if event.kind == APPROVED:
            standing[_same(event.actor)] = event
    return PolicyApprovals(list(standing.values()), events)


def approve(
    store: Store, policy: Policy, by: str, authors: Sequence[str] = (), note: str = "", *, withdraw: bool = False
) -> PolicyApprovals:
    """Record that a person approves a policy, or takes the approval back.

    Raises
    ------
    UsageError : the name is empty or too long, has approved already, or has no approval to take back.
    PolicyError : the policy has values that are unknown, so nothing could be settled with it.
    """
    for row in policy.unknown():
        policy.on(row.period.first)
    by, authors = person(by), [person(author) for author in authors]
    before = approvals_of(store, policy.sha256)
    given = any(_same(event.actor) == _same(by) for event in before.standing)
    if given != withdraw:
        raise UsageError(*_TWICE[withdraw])
    if len(note) > _NOTE:
        raise UsageError(
            Text(f"说明超过 {_NOTE} 字。", f"The note is longer than {_NOTE} characters."),
            Text("请缩短说明。", "Shorten it."),
        )
    body = {
        "policy": f"{policy.name} {policy.version}",
        "file": policy.source_path.name,
        "authors": authors,
        "note": note,
    }
    store.append(by, WITHDRAWN if withdraw else APPROVED, policy.sha256, body)
    return approvals_of(store, policy.sha256)


_TWICE = {
    False: (
        Text("该人已批准此政策。", "This person has approved the policy already."),
        Text("须由另一人批准;一人只计一次。", "Another person has to approve it; one counts once."),
    ),
    True: (
        Text("该人没有可撤回的批准。", "This person has no approval to take back."),
        Text("请用 drgdip policy approvals 查看已有的批准。", "See what stands with drgdip policy approvals."),
    ),
}


def person(text: str) -> str:
    """A person's name, without spaces around and with single ones within. Raises UsageError for what is none."""
    name = " ".join(text.split())
    if not name or len(name) > _NAME or any(unicodedata.category(sign).startswith("C") for sign in name):
        raise UsageError(
            Text(f"姓名为空、超过 {_NAME} 字或含控制字符。", f"A name is empty, longer than {_NAME} signs, or has control signs."),
            Text("请给出姓名。", "Give the person's name."),
        )  # fmt: skip
    return name


def _same(name: str) -> str:
    """What two spellings of one name have in common: width, case and spaces do not make two persons."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
