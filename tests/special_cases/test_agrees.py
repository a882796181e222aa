"""Random months and decisions over two months: the engine equals the reference to the fen, and no quota is exceeded."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.special import Asked, admitted, quota, worth
from tests.special_cases.sample import City, decision, special_policy, stay

PV_E4, STANDARD_E4, REFERENCE = 100_000, 3_300_000, 300_000
#: Costs around the gate (6,000.00, strictly above), so that both sides are drawn.
costs = st.sampled_from([3000, 5999, 6000, 6001, 9000, 9000, 12000, 15000, 40000])
stays = st.lists(st.tuples(costs, st.integers(0, 6000)), min_size=1, max_size=7)
shares = st.sampled_from(["0.1000", "0.2500", "0.3334", "0.5000", "0.9999", "1.0000"])
verdicts = st.lists(st.tuples(st.booleans(), st.integers(1, 10**6), st.integers(1, 40_000)), min_size=20, max_size=20)


def ordinary(cost: int, patient: int) -> int:
    """Payable without a decision, in fen: extra points above twice the reference."""
    points = round_half_up(300 * 11 * (cost - 6000 + 3000) * 10000, 3000 * 10) if cost > 6000 else STANDARD_E4
    return max(round_half_up(points * PV_E4, 10**6) - 100 * patient, 0)


def round_half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@settings(max_examples=25, deadline=None)
@given(january=stays, february=stays, share=shares, drawn=verdicts, split=st.integers(0, 7))
def test_two_months_agree(january, february, share, drawn, split) -> None:
    cases = {f"J{i}": ("2026-01", *one) for i, one in enumerate(january)}
    cases |= {f"F{i}": ("2026-02", *one) for i, one in enumerate(february)}
    asked, rows = {}, {}
    for (name, (_, cost, _)), (by_item, part, factor) in zip(cases.items(), drawn, strict=False):
        if cost <= 6000 or (not by_item and STANDARD_E4 * factor // 10_000 * PV_E4 > cost * 100 * 10**6):
            continue
        allowed = max(cost * 100 * part // 10**6, 1)
        asked[name] = Asked(
            name, cost * 100, REFERENCE, STANDARD_E4, allowed if by_item else None, None if by_item else factor
        )
        amounts = (
            {"allowed_yuan": f"{allowed // 100}.{allowed % 100:02}"}
            if by_item
            else {"factor": f"{factor // 10_000}.{factor % 10_000:04}"}
        )
        rows[name] = decision(f"D-{name}", name, "by_item" if by_item else "adjusted", "2026-02-20", **amounts)
    # Some of January's are decided in January; the others are posted in February.
    early = [name for name in asked if name.startswith("J")][:split]
    with tempfile.TemporaryDirectory() as folder:
        city = City(Path(folder), special_policy(('"0.5", cite', f'"{share}", cite')))
        reports = [
            city.settle("2026-01", [stay("2026-01", n, c, min(p, c)) for n, (m, c, p) in cases.items() if m == "2026-01"], [rows[n] for n in early]),
            city.settle("2026-02", [stay("2026-02", n, c, min(p, c)) for n, (m, c, p) in cases.items() if m == "2026-02"],
                        [rows[n] for n in rows if n not in early], prior=["2026-01"]),
        ]  # fmt: skip

    share_e4 = int(share.replace(".", ""))
    first = admitted([asked[n] for n in early], quota(len(january), share_e4))
    second = admitted([one for n, one in asked.items() if n not in first],
                      quota(len(january) + len(february), share_e4) - len(first))  # fmt: skip

    def decided(name: str) -> int:
        return worth(asked[name], PV_E4)[1]

    def paid(name: str, month: str) -> int:
        own, cost, patient = cases[name]
        usual, by_decision = ordinary(cost, min(patient, cost)), None
        if name in first or name in second:
            # Under clamp_case no stay is worth less than nothing, by item or by points (4.2).
            by_decision = max(decided(name) - 100 * min(patient, cost), 0)
        if own == month:
            in_time = name in (first if month == "2026-01" else second)
            return by_decision if in_time and by_decision is not None else usual
        return by_decision - usual if month == "2026-02" and name in second and by_decision is not None else 0

    for month, report in zip(("2026-01", "2026-02"), reports, strict=True):
        assert sum(r.payable_fen + r.special_difference_fen for r in report.rows) == sum(paid(n, month) for n in cases)
        assert all(line.holds for line in report.proof)
        in_force = {line.setl_id for line in report.special if line.standing == "in_force"}
        assert in_force == set(first if month == "2026-01" else second)
    assert len(first) + len(second) <= quota(len(cases), share_e4)
