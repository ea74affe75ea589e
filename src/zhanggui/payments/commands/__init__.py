"""What is done to the money of orders."""
