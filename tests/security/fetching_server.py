"""A server on loopback for what is fetched: raw sockets, because its answers are wrong on purpose."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[socket.socket, str], None]


class Server:
    """Answers each request by `answer(connection, head)` and remembers the heads."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heads: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a caller
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            try:
                while b"\r\n\r\n" not in head and (piece := connection.recv(4096)):
                    head += piece
                self.heads.append(head.decode("latin-1"))
                self.answer(connection, head.decode("latin-1"))
            except OSError:
                return


def says(body: bytes, *headers: str, status: str = "200 OK", media_type: str = "text/html; charset=utf-8") -> Answer:
    """The ordinary answer with one body."""

    def answer(connection: socket.socket, _head: str) -> None:
        lines = [
            f"HTTP/1.1 {status}",
            f"Content-Type: {media_type}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *headers,
        ]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return answer


def leads_to(location: str, status: str = "302 Found") -> Answer:
    return says(b"", f"Location: {location}", status=status)


def by_path(pages: dict[str, Answer]) -> Answer:
    """Another answer for each path; 404 for any other."""

    def answer(connection: socket.socket, head: str) -> None:
        pages.get(head.split(" ")[1], says(b"no", status="404 Not Found"))(connection, head)

    return answer


def endless(beginning: bytes, piece: bytes, pause: float = 0) -> Answer:
    def answer(connection: socket.socket, _head: str) -> None:
        connection.sendall(beginning)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    server = Server(answer)
    try:
        yield server
    finally:
        server.close()
