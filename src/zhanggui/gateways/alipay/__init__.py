"""Alipay: notifications signed with RSA2, and the detail file of a day."""
