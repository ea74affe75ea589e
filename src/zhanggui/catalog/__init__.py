"""What one piece is: SKUs, barcodes, weights."""
