"""Signs of gaming in settled months: what may be looked at, never what may be denied (review analytics 3 to 6, 9, 10)."""
