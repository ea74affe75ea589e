"""What the house owes the people whose data it holds: keys that change, an end to keeping, answers, and proof."""
