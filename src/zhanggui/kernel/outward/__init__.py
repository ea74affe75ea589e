"""Talking to addresses that people type: where we may go at all, and one careful request there."""
