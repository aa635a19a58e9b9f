"""The house stands on its lower floors: imports and foreign keys point down."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model

from tests.architecture.house import ROOT, SOURCE, modules, parts, storeys
from tests.children import printed

ENGINES = ("ibis", "pyarrow", "duckdb", "pyspark", "numpy")
SHARED_BY_NETWORKS = (
    *("archives", "articles", "backwards", "calls", "connector", "contracts", "dated", "editions"),
    *("errors", "markup", "media", "meter", "oauth", "permits", "signing", "text", "threads"),
)


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("portevoix.")]


def relations() -> Iterator[tuple[type[Model], Any]]:
    for model in own_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField) and field.model is model:
                yield model, field


def part_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def test_every_part_stands_on_a_floor_that_the_contract_names() -> None:
    assert set(parts()) <= storeys().keys()


def test_foreign_keys_point_down() -> None:
    floors = storeys()
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model, field in relations()
        if field.related_model.__module__.startswith("portevoix.")
        and floors[part_of(field.related_model)] > floors[part_of(model)]
    ]
    assert upward == []
    assert sum(1 for _each in relations()) > 20


def test_a_lower_part_does_not_see_who_refers_to_it_from_above() -> None:
    named = [
        f"{model.__name__}.{field.name}"
        for model, field in relations()
        if field.related_model.__module__.startswith("portevoix.")
        if part_of(field.related_model) != part_of(model) and not field.remote_field.hidden
    ]
    assert named == []


def test_no_module_of_the_settings_imports_a_part() -> None:
    for module in modules():
        if module.part == "config":
            reached = {name for name in module.imported() if name.startswith("portevoix.")}
            assert all(name.startswith("portevoix.config") for name in reached), module.place


def connector_folders() -> list[str]:
    return sorted(path.parent.name for path in (SOURCE / "networks").glob("*/connector.py"))


@pytest.mark.parametrize("folder", connector_folders())
def test_a_network_s_folder_knows_only_itself_and_what_all_networks_share(folder: str) -> None:
    shared = tuple(f"portevoix.networks.{name}" for name in SHARED_BY_NETWORKS)
    allowed = (*shared, f"portevoix.networks.{folder}.", "portevoix.core.")
    for module in modules():
        if module.place.startswith(f"networks/{folder}/"):
            inside = [name for name in module.imported() if name.startswith("portevoix.")]
            assert [name for name in inside if not f"{name}.".startswith(allowed)] == [], module.place
            assert not any(name.startswith("django.db") for name in module.imported()), module.place


def test_nothing_but_the_registry_names_a_network_s_folder() -> None:
    folders = tuple(f"portevoix.networks.{folder}." for folder in connector_folders())
    naming = {
        module.place
        for module in modules()
        if not module.place.startswith(tuple(f"networks/{folder}/" for folder in connector_folders()))
        and any(f"{name}.".startswith(folders) for name in module.imported())
    }
    # The demonstration plays a network's crowd; nothing of the product itself may know one by name.
    assert {place for place in naming if not place.startswith("demo/")} == set()


CLIENTS = (
    *("aiohttp", "ftplib", "h11", "http.client", "httpcore", "httpx", "requests", "socket", "socketserver"),
    *("ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc"),
)
"""Every way out of the process that the standard library or a usual package offers."""
OF_THIS_MACHINE = {"core/serving.py": {"http.client", "socket"}, "core/jobs.py": {"socket"}}
"""What is asked of this machine itself: its ports, its name, and whether its own pages answer."""


def ways_out(names: Iterator[str]) -> set[str]:
    return {way for name in names for way in CLIENTS if f"{name}.".startswith(f"{way}.")}


def test_one_module_makes_all_http_clients_and_nothing_else_opens_a_way_out() -> None:
    found = {module.place: ways_out(module.imported()) for module in modules()}
    others = {place: ways for place, ways in found.items() if ways and place != "core/http.py"}
    assert others == OF_THIS_MACHINE
    assert {"httpx", "httpcore", "socket"} <= found["core/http.py"]


def loaded_with(statement: str) -> set[str]:
    """Return which engines a fresh process has loaded after Django and `statement`."""
    code = f"import sys, django; django.setup(); {statement}; print(*sys.modules)"
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "portevoix.config.settings", "PYTHONPATH": "src"}
    told = printed([sys.executable, "-c", code], cwd=ROOT, env=environ)
    return {name.split(".")[0] for name in told.split()} & set(ENGINES)


def test_a_process_that_serves_pages_loads_no_engine() -> None:
    assert loaded_with("import portevoix.config.wsgi, portevoix.web.urls") == set()


def test_the_actions_that_pages_call_load_no_engine() -> None:
    assert loaded_with("import portevoix.config.wsgi, portevoix.measures.actions") == set()


def test_an_engine_that_is_loaded_would_be_seen() -> None:
    assert "ibis" in loaded_with("import portevoix.ledger.engine")


def test_the_borders_that_the_linter_holds_have_no_exception() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
