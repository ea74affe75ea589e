"""What of an order's history is a hand on it, and what says that something was wrong. Pure."""

# Told by a person and no work on the order: that it came, where it came from, that it left.
APART = ("OrderPlaced", "OrderMadeFrom", "OrderCopiedFrom", "OrderCopied", "OrderShipped")
STOPPED = ("OrderHeld",)
# Who is named where a merchant's rule changed an order: that is how they want it, and says of nothing that it was wrong.
RULE_ACTOR = "规则"
