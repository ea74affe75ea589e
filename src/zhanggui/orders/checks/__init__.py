"""Review rules: small questions about plain facts. Pure, so that anybody can write one on the first day.

Ours and others' sign up by the same door, the entry point ``zhanggui.checks``.
"""
