"""Workers at the console: each with a browser of her own, signed in by a link as the hotline sends it."""

from __future__ import annotations

import re
from typing import Any

import httpx

from storage.session_table import make_signin
from tests.town import Town

ORIGIN = "https://gridbell.example"


class Seat:
    """A browser at the console. `post` brings the token of the session's forms, as every form does."""

    def __init__(self, town: Town, code: str = "") -> None:
        self.town, self.code, self.csrf = town, code, ""
        transport = httpx.ASGITransport(town.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN})
        if code:
            self.signs_in()

    def signs_in(self) -> None:
        with self.town.store.write() as connection:
            token = make_signin(connection, self.code, self.town.clock.machine())
        entered = self.send("POST", "/desk/in", data={"t": token})
        assert entered.status_code == 303, entered.text
        found = re.search(r'name="csrf" value="(\w+)"', self.get("/desk/sessions").text)
        assert found
        self.csrf = found[1]

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.town.run(self.client.request(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.send("GET", path, **more)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.send("POST", path, data={"csrf": self.csrf, **fields})

    def does(self, path: str, **fields: str) -> str:
        """A form that is sent, and the page it leads to."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, f"{answer.status_code} {answer.text}"
        return self.get(answer.headers["location"]).text
