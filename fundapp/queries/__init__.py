"""Reads: each function selects and gives frozen rows in a deterministic order."""
