"""What the screens ask of orders: lists, one order whole, the review desk. Each a fixed number of statements."""
