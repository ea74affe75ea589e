"""The door granian knocks at."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What a process loads once stays for its life: left among what is collected, each full collection walks over all of it again,
# forty milliseconds in the middle of somebody's page.
get_resolver().url_patterns  # noqa: B018  # loads every area
gc.collect()
gc.freeze()
