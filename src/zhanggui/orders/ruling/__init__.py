"""Rules a merchant writes: conditions over the facts of an order, and what to do with those that meet them. Pure.

``fields`` says what may be asked and how, ``rule`` what a rule is and when it cannot be one, ``testing`` makes conditions into
questions, ``reading`` reads the rules over an order, ``kept`` writes them down.
"""
