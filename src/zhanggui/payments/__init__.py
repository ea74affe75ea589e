"""What is owed, what was paid, by which way."""
