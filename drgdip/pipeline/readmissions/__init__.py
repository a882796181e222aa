"""Readmissions of a month: found across chunks and against earlier months, told, and paid as the policy says (8.4)."""
