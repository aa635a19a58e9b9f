"""A stand-in that strays from its network's description is found."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.networks.described import Description, NotDescribed

FOLDER = Path(__file__).parent / "descriptions"
POST = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string"},
        "parent": {"$ref": "#/components/schemas/Post"},
        "quote": {"anyOf": [{"$ref": "#/components/schemas/Post"}, {"type": "null"}]},
    },
}
SMALL = Description(
    {
        "openapi": "3.1.0",
        "paths": {
            "/posts": {
                "get": {
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 40}},
                        {"name": "sort", "in": "query", "required": True, "schema": {"type": "string"}},
                        {
                            "name": "fields",
                            "in": "query",
                            "schema": {"type": "array", "items": {"enum": ["a", "b"]}},
                        },
                    ],
                    "responses": {"200": {"description": "", "content": {}}},
                },
                "post": {
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Post"}},
                            "application/x-www-form-urlencoded": {"schema": POST},
                        },
                    },
                    "responses": {
                        "200": {
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Post"}}}
                        }
                    },
                },
            },
            "/posts/{id}": {"delete": {"responses": {"204": {"description": ""}}}},
            "/posts/all": {"delete": {"responses": {"410": {"description": ""}}}},
        },
        "components": {"schemas": {"Post": POST}},
    },
    base="/api",
)


def asked(method: str, path: str, **body: Any) -> httpx.Request:
    """Return a request to the small network."""
    return httpx.Request(method, f"https://small.example/api{path}", **body)


@pytest.mark.parametrize(
    "request_",
    [
        asked("GET", "/posts?sort=new"),
        asked("GET", "/posts?sort=new&limit=40&fields=a,b"),
        asked("POST", "/posts", json={"text": "a", "parent": {"text": "b"}, "quote": None}),
        asked("POST", "/posts", data={"text": "a"}),
        asked("DELETE", "/posts/17"),
    ],
)
def test_what_is_described_may_be_asked(request_: httpx.Request) -> None:
    SMALL.check_request(request_)


@pytest.mark.parametrize(
    "request_",
    [
        asked("GET", "/elsewhere"),
        asked("PUT", "/posts"),
        asked("GET", "/posts"),
        asked("GET", "/posts?sort=new&limit=41"),
        asked("GET", "/posts?sort=new&limit=many"),
        asked("GET", "/posts?sort=new&fields=c"),
        asked("GET", "/posts?sort=new&page=2"),
        asked("POST", "/posts", json={"parent": {"text": "b"}}),
        asked("POST", "/posts", json={"text": "a", "parent": {}}),
        asked("POST", "/posts", json={"text": "a", "colour": "red"}),
        asked("POST", "/posts", data={"text": "a", "colour": "red"}),
        asked("POST", "/posts", data={"parent": "a"}),
        asked("POST", "/posts"),
        asked("POST", "/posts", content=b"text"),
        asked("DELETE", "/posts/17", json={}),
    ],
)
def test_what_is_not_described_is_found(request_: httpx.Request) -> None:
    with pytest.raises(NotDescribed):
        SMALL.check_request(request_)


def test_a_path_without_parameters_goes_first() -> None:
    assert SMALL.operation(asked("DELETE", "/posts/all"))["path"] == "/posts/all"


def test_replies_are_held_to_the_description() -> None:
    request = asked("POST", "/posts", json={"text": "a"})
    SMALL.check_reply(request, 200, {"text": "a"})
    for status, reply in ((200, {"words": "a"}), (200, {"text": "a", "quote": 3}), (500, {"text": "a"})):
        with pytest.raises(NotDescribed):
            SMALL.check_reply(request, status, reply)


@pytest.mark.parametrize("name", ["x", "mastodon"])
def test_the_descriptions_of_networks_are_read(name: str) -> None:
    description = Description.read(FOLDER / f"{name}-openapi.json.gz")
    path = {"x": "/2/users/me", "mastodon": "/api/v1/accounts/verify_credentials"}[name]
    description.check_request(httpx.Request("GET", f"https://network.example{path}"))
