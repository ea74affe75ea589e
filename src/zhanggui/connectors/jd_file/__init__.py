"""JD's exported orders: a row for each SKU, the sums of the order on every one of them."""
