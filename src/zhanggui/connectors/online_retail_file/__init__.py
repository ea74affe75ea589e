"""The UCI Online Retail transactions: two years of a British gift wholesaler, the largest public order file we know."""
