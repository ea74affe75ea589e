"""The first steps of a shop, one page a step: taken, skipped or taken up again any day."""
