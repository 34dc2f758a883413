"""A local OAuth token server that checks the assertion as Segment's does: signature, claims, and that it is new."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import deque
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.ports import own_port

CLIENT, KEY_ID = "client-1", "key-1"
CANARY = "canary0token"  # how every token begins; no log may hold it
DAY = 86_400
CLAIMS = ["iss", "sub", "aud", "iat", "exp", "jti"]
FIELDS = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "scope": "tracking_api:write",
}


class Pair(NamedTuple):
    """An RSA key for both sides: PEM text for the client, the public half for the server."""

    pem: str
    public: RSAPublicKey


@cache
def key_pair(name: str = KEY_ID, bits: int = 2048) -> Pair:
    """The key of that name, made once for the run."""
    private = generate_private_key(65537, bits)
    return Pair(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), private.public_key())


class Answer(NamedTuple):
    """What the server says instead of its own judgement."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


class TokenServer:
    """``issued`` are all tokens in order, ``valid`` those the Tracking API would take, ``refusals`` the reasons of 4xx.

    ``scripted`` answers go first; ``asked`` is set by a request, which is answered once ``gate`` is set.
    """

    def __init__(self, *, lifetime: float = DAY) -> None:
        self.keys = {KEY_ID: key_pair().public}
        self.lifetime = lifetime
        self.scripted: deque[Answer] = deque()
        self.issued: list[str] = []
        self.valid: set[str] = set()
        self.refusals: list[str] = []
        self.requests = 0
        self.asked, self.gate = threading.Event(), threading.Event()
        self.gate.set()
        self._seen: set[str] = set()
        self._port = own_port()
        self._running: tuple[ThreadingHTTPServer, threading.Thread] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Serves, on the port of the last time if there was one."""
        server = ThreadingHTTPServer(("127.0.0.1", self._port), handler_for(self))
        self._port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self._running = server, thread
        return self

    def stop(self) -> None:
        """Refuses connections, as an outage does."""
        self.gate.set()
        if self._running is not None:
            (server, thread), self._running = self._running, None
            server.shutdown()
            thread.join()
            server.server_close()

    def is_valid(self, token: str) -> bool:
        return token in self.valid

    def judge(self, path: str, body: str) -> Answer:
        """The answer to a request: a token, or 401 with the reason kept."""
        self.requests += 1
        self.asked.set()
        self.gate.wait(30)
        if self.scripted:
            return self.scripted.popleft()
        try:
            self._check(path, {name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()})
        except (jwt.PyJWTError, AssertionError, KeyError) as problem:
            self.refusals.append(f"{type(problem).__name__}: {problem}")
            return Answer(401, b'{"error": "invalid_client", "error_description": "canary0token is not known"}')
        return self._issue()

    def _check(self, path: str, fields: dict[str, str]) -> None:
        assertion = fields.pop("client_assertion")
        assert (path, fields) == ("/token", FIELDS)
        header = jwt.get_unverified_header(assertion)
        assert header == {"alg": "RS256", "typ": "JWT", "kid": header["kid"]}
        public = self.keys[header["kid"]]
        options: Any = {"require": CLAIMS}
        claims = jwt.decode(assertion, public, algorithms=["RS256"], audience=self.url, issuer=CLIENT, options=options)
        assert claims["sub"] == CLIENT
        assert claims["iat"] <= time.time() - 5
        assert claims["exp"] - claims["iat"] <= 60
        assert str(uuid.UUID(claims["jti"])) == claims["jti"]
        assert claims["jti"] not in self._seen
        self._seen.add(claims["jti"])

    def _issue(self) -> Answer:
        self.issued.append(f"{CANARY}.{uuid.uuid4()}")
        self.valid.add(self.issued[-1])
        answer = {"access_token": self.issued[-1], "token_type": "Bearer", "expires_in": self.lifetime}
        return Answer(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})


def handler_for(tokens: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = tokens.judge(self.path, body)
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test's output quiet."""

    return Handler
