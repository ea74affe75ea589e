"""Shopee's orders export: a row for each SKU, the order repeated on every one."""
