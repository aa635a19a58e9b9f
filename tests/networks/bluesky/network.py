"""A stand-in for the network: a server with its accounts, the view of all, the directory of identities.

It answers as the network's own software does, which `tests/servers/bluesky` runs: the same errors under the same
statuses, pages of whatever size, a version of each record that changes with its content.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from tests.networks.bluesky.accounts import Account, Record, Refusal, digest, invalid
from tests.networks.bluesky.view import View
from tests.networks.contract import START

SERVER = "https://pds.brand.example"
SECRET = "a secret of the server, which only it knows"
Params = httpx.QueryParams


class Network:
    """Everything that stands on the network, and the time there."""

    def __init__(self) -> None:
        self.now = START
        self.accounts: dict[str, Account] = {}
        self.sessions = 0
        self.asked: list[str] = []
        self.view = View(self.accounts)

    def add(self, handle: str, *, password: str = "", name: str = "") -> Account:
        """Open an account and return it."""
        did = "did:plc:" + digest(handle.encode())[7:31]
        account = Account(did, handle, name or handle.partition(".")[0].title())
        if password:
            account.passwords[password] = "com.atproto.appPass"
        self.accounts[did] = account
        return account

    def tokens(self, account: Account, scope: str) -> Record:
        """Return a session of `account`, as the server answers it."""
        self.sessions += 1
        claims = {
            "sub": account.did,
            "scope": scope,
            "exp": self.now + timedelta(hours=2),
            "jti": str(self.sessions),
        }
        access = jwt.encode(claims, SECRET)
        refresh = jwt.encode({**claims, "scope": "com.atproto.refresh", "of": scope}, SECRET)
        account.refresh_tokens.add(refresh)
        return {"did": account.did, "handle": account.handle, "accessJwt": access, "refreshJwt": refresh}

    # The wire

    def play(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, whichever server it goes to."""
        self.asked.append(request.url.path.rpartition("/")[2])
        try:
            told = self._answer(request)
        except Refusal as refusal:
            return httpx.Response(refusal.status, json={"error": refusal.error, "message": refusal.message})
        if isinstance(told, str):
            return httpx.Response(200, text=told)
        headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "2998", "ratelimit-policy": "3000;w=300"}
        headers["ratelimit-reset"] = str(int((self.now + timedelta(minutes=5)).timestamp()))
        return httpx.Response(200, json=told, headers=headers)

    def _answer(self, request: httpx.Request) -> Any:
        host, path = request.url.host, request.url.path
        if host == "plc.directory":
            return self._document(path.removeprefix("/"))
        if path == "/.well-known/atproto-did":
            return self._by_handle(host).did
        name = path.removeprefix("/xrpc/")
        if name == "com.atproto.identity.resolveHandle":
            return {"did": self._by_handle(request.url.params["handle"]).did}
        if request.method == "GET":
            return self._query(name, request)
        return self._procedure(name, request)

    def _document(self, did: str) -> Record:
        account = self.accounts.get(did)
        if not account:
            raise Refusal(404, "NotFound", "DID not registered")
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": SERVER}
        return {"id": did, "alsoKnownAs": [f"at://{account.handle}"], "service": [service]}

    def _by_handle(self, handle: str) -> Account:
        for account in self.accounts.values():
            if account.handle == handle:
                return account
        raise invalid("Unable to resolve handle")

    def _signed_in(self, request: httpx.Request, *, scope: str = "com.atproto.app") -> Account:
        """Return whose token a request bears."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            told = jwt.decode(token, SECRET, ["HS256"], options={"verify_exp": False})
        except jwt.PyJWTError:
            raise Refusal(400, "InvalidToken", "Token could not be verified") from None
        if not told["scope"].startswith(scope):
            raise Refusal(400, "InvalidToken", "Bad token scope")
        if datetime.fromtimestamp(told["exp"], UTC) <= self.now:
            raise Refusal(400, "ExpiredToken", "Token has expired")
        account = self.accounts[told["sub"]]
        if account.is_taken_down:
            raise Refusal(401, "AccountTakedown", "Account has been taken down")
        return account

    # Reading

    def _query(self, name: str, request: httpx.Request) -> Any:
        if name == "com.atproto.server.getSession":
            return self._session(request)
        account, asked = self._signed_in(request), request.url.params
        own: dict[str, Callable[[Account, Params], Any]] = {
            "com.atproto.repo.getRecord": self._record,
            "com.atproto.repo.listRecords": self._records,
        }
        if name in own:
            return own[name](account, asked)
        return self.view.answer(name, account, asked)

    def _session(self, request: httpx.Request) -> Record:
        """Return whose token it is; of an account that was taken down the server knows nothing here."""
        try:
            account = self._signed_in(request)
        except Refusal as refusal:
            raise invalid("Could not find user info") if refusal.status == 401 else refusal from None
        return {"did": account.did, "handle": account.handle}

    def _record(self, _mine: Account, asked: Params) -> Record:
        account = self.accounts.get(asked["repo"])
        place = (asked["collection"], asked["rkey"])
        if not account or place not in account.records:
            raise Refusal(400, "RecordNotFound", "Could not locate record")
        value = account.records[place]
        return {"uri": account.uri(*place), "cid": digest(value), "value": value}

    def _records(self, _mine: Account, asked: Params) -> Record:
        account = self.accounts[asked["repo"]]
        after, most = asked.get("cursor", ""), min(int(asked.get("limit", 50)), self.view.most)
        if asked.get("reverse") != "true":
            raise invalid("the stand-in lists in one order only")
        found = [one for one in account.of(asked["collection"]) if one[0] > after][:most]
        uris = [account.uri(asked["collection"], key) for key, _value in found]
        told = [
            {"uri": uri, "cid": digest(value), "value": value}
            for uri, (_key, value) in zip(uris, found, strict=True)
        ]
        return {"records": told, **({"cursor": found[-1][0]} if found else {})}

    # Writing

    def _procedure(self, name: str, request: httpx.Request) -> Any:
        if name == "com.atproto.server.createSession":
            return self._create_session(json.loads(request.content))
        if name == "com.atproto.server.refreshSession":
            return self._refresh_session(request)
        if name == "com.atproto.server.deleteSession":
            mine = self._signed_in(request, scope="com.atproto.refresh")
            mine.refresh_tokens.discard(request.headers["authorization"].removeprefix("Bearer "))
            return {}
        account = self._signed_in(request)
        if name == "com.atproto.repo.uploadBlob":
            return self._upload(account, request)
        body = json.loads(request.content)
        if body["repo"] != account.did:
            raise Refusal(401, "AuthenticationRequired", "Authentication Required")
        writes = {"putRecord": self._put, "deleteRecord": self._delete, "applyWrites": self._apply}
        return writes[name.rpartition(".")[2]](account, body)

    def _create_session(self, body: Record) -> Record:
        named = body["identifier"]
        account = next((one for one in self.accounts.values() if named in (one.did, one.handle)), None)
        if not account or body["password"] not in account.passwords:
            raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")
        if account.is_taken_down:
            raise Refusal(401, "AccountTakedown", "Account has been taken down")
        return self.tokens(account, account.passwords[body["password"]])

    def _refresh_session(self, request: httpx.Request) -> Record:
        account = self._signed_in(request, scope="com.atproto.refresh")
        token = request.headers["authorization"].removeprefix("Bearer ")
        if token not in account.refresh_tokens:
            raise Refusal(400, "ExpiredToken", "Token has been revoked")
        return self.tokens(account, jwt.decode(token, options={"verify_signature": False})["of"])

    def _upload(self, account: Account, request: httpx.Request) -> Record:
        content, kind = request.content, request.headers["content-type"]
        if len(content) > 2_000_000:
            raise Refusal(413, "PayloadTooLarge", "request entity too large")
        name = digest(content)
        account.blobs[name] = {
            "$type": "blob",
            "ref": {"$link": name},
            "mimeType": kind,
            "size": len(content),
        }
        return {"blob": account.blobs[name]}

    def _put(self, account: Account, body: Record) -> Record:
        place = (body["collection"], body["rkey"])
        standing = account.records.get(place)
        if standing is not None and standing != body["record"] and body.get("swapRecord", "") is None:
            raise Refusal(400, "InvalidSwap", f"Record was at {digest(standing)}")
        uri = account.put(*place, body["record"])
        return {"uri": uri, "cid": digest(body["record"]), "validationStatus": "valid"}

    def _delete(self, account: Account, body: Record) -> Record:
        account.records.pop((body["collection"], body["rkey"]), None)
        return {}

    def _apply(self, account: Account, body: Record) -> Record:
        if len(body["writes"]) > 200:
            raise invalid("Too many writes. Max: 200")
        for write in body["writes"]:
            if write["$type"].endswith("#delete"):
                account.records.pop((write["collection"], write["rkey"]))
            elif (write["collection"], write["rkey"]) in account.records:
                raise Refusal(500, "InternalServerError", "Internal Server Error")
            else:
                account.put(write["collection"], write["rkey"], write["value"])
        return {"results": []}
