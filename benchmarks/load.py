"""Clients that each send one request after the other over a kept connection, and note the times."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP_SECONDS = 0.5


@dataclass(frozen=True)
class Call:
    """One request: its path, headers and body, and what to do with the reply's body."""

    path: str
    headers: str
    body: bytes
    take: Callable[[bytes], None] = lambda body: None


@dataclass(frozen=True)
class Times:
    """The milliseconds of every request of one measurement, and how long it took in all."""

    each: list[float]
    seconds: float

    def share(self, part: float) -> float:
        """Return the time that a part of the requests stayed within."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    def summary(self) -> dict[str, float]:
        """Return p50, p95, p99 and requests a second."""
        return {
            "p50": self.share(0.50),
            "p95": self.share(0.95),
            "p99": self.share(0.99),
            "rate": len(self.each) / self.seconds,
        }


class Refused(Exception):
    """A request was not answered 200, so what was measured is not what was meant."""


def measure(port: int, clients: list[Callable[[], Call]], seconds: float) -> Times:
    """Let every client send its calls for so many seconds."""
    return asyncio.run(_measure(port, clients, seconds))


def warm_up(port: int, clients: list[Callable[[], Call]]) -> None:
    """Let every client send its calls for a moment that does not count."""
    measure(port, clients, WARM_UP_SECONDS)


async def _measure(port: int, clients: list[Callable[[], Call]], seconds: float) -> Times:
    began = time.perf_counter()
    lists = await asyncio.gather(*(_client(port, one, seconds) for one in clients))
    return Times([one for each in lists for one in each], time.perf_counter() - began)


async def _client(port: int, next_call: Callable[[], Call], seconds: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        call = next_call()
        writer.write(
            f"POST {call.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{call.headers}"
            f"Content-Length: {len(call.body)}\r\n\r\n".encode()
            + call.body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        times.append((time.perf_counter() - began) * 1000)
        if not head.startswith(b"HTTP/1.1 200"):
            raise Refused(f"{call.path}: {head.decode()}{body.decode(errors='replace')[:2000]}")
        call.take(body)
    writer.close()
    return times


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise Refused(head.decode())


def median(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over the rounds."""
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
