"""What went wrong with orders, why, and what helped: noted once, and found again when the same comes back."""
