"""Copies of a merchant's whole house that can be proved to come back: made, sealed, restored aside, audited, kept."""
