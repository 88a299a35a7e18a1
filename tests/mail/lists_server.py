"""The lists and settings of a SendGrid account, on loopback: what is asked of them once a night."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

LISTS = ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes")


class ListsServer:
    def __init__(self):
        self.lists = {name: [] for name in LISTS}
        self.domains = []
        self.global_unsubscribes = []
        self.asked = []
        self.status = 200
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args):
                pass

            def answer(self, status, value):
                body = json.dumps(value).encode()  # whoever reads a 204 leaves it
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                server.asked.append((parts.path, query, self.headers["Authorization"]))
                if server.status != 200:
                    return self.answer(server.status, {"errors": [{"message": f"no: {self.headers['Authorization']}"}]})
                if parts.path == "/v3/whitelabel/domains":
                    return self.answer(200, server.domains)
                rows = server.lists[parts.path.removeprefix("/v3/suppression/")]
                start, end = int(query["start_time"]), int(query["end_time"])
                found = [row for row in rows if start <= row["created"] <= end]
                offset, limit = int(query["offset"]), int(query["limit"])
                assert limit <= 500
                return self.answer(200, found[offset : offset + limit])

            def do_POST(self):
                assert self.path == "/v3/asm/suppressions/global"
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(server.learn(self.path, body, self.headers["Authorization"]), body)

            def do_DELETE(self):
                self.answer(server.forget(self.path, self.headers["Authorization"]), {})

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def learn(self, path, body, key):
        """Put addresses on the global unsubscribes; gives the status."""
        self.asked.append((path, body, key))
        if self.status != 200:
            return self.status
        self.global_unsubscribes += body["recipient_emails"]
        return 201

    def forget(self, path, key):
        """Take an address off a list; gives the status."""
        self.asked.append((path, {}, key))
        place, email = path.removeprefix("/v3/").rpartition("/")[0], unquote(path.rpartition("/")[2])
        if self.status != 200:
            return self.status
        if "@" not in email:
            return 400
        if place == "asm/suppressions/global":
            if email not in self.global_unsubscribes:
                return 404
            self.global_unsubscribes.remove(email)
            return 204
        rows = self.lists[place.removeprefix("suppression/")]
        kept = [row for row in rows if row["email"].strip().lower() != email]
        rows[:], was = kept, len(rows)
        return 204 if len(kept) < was else 404

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(5)
