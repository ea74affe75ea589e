"""A file of stock: how many pieces lie where."""
