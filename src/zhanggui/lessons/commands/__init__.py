"""Verbs of lessons."""
