"""A network's own OpenAPI description, to which a stand-in holds what is asked of it and what it answers.

A stand-in that tells only what it was made to tell proves nothing; one that refuses requests and replies which
the network does not describe keeps to the truth.
"""

import gzip
import json
import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_ROOT = "urn:described"


class NotDescribed(AssertionError):
    """What was asked or answered is not what the network describes."""


class Description:
    """One description, read from a file (gzip). `base` is the path under which its own paths lie."""

    def __init__(self, document: Mapping[str, Any], base: str = "") -> None:
        self._document = document
        self._base = base
        resource: Resource[Any] = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)

    @classmethod
    def read(cls, file: Path, base: str = "") -> "Description":
        """Return the description that stands in `file`."""
        return cls(_document(file), base)

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], str]]:
        """Every path as a pattern, those without parameters first."""
        ordered = sorted(self._document["paths"], key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"\{[^}]+\}", "([^/]+)", path) + r"\Z"), path) for path in ordered]

    def operation(self, request: httpx.Request) -> Mapping[str, Any]:
        """Return the operation that `request` calls. Raises NotDescribed."""
        path = request.url.path.removeprefix(self._base)
        for pattern, name in self._paths:
            found = self._document["paths"][name].get(request.method.lower())
            if found and pattern.match(path):
                return {**found, "path": name}
        raise NotDescribed(f"{request.method} {path} is not described")

    def check_request(self, request: httpx.Request) -> Mapping[str, Any]:
        """Return the operation. Raises NotDescribed for a query or a body that it does not take."""
        operation = self.operation(request)
        self._check_query(request, operation)
        self._check_body(request, operation)
        return operation

    def check_reply(self, request: httpx.Request, status: int, reply: Any) -> None:
        """Raise NotDescribed when `reply` is not what the operation answers with `status`."""
        operation = self.operation(request)
        answers = operation["responses"]
        told = answers.get(str(status)) or answers.get("default")
        if told is None:
            raise NotDescribed(f"{operation['path']} never answers {status}")
        content = self._resolved(told).get("content", {})
        schema = next((media.get("schema") for kind, media in content.items() if "json" in kind), None)
        if schema is not None:
            self._check(reply, schema, f"the reply of {operation['path']}")

    def _check_query(self, request: httpx.Request, operation: Mapping[str, Any]) -> None:
        told = [self._resolved(each) for each in operation.get("parameters", ())]
        known = {each["name"]: each for each in told if each["in"] == "query"}
        asked = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        for name, value in asked:
            if (parameter := known.get(name) or known.get(name.removesuffix("[]"))) is None:
                raise NotDescribed(f"{operation['path']} takes no query {name}")
            self._check_value(value, parameter, operation["path"])
        names = {name for name, _value in asked}
        for name, parameter in known.items():
            if parameter.get("required") and name not in names:
                raise NotDescribed(f"{operation['path']} wants the query {name}")

    def _check_value(self, text: str, parameter: Mapping[str, Any], path: str) -> None:
        schema = self._resolved(parameter.get("schema", {}))
        kind = schema.get("type")
        if kind == "array":
            items = self._resolved(schema.get("items", {}))
            for each in text.split(","):
                self._check(_read(each, items.get("type")), items, f"{path} {parameter['name']}")
        else:
            self._check(_read(text, kind), schema, f"{path} {parameter['name']}")

    def _check_body(self, request: httpx.Request, operation: Mapping[str, Any]) -> None:
        body = operation.get("requestBody")
        if body is None:
            if request.content:
                raise NotDescribed(f"{operation['path']} takes no body")
            return
        content = self._resolved(body)["content"]
        kind = request.headers.get("content-type", "").partition(";")[0]
        if not request.content and not self._resolved(body).get("required"):
            return
        if kind not in content:
            raise NotDescribed(f"{operation['path']} takes no {kind or 'empty body'}")
        schema = content[kind].get("schema", {})
        if "json" in kind:
            self._check(json.loads(request.content), schema, f"the body of {operation['path']}", closed=True)
        elif "urlencoded" in kind:
            form = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
            self._check_names(form, schema, operation["path"])

    def _check_names(self, form: Mapping[str, str], schema: Any, path: str) -> None:
        """Hold that a form has the fields that are told: its values are all text."""
        told = self._resolved(schema)
        known = set(told.get("properties", {}))
        if unknown := {name.removesuffix("[]") for name in form} - known:
            raise NotDescribed(f"{path} takes no field {min(unknown)}")
        if missing := set(told.get("required", ())) - form.keys():
            raise NotDescribed(f"{path} wants the field {min(missing)}")

    def _check(self, value: Any, schema: Any, what: str, *, closed: bool = False) -> None:
        whole = {"$ref": f"{_ROOT}{schema['$ref']}"} if "$ref" in schema else _rooted(schema)
        problems = list(Draft202012Validator(whole, registry=self._registry).iter_errors(value))
        if problems:
            first = problems[0]
            raise NotDescribed(f"{what}: {first.json_path}: {first.message[:300]}")
        if closed and isinstance(value, dict):
            known = set(self._resolved(schema).get("properties", {}))
            if known and (unknown := value.keys() - known):
                raise NotDescribed(f"{what} takes no {min(unknown)}")

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a reference points to, else `schema` itself."""
        while "$ref" in schema:
            found: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema


def _rooted(schema: Any) -> Any:
    """Return `schema` with its references made to point into the description."""
    if isinstance(schema, dict):
        return {
            name: f"{_ROOT}{value}"
            if name == "$ref" and isinstance(value, str) and value.startswith("#")
            else _rooted(value)
            for name, value in schema.items()
        }
    return [_rooted(each) for each in schema] if isinstance(schema, list) else schema


def _read(text: str, kind: Any) -> Any:
    """Return the value that `text` stands for in an address."""
    if kind == "integer" and text.lstrip("-").isdecimal():
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _nullable(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 with `nullable` said as JSON Schema does."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _nullable(value) for name, value in schema.items()}
    if told.pop("nullable", None) is True:
        return {"anyOf": [told, {"type": "null"}]}
    return told


@lru_cache
def _document(file: Path) -> Any:
    document = json.loads(gzip.decompress(file.read_bytes()))
    return _nullable(document) if str(document.get("openapi", "")).startswith("3.0") else document
