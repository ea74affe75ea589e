"""What went wrong and what helped: the list, and the report of it."""
