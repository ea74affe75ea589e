"""Read by the one all mothers of teams are forked from: the house as it is before it has settings of anybody's."""

from importlib import import_module

import django

django.setup()
for name in ("django.db.backends.postgresql.base", "tests.flows.racing", "tests.flows.racing_imports"):
    import_module(name)
