"""Telling other programs what happened: outgoing webhooks, signed, tried again, and kept in a log."""
