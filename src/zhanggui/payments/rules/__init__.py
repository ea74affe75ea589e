"""Words and sums about money: pure."""
