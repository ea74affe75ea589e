"""Douyin's exported orders: a row for each sub-order, with its own share of everything."""
