"""What of an order's history is a hand on it, and what says that something was wrong. Pure."""

# Told by a person and no work on the order: that it came, where it came from, that it left.
APART = ("OrderPlaced", "OrderMadeFrom", "OrderCopiedFrom", "OrderCopied", "OrderShipped")
STOPPED = ("OrderHeld",)
