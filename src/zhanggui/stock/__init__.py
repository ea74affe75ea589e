"""How many pieces are where, and to whom promised."""
