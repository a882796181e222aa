"""Whether compiled tables and compiled code may be kept in the user's cache directory.

The environment variable ``DRGDIP_CACHE=off`` switches both off: nothing is read from there or written to it, and
each process compiles for itself.
"""

from __future__ import annotations

import os

VARIABLE = "DRGDIP_CACHE"
#: What is made once for the stages of a policy is kept for so many of them: a service sees new policies for ever.
MOST_PROCESSES = 64
_OFF = frozenset(("off", "0", "no", "false"))


def caching() -> bool:
    """Whether caches may be used."""
    return os.environ.get(VARIABLE, "").strip().lower() not in _OFF
