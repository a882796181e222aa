"""What becomes of findings: states, decisions, deadlines, and which of them are denied (review workflow 2, 5 and 6)."""
