"""Benchmarks: each prints a ratio against a named peer or the naive way."""
