"""Statistics of an edition that grouping does not need: mean length of stay and coefficient of variation."""
from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Statistics(NamedTuple):
    mean_stay_days: np.ndarray
    cv: np.ndarray
def read_statistics(tables):
    return Statistics(tables._stay, tables._cv)
