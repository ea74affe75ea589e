"""What can happen to an address outside that hears of us."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event


@dataclass(frozen=True)
class EndpointOpened(Event):
    """A program outside will be told."""

    subject: ClassVar[str] = "endpoint"
    endpoint_id: int


@dataclass(frozen=True)
class EndpointChanged(Event):
    """Facts of it were changed: which, never to what; ``secret`` when it was renewed, ``ping`` when it was tried."""

    subject: ClassVar[str] = "endpoint"
    endpoint_id: int
    fields: list[str]


@dataclass(frozen=True)
class EndpointPaused(Event):
    """Nothing more is sent there for now: by ``hand``, after three days of ``failing``, or since its ``maker`` may no longer."""

    subject: ClassVar[str] = "endpoint"
    endpoint_id: int
    why: str


@dataclass(frozen=True)
class EndpointResumed(Event):
    """It is told again, also what waited."""

    subject: ClassVar[str] = "endpoint"
    endpoint_id: int


@dataclass(frozen=True)
class EndpointDropped(Event):
    """It is told nothing more, ever; what waited for it is let go."""

    subject: ClassVar[str] = "endpoint"
    endpoint_id: int


@dataclass(frozen=True)
class DeliveriesReplayed(Event):
    """Messages are sent to it again."""

    subject: ClassVar[str] = "endpoint"
    endpoint_id: int
    many: int
