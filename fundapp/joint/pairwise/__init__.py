"""Judging by pairs: which of two entries is better, the order that follows, what to ask next."""
