"""The screens of money that is still to come."""
