"""Figures of the house for whoever watches it: counts and ages, never a name or a number of anybody."""

from collections.abc import Iterable

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry

from zhanggui import __version__
from zhanggui.journal import queries as journal
from zhanggui.kernel import clock
from zhanggui.ops import queries
from zhanggui.orders.models import Order


class House(Collector):
    """Asked afresh at every scrape, five statements."""

    def collect(self) -> Iterable[Metric]:
        at = clock.now()
        yield InfoMetricFamily("zhanggui", "The program.", {"version": __version__})
        yield _gauge("zhanggui_worker_up", "1 while a worker was heard within 30 seconds.", float(journal.worker_alive(at=at)))
        waiting = journal.waiting(at=at)
        jobs = GaugeMetricFamily("zhanggui_jobs", "Jobs by state.", labels=["state"])
        for state, many in (("due", waiting.due), ("later", waiting.later), ("quarantined", waiting.quarantined)):
            jobs.add_metric([state], many)
        yield jobs
        age = (at - waiting.oldest_at).total_seconds() if waiting.oldest_at else 0
        yield _gauge("zhanggui_oldest_job_seconds", "How long the oldest job that is due has waited.", max(age, 0))
        stages = GaugeMetricFamily("zhanggui_open_orders", "Orders that are not done yet, by stage.", labels=["stage"])
        open_ = Order.objects.exclude(stage__in=("completed", "cancelled", "closed"))
        for stage, many in open_.order_by().values_list("stage").annotate(n=Count("id")):
            stages.add_metric([stage], many)
        yield stages
        standing = queries.standing()
        since = (at - standing.good.made_at).total_seconds() if standing.good else -1
        yield _gauge("zhanggui_backup_age_seconds", "Age of the newest backup that was proved to come back; -1 for none.", since)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)


def registry() -> CollectorRegistry:
    found = CollectorRegistry()
    found.register(House())
    return found
