"""Against the real server: guessing passwords, floods of bytes, requests that are none."""

from __future__ import annotations

import http.client
import http.cookies
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.faults.conftest import REGISTER
from tests.faults.stack import Stack

pytestmark = pytest.mark.slow
MIB = 1 << 20


def login(stack: Stack, name: str, password: str) -> int:
    """The status that a person who fills in the form gets."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    try:
        connection.request("GET", "/accounts/login/")
        page = connection.getresponse()
        html = page.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert token is not None
        cookies = http.cookies.SimpleCookie()
        for header, value in page.getheaders():
            if header.lower() == "set-cookie":
                cookies.load(value)
        form = urlencode({"login": name, "password": password, "csrfmiddlewaretoken": token[1]})
        connection.request(
            "POST",
            "/accounts/login/",
            body=form,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": "; ".join(f"{key}={one.value}" for key, one in cookies.items()),
            },
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_passwords_are_not_guessed(stack: Stack, token: str) -> None:
    """Five wrong ones for a name, whichever worker answers; then the right one does not help either."""
    seen = [login(stack, "guessed", f"wrong-{n}") for n in range(7)]
    assert seen[:5] == [200] * 5 and seen[5:] == [429, 429], seen


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // MIB):
        yield b"0" * MIB


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/api/v1/policy/documents", {"region": "350100"}),
        (f"/api/v1/registers/{REGISTER}/files", {"field": "evidence"}),
    ],
)
def test_a_hundred_megabytes(stack: Stack, token: str, address: str, fields: dict[str, str]) -> None:
    """Refused by its announced length, in words, without being read."""
    mark = "b0undary"
    head = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    )
    head += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    tail = f"\r\n--{mark}--\r\n"
    length = len(head) + 100 * MIB + len(tail)
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    try:
        connection.putrequest("POST", address)
        for name, value in (
            ("Content-Type", f"multipart/form-data; boundary={mark}"),
            ("Content-Length", str(length)),
            ("Authorization", f"Bearer {token}"),
            ("Accept-Language", "en"),
        ):
            connection.putheader(name, value)
        connection.endheaders()
        try:
            connection.send(head.encode())
            for piece in pieces(100 * MIB):
                connection.send(piece)
            connection.send(tail.encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered already and reads no further
        answer = connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 413 and "too large" in body, (answer.status, body)
    finally:
        connection.close()
    assert stack.answers()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /%ff%fe/%c0%ae HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /api/v1/registers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Length: 3\r\n\r\nzzz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
)
def test_requests_that_are_none(stack: Stack, request_: bytes) -> None:
    """Refused or dropped; no error of ours, no trace of the program in what is said, and the server goes on."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as raw:
        raw.sendall(request_)
        raw.settimeout(5)
        said = b""
        try:
            while piece := raw.recv(65536):
                said += piece
                if len(said) > 100_000 or b"</html>" in said:
                    break
        except (TimeoutError, ConnectionResetError):
            pass
    assert not said.startswith(b"HTTP/1.1 5"), said[:300]
    assert b"Traceback" not in said and b"/src/pinzhi" not in said
    assert stack.answers()
