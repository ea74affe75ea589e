"""Any file opened as a table, and its cells read without a guess. No table of ours, no clock, no network."""
