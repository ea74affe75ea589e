"""Our own order template: one row a line of goods, the order number on every row."""
