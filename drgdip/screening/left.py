"""What is left of one line, case or settlement while money is counted once (review rules 0.5)."""

from __future__ import annotations

from drgdip.screening.amounts import Amounts


class Left:
    """What is left of one line, case or settlement; None where the data do not say."""

    __slots__ = ("apart_fee", "apart_scope", "fee", "fund", "quantity", "scope", "taken_by")

    def __init__(self, quantity: int | None, fee: int | None, scope: int | None, fund: int | None) -> None:
        self.quantity, self.fee, self.scope, self.fund = quantity, fee, scope, fund
        self.taken_by = ""
        self.apart_fee = self.apart_scope = 0

    def take(self, amounts: Amounts) -> Amounts:
        """At most what is left."""
        taken = Amounts(amounts.quantity_e4, _least(amounts.fee_fen, self.fee), _least(amounts.scope_fen, self.scope),
                        _least(amounts.fund_fen, self.fund))  # fmt: skip
        self.fee, self.scope, self.fund = (
            _less(self.fee, taken.fee_fen), _less(self.scope, taken.scope_fen), _less(self.fund, taken.fund_fen)
        )  # fmt: skip
        return taken


def _least(amount: int | None, left: int | None) -> int | None:
    return amount if amount is None or left is None else max(0, min(amount, left))


def _less(left: int | None, taken: int | None) -> int | None:
    return left if left is None or taken is None else left - taken
