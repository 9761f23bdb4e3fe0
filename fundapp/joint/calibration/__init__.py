"""Strict and generous reviewers told apart: the additive mixed model and what follows from it."""
