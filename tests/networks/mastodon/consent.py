"""What a server is, how it is asked for consent, and what it grants."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.networks.mastodon.stage import Refusal, Reply, Stage, description


class Consent(Stage):
    """The calls with which an account is connected."""

    def _webfinger(self, request: httpx.Request) -> httpx.Response:
        account = request.url.params["resource"].removeprefix("acct:").partition("@")[0]
        links = [
            {
                "rel": "self",
                "type": "application/activity+json",
                "href": f"https://{self.host}/users/{account}",
            }
        ]
        return httpx.Response(200, json={"subject": request.url.params["resource"], "links": links})

    def _register(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        if not isinstance(body["redirect_uris"], str) or set(body["scopes"].split()) - self.known_scopes:
            raise Refusal(422, "Validation failed: Scopes doesn't match configured on the server.")
        client_id = f"client-{len(self.apps)}"
        self.apps[client_id] = {**body, "secret": f"secret-of-{client_id}"}
        redirects = body["redirect_uris"].split()
        return 200, {
            **{
                "id": client_id,
                "name": body["client_name"],
                "website": None,
                "scopes": body["scopes"].split(),
            },
            **{"redirect_uri": redirects[0], "redirect_uris": redirects, "vapid_key": "key"},
            **{
                "client_id": client_id,
                "client_secret": f"secret-of-{client_id}",
                "client_secret_expires_at": 0,
            },
        }

    def agree(self, url: str) -> Mapping[str, str]:
        """Agree, as a person does at `url`; return the query with which one comes back."""
        request = httpx.Request("GET", url)
        description().check_request(request)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        app = self.apps[asked["client_id"]]
        assert asked["redirect_uri"] in app["redirect_uris"].split()
        assert set(asked["scope"].split()) <= set(app["scopes"].split())
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def _token(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        asked = self.codes.pop(body["code"], None)
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        is_same = asked is not None and (
            asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
            and asked["redirect_uri"] == body["redirect_uri"]
            and asked["client_id"] == body["client_id"]
        )
        if asked is None or not is_same:
            raise Refusal(400, "invalid_grant")
        if self.apps[body["client_id"]]["secret"] != body["client_secret"]:
            raise Refusal(401, "invalid_client")
        token = self.grant(asked["scope"])
        return 200, {
            "access_token": token,
            "token_type": "Bearer",
            "scope": asked["scope"],
            "created_at": int(self.clock.timestamp()),
        }

    def _instance(self, request: httpx.Request) -> Reply:
        return 200, {
            **{
                "domain": self.host,
                "title": "A server",
                "version": "4.7.0",
                "languages": ["en"],
                "rules": [],
            },
            **{"source_url": "https://github.com/mastodon/mastodon", "description": "", "icon": []},
            "usage": {"users": {"active_month": 3}},
            "thumbnail": {"url": f"https://{self.host}/preview.png"},
            "configuration": self._configuration(),
            "registrations": {"enabled": False, "approval_required": False},
            "contact": {"email": "somebody@mastodon.example"},
            "api_versions": {"mastodon": 9},
        }

    def _instance_v1(self, request: httpx.Request) -> Reply:
        return 200, {
            **{
                "uri": self.host,
                "title": "A server",
                "short_description": "",
                "description": "",
                "rules": [],
            },
            **{"email": "somebody@mastodon.example", "version": "4.7.0", "languages": ["en"]},
            **{"registrations": False, "approval_required": True, "invites_enabled": False},
            "urls": {"streaming_api": f"wss://{self.host}"},
            "stats": {"user_count": 3, "status_count": 9, "domain_count": 2},
            "configuration": self._configuration(),
        }

    def _configuration(self) -> dict[str, Any]:
        return {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": self.text_limit,
                "max_media_attachments": 4,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                **{"supported_mime_types": ["image/jpeg", "image/png"], "description_limit": 1500},
                **{"image_size_limit": 16_777_216, "image_matrix_limit": 33_177_600},
                **{
                    "video_size_limit": 103_809_024,
                    "video_frame_rate_limit": 120,
                    "video_matrix_limit": 8_294_400,
                },
            },
            "polls": {
                **{"max_options": 4, "max_characters_per_option": 50},
                **{"min_expiration": 300, "max_expiration": 2_629_746},
            },
            "translation": {"enabled": False},
            "urls": {"streaming": f"wss://{self.host}"},
        }

    def _whoami(self, request: httpx.Request) -> Reply:
        self._admit(request, "read:accounts")
        source = {
            **{"note": "", "fields": [], "privacy": "public", "sensitive": False, "indexable": True},
            **{"follow_requests_count": 0, "quote_policy": "public"},
        }
        role = {
            "id": "-99",
            "name": "",
            "permissions": "0",
            "color": "",
            "highlighted": False,
            "collection_limit": 10,
        }
        return 200, {**self.account(self.me), "source": source, "role": role}
