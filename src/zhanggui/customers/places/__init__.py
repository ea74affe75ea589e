"""Where a place lies: the divisions of China by every name people write, and what an address must agree with. Pure.

The table is read on first use (about a tenth of a second) and kept.
"""
