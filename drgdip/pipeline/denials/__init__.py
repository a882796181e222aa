"""Denials after review in a month: which stays lose what, and what leaves the pool before its point value (8.3)."""
