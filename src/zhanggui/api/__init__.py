"""JSON in and out: every question and every verb of the house, for programs that bear a key."""
