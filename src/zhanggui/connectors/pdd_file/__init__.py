"""Pinduoduo's exported orders: a row for each order, the gift beside its goods."""
