"""What is decided about orders from plain facts alone."""
