"""Any table of order lines, by the words of its header or by a mapping a person chose."""
