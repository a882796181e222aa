"""Special-case review in the process: what comes beside the cases, what earlier months hand on, and what a month decides."""
