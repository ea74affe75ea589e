"""Gateways that money comes through: each a plugin behind ``payments.port``."""
