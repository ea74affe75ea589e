"""Shopify's orders export: the order on its first row, further goods below it."""
