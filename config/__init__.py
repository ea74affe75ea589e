"""The composition root: which parts make the house. Nobody imports it."""
