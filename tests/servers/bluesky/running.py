"""A Bluesky network of our own on this machine: started, spoken to as its people do, ended."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx

from tests.children import Command, How, heard, running
from tests.servers.conftest import free_port
from tools.node import Shelf

HERE: Final = Path(__file__).parent
POST: Final = "app.bsky.feed.post"
_ADMIN: Final = ("admin", "admin-pass")
_UNLIMITED: Final = {"x-ratelimit-bypass": "the stage"}
Record = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody with an account: its id, handle and own password, and the token of its session."""

    did: str
    handle: str
    password: str
    token: str


@dataclass
class Bluesky:
    """The running network: the address of its one server, and of the stage that does what no client can."""

    server: str
    directory: str
    stage: str
    _client: httpx.Client
    _names: Iterator[int] = field(default_factory=lambda: count(1))
    _crowd: list[Person] = field(default_factory=list)

    def call(self, method: str, body: Record, *, person: Person | None = None) -> Record:
        """Return what the server answers to a call that writes, as `person`."""
        headers = dict(_UNLIMITED)
        if person:
            headers["authorization"] = f"Bearer {person.token}"
        answer = self._client.post(f"{self.server}/xrpc/{method}", json=body, headers=headers)
        answer.raise_for_status()
        told: Record = answer.json() if answer.content else {}
        return told

    def ask(self, method: str, person: Person, **asked: str) -> Record:
        """Return what the server answers to a query of `person`."""
        headers = {**_UNLIMITED, "authorization": f"Bearer {person.token}"}
        answer = self._client.get(f"{self.server}/xrpc/{method}", params=asked, headers=headers)
        answer.raise_for_status()
        told: Record = answer.json()
        return told

    def on_stage(self, act: str, told: object = None) -> Any:
        """Return what the stage answers: `settle`, `graphemes`, `facets`."""
        answer = self._client.post(f"{self.stage}/{act}", json=told)
        answer.raise_for_status()
        return answer.json()

    def settle(self) -> None:
        """Wait until everybody sees what was written until now."""
        self.on_stage("settle")

    def add(self, name: str = "person") -> Person:
        """Open an account and return whose it is."""
        handle, password = f"{name}{next(self._names)}.test", "its own password"
        body = {"handle": handle, "password": password, "email": f"{handle}@example.org"}
        told = self.call("com.atproto.server.createAccount", body)
        return Person(told["did"], handle, password, told["accessJwt"])

    def crowd(self, size: int) -> list[Person]:
        """Return people who are there already, opening accounts for those that are missing."""
        self._crowd += [self.add() for _missing in range(size - len(self._crowd))]
        return self._crowd[:size]

    def app_password(self, person: Person) -> str:
        """Return a new app password of `person`."""
        body = {"name": f"Porte-voix {next(self._names)}"}
        return str(self.call("com.atproto.server.createAppPassword", body, person=person)["password"])

    def write(self, person: Person, collection: str, record: Record) -> str:
        """Write a record of `person` down; return its address."""
        body = {"repo": person.did, "collection": collection, "record": {"$type": collection, **record}}
        return str(self.call("com.atproto.repo.createRecord", body, person=person)["uri"])

    def strong(self, person: Person, uri: str) -> Record:
        """Return how a record names another one."""
        _at, _slash, did, collection, key = uri.split("/")
        told = self.ask("com.atproto.repo.getRecord", person, repo=did, collection=collection, rkey=key)
        return {"uri": uri, "cid": told["cid"]}

    def say(self, person: Person, text: str, at: datetime, **parts: object) -> str:
        """Let `person` publish; return the address of the post."""
        return self.write(person, POST, {"text": text, "createdAt": at.isoformat(), **parts})

    def give(self, person: Person, collection: str, target: str, at: datetime) -> str:
        """Let `person` like or repost a post, or follow an account; return the address of the act."""
        subject = self.strong(person, target) if target.startswith("at://") else target
        return self.write(person, collection, {"subject": subject, "createdAt": at.isoformat()})

    def delete(self, person: Person, uri: str) -> None:
        """Delete a record of `person`."""
        _at, _slash, _did, collection, key = uri.split("/")
        body = {"repo": person.did, "collection": collection, "rkey": key}
        self.call("com.atproto.repo.deleteRecord", body, person=person)

    def take_down(self, person: Person) -> None:
        """Take an account down, as whoever runs the server may."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": person.did}
        body = {"subject": subject, "takedown": {"applied": True, "ref": "1"}}
        method = "com.atproto.admin.updateSubjectStatus"
        answer = self._client.post(f"{self.server}/xrpc/{method}", json=body, auth=_ADMIN, headers=_UNLIMITED)
        answer.raise_for_status()


@contextmanager
def network(database: str, redis: str) -> Iterator[Bluesky]:
    """Start the network on a PostgreSQL database of its own and on a Redis; end it afterwards."""
    shelf = Shelf()
    ports = {name: free_port() for name in ("plc", "pds", "bsky", "ozone", "stage")}
    program: Command = ["--require", HERE / "loopback.cjs", HERE / "network.mjs", shelf.folder_of("bluesky")]
    quiet = {"LOG_ENABLED": "false", "DB_POSTGRES_URL": database, "REDIS_HOST": redis, "NODE_ENV": "test"}
    with tempfile.TemporaryDirectory(prefix="portevoix-bluesky-") as folder:
        environ = {**os.environ, **quiet, "TMPDIR": folder}
        where: How = {"env": environ, "cwd": Path(folder), "stdin": subprocess.PIPE}
        command: Command = [shelf.node() / "bin" / "node", *program, json.dumps(ports)]
        with running(command, **where) as process:
            heard(process, "ready")
            local = {name: f"http://localhost:{port}" for name, port in ports.items()}
            with httpx.Client(timeout=60) as client:
                yield Bluesky(local["pds"], local["plc"], local["stage"], client)
