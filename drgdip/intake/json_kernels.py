"""The compiled scan that cuts a stream of JSON into its values, whatever stands inside them."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel

_QUOTE, _BACKSLASH, _COMMA = ord('"'), ord("\\"), ord(",")
_OPEN_LIST, _CLOSE_LIST, _OPEN, _CLOSE = ord("["), ord("]"), ord("{"), ord("}")

#: Places of the state: nesting, inside a string, after a backslash, values are items of one list, the list is closed.
DEPTH, IN_STRING, ESCAPED, IN_LIST, CLOSED = range(5)


@kernel
def value_ends(data: Any, state: Any) -> Any:
    """Positions in ``data`` (uint8) right after which a value ends; ``state`` (int64, (5,)) goes on to the next block.

    Items of a list end before the comma or bracket after them, which is counted in; objects in a row after their brace.
    """
    ends = np.empty(len(data), dtype=np.int64)
    count = 0
    for at in range(len(data)):
        sign = data[at]
        if state[CLOSED] != 0:
            break
        if state[IN_STRING] != 0:
            if state[ESCAPED] != 0:
                state[ESCAPED] = 0
            elif sign == _BACKSLASH:
                state[ESCAPED] = 1
            elif sign == _QUOTE:
                state[IN_STRING] = 0
        elif sign == _QUOTE:
            state[IN_STRING] = 1
        elif sign in (_OPEN, _OPEN_LIST):
            state[DEPTH] += 1
        elif sign in (_CLOSE, _CLOSE_LIST) and state[DEPTH] > 0:
            state[DEPTH] -= 1
            if state[DEPTH] == 0 and state[IN_LIST] == 0:
                ends[count] = at + 1
                count += 1
        elif state[IN_LIST] != 0 and state[DEPTH] == 0 and sign in (_COMMA, _CLOSE_LIST):
            ends[count] = at + 1
            count += 1
            state[CLOSED] = 1 if sign == _CLOSE_LIST else 0
    return ends[:count]
