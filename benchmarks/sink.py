"""A Tracking API that costs next to nothing: a process that answers 200 and counts message ids when it is asked."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


class Sink:
    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._bodies: list[tuple[bool, bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
                body = await reader.readexactly(int(length or b"0"))
                if head.startswith(b"get"):
                    answer = json.dumps(self.counts()).encode()
                else:
                    self._bodies.append((b"content-encoding: gzip" in head, body))
                    answer = b'{"success":true}'
                    await asyncio.sleep(self._delay)
                writer.write(ANSWER % (len(answer), answer))
        writer.close()

    def counts(self) -> dict[str, int]:
        bodies = [gzip.decompress(body) if zipped else body for zipped, body in self._bodies]
        ids = [message["messageId"] for body in bodies for message in json.loads(body)["batch"]]
        self._bodies.clear()
        return {"events": len(ids), "distinct": len(set(ids)), "requests": len(bodies)}


async def main(delay: float) -> None:
    server = await asyncio.start_server(Sink(delay).serve, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def running(delay: float = 0.0) -> Iterator[str]:
    """A sink in a process of its own; its URL."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.sink", str(delay)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def counts(url: str) -> dict[str, int]:
    with urllib.request.urlopen(url) as answer:
        found: dict[str, int] = json.load(answer)
        return found


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
