"""The same counter as the stories of orders."""

from tests.web.orders.conftest import _fresh_figures, at_counter, bench

__all__ = ["_fresh_figures", "at_counter", "bench"]
