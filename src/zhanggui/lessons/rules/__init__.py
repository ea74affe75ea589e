"""What is decided about lessons from plain facts alone."""
