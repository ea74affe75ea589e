"""A practice carrier on loopback for the tests of the courier door."""

from collections.abc import Iterator

import pytest

from zhanggui.couriers.sandbox.running import SandboxServer

pytest.register_assert_rewrite("tests.couriers.kit")


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def carrier(running: SandboxServer) -> Iterator[SandboxServer]:
    """Well behaved at the start of each story, whatever the last one did to it."""
    running.faults("", hang_s=1.5, late_s=0.8, drip_s=0.05)
    yield running
    running.faults("")
