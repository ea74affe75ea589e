"""Taobao and Tmall order exports: the order report, and the goods report that completes it."""
