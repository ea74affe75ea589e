"""The promise to a buyer, from placed to done."""
