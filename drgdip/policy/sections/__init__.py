"""Sections of a policy that a city may leave out: each with its form, its values and its checks."""
