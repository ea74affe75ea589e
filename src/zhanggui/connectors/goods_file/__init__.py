"""A file of goods: what one piece of each is called, weighs and costs."""
