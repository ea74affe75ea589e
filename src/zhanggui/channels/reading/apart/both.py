"""A large book looked at and built by two processes at once: what a look would have refused may bring the builder down, and only it."""

import ctypes
import json
import os
import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from zhanggui.channels.reading.apart.ending import Ended, ended, peak_kib
from zhanggui.channels.reading.apart.refusal import Refuse

T = TypeVar("T")
_DIES_WITH_ITS_PARENT = 1


def both(look: Callable[[], T], build: Callable[[Callable[[], T]], Ended]) -> Ended:
    """``build`` in a process of its own, under the bounds of this one, while this one ``look``s. It is given what looking found as
    soon as it asks, and answers how it ended, with the most memory it held (``beside_kib``).

    Raises what looking refuses, before anything that building says; ``Refuse`` READER_STOPPED where the builder ends without a word.
    """
    seen, hand = os.pipe()
    answer, said = os.pipe()
    us = os.getpid()
    builder = os.fork()
    if builder == 0:
        os.close(hand)
        os.close(answer)
        _built(build, seen, said, us)
    os.close(seen)
    os.close(said)
    with open(answer, "rb") as heard:
        try:
            # Whoever ended before it asked leaves the pipe broken: what it said is heard all the same.
            with suppress(BrokenPipeError), open(hand, "wb") as out:
                out.write(pickle.dumps(look(), protocol=5))
            words = heard.read()
        except BaseException:
            os.kill(builder, signal.SIGKILL)
            raise
        finally:
            os.waitpid(builder, 0)
    try:
        told: Ended = json.loads(words)
    except ValueError:
        raise Refuse("READER_STOPPED") from None
    return told


def _built(build: Callable[[Callable[[], Any]], Ended], seen: int, said: int, parent: int) -> None:
    """The builder's own life; it never returns."""
    try:
        ctypes.CDLL(None).prctl(_DIES_WITH_ITS_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == parent:
            told = ended(lambda: build(lambda: _received(seen)))
            with open(said, "wb") as out:
                out.write(json.dumps(told | {"beside_kib": peak_kib()}).encode())
    finally:
        os._exit(0)


def _received(seen: int) -> Any:
    with open(seen, "rb") as hand:
        data = hand.read()
    if not data:
        # Looking refused: whatever we would say nobody waits for.
        os._exit(0)
    return pickle.loads(data)  # noqa: S301  # from the process that forked us
