"""Paste-to-parse: a message as people write it, taken apart into a receiver, an address, goods and sums. Pure.

``parse`` never fails and drops nothing; what it is not sure of says so.
"""

from zhanggui.customers.pasting.parsed import Candidate, GoodsLine, Parsed, Said
from zhanggui.customers.pasting.reading import parse

__all__ = ["Candidate", "GoodsLine", "Parsed", "Said", "parse"]
