"""The section ``special`` of a policy: what is refused, and what is warned of."""

from __future__ import annotations

import pytest

from tests.policy.samples import only_problem, parse
from tests.special_cases.sample import special_policy


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{cost_above: "2"}', "{}", "at least one condition"),
        ('{cost_above: "2"}', "{cost_basis: standard, stay_from: 3}", "goes with cost_above"),
        ('{cost_above: "2"}', "{age_from: 70, age_to: 60}", "never hold"),
        ('{cost_above: "2"}', '{cost: "2", stay_from: 3}', "unknown key"),
        ("reviewers: {value: 2", "reviewers: {value: 1", "between 2 and 20"),
        ("[by_item, adjusted, rejected]", "[by_item]", "rejected"),
        ('share: {value: "0.5"', 'share: {value: "1.5"', "must lie between"),
        ("effect: {value: before_pv", "effect: {value: sometimes", "before_pv"),
    ],
)
def test_what_cannot_be_is_refused(old: str, new: str, words: str) -> None:
    assert words in only_problem(special_policy((old, new))).words.en


def test_a_section_in_part_is_refused() -> None:
    assert "reviewers" in only_problem(special_policy(('  reviewers: {value: 2, cite: "Example"}\n', ""))).words.en


@pytest.mark.parametrize(("share", "count"), [("0.005", 0), ("0.0051", 1)])
def test_a_share_above_the_national_one_is_warned_of(share: str, count: int) -> None:
    policy = parse(special_policy(('"0.5", cite', f'"{share}", cite')))

    assert len([one for one in policy.warnings if one.path.startswith("special.share")]) == count
