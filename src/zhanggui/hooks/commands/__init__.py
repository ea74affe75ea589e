"""Verbs over outgoing webhooks."""
