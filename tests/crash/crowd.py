"""Many people at the door at once, each reading and writing: how long each waited, and whether anything was refused.

``python -m tests.crash.crowd PORT SECONDS PAUSE < doorway.json`` prints what was measured as JSON. It imports nothing of ours
but the visitor, so that measuring costs little.
"""

import json
import random
import sys
import threading
import time

from tests.crash.visitor import Visitor

READS = ("/orders/", "/orders/?tab=all", "/review/", "/stock/", "/pulse/")


def crowd(port: int, told: dict, seconds: float, pause_s: float, seed: int = 32) -> dict:  # type: ignore[type-arg]
    """Four reads to a write, each visitor with a rest of about ``pause_s`` between two."""
    reads: list[float] = []
    writes: list[float] = []
    wrong: list[str] = []
    start = threading.Barrier(len(told["cookies"]))

    def visit(nth: int) -> None:
        dice = random.Random(seed * 1000 + nth)
        visitor = Visitor(port, f"{told['cookie']}={told['cookies'][nth]}", told["orders"][nth])
        turn = 0
        # What lies beside their order is known to them before anything is measured.
        while not visitor.write("开始"):
            time.sleep(0.1)
        start.wait(120)
        ends = time.monotonic() + seconds
        time.sleep(dice.uniform(0, max(pause_s, 0.2)))
        while time.monotonic() < ends:
            turn += 1
            began = time.monotonic()
            try:
                if dice.random() < 0.2:
                    if not visitor.write(f"第 {turn} 句"):
                        wrong.append(visitor.wrong[-1])
                    writes.append(time.monotonic() - began)
                else:
                    status, body = visitor.ask("GET", dice.choice(told.get("reads") or READS))
                    if status not in (200, 204, 304):
                        wrong.append(f"{status} {body[:200]!r}")
                    reads.append(time.monotonic() - began)
            except Exception as error:
                wrong.append(repr(error))
            time.sleep(dice.uniform(0.5, 1.5) * pause_s)

    crew = [threading.Thread(target=visit, args=(nth,)) for nth in range(len(told["cookies"]))]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    locked = [each for each in wrong if "locked" in each or "busy" in each]
    many = len(reads) + len(writes)
    return {
        "visitors": len(crew), "seconds": seconds, "pause_s": pause_s, "a_second": round(many / seconds, 1), "reads": share(reads),
        "writes": share(writes), "wrong": len(wrong), "locked": len(locked), "first_wrong": wrong[:3],
    }  # fmt: skip


def share(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    if not ordered:
        return {"many": 0}
    at = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    found = {name: round(ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000) for name, part in at.items()}
    return {"many": len(ordered), **found}


if __name__ == "__main__":
    print(json.dumps(crowd(int(sys.argv[1]), json.load(sys.stdin), float(sys.argv[2]), float(sys.argv[3])), ensure_ascii=False))
