"""Every address of the pages, with what fills it in: tests walk them all."""

from dataclasses import dataclass

from django.urls import URLPattern, reverse

from portevoix.networks.models import Holding
from portevoix.programme.models import StudiedRival, StudySection, StudyStep
from portevoix.programme.models.study import StudyRow
from portevoix.web.urls import urlpatterns
from tests.web.conftest import Company

ANYBODY = frozenset(
    {
        "health", "language", "account_login", "account_logout", "account_inactive", "welcome", "official",
        "official_voice",
    }
)  # fmt: skip
"""Addresses that answer people who have not signed in; signing out leads them on."""
SIGNED_IN = frozenset({"home", "complete", "style", "me", "my_name", "my_password", "accounts_back"})
"""Addresses that answer whoever has signed in, whatever the role."""
SETTING_UP = frozenset(
    {
        "change_brand",
        "change_sphere",
        "change_range",
        "remove_range",
        "change_phase",
        "remove_phase",
        "write_line",
        "withdraw_line",
        "disclosure",
        "move_voice",
        "give_consent",
        "withdraw_consent",
        "remove_voice",
        "revoke_consent",
        "hold_account",
        "end_holding",
        "let_go",
        "connect_account",
    }
)
"""Addresses that take a change of the programme."""
POSTED = SETTING_UP | {
    "language",
    "stop_import",
    "upload_change",
    "sandbox_delete",
    "sandbox_collect",
    "comment",
    "verify_month",
    "strategy_begin",
    "strategy_section_move",
    "strategy_step_state",
    "strategy_keep",
    "my_name",
    "my_password",
    "undo_role",
    "invite_again",
    "give_role",
    "prolong_role",
    "remove_role",
    "undo_tenure",
    "start_tenure",
    "end_tenure",
    "journal_actor",
    "account_ceiling",
    "look_account",
    "list_account",
    "voice_holders",
}
"""Addresses that only take what is sent to them."""


Arguments = dict[str, list[dict[str, object]]]
"""For the name of an address, what fills it in: once, or as often as its pages differ."""
_OWNED: dict[str, object] = {"which": "voices", "voice": "marion"}
_NAMED: dict[str, object] = {"which": "colleagues", "voice": "paul"}
_FIRST_STEPS: Arguments = {
    "brand": [{}],
    "today": [{}],
    "start_step": [{"step": step} for step in ("brand", "personas", "networks", "post")],
    "sandbox": [{}],
    "sandbox_account": [{"handle": "acme.marion"}],
    "sandbox_delete": [{"handle": "acme.marion"}],
    "sandbox_collect": [{"handle": "acme.marion"}],
}
_PUBLIC: Arguments = {
    "welcome": [{"token": "unknown"}],
    "official": [{}],
    "official_voice": [{"voice": "marion"}],
    "settings_public": [{}],
    "public_preview": [{}],
}
_VOICES: Arguments = {
    "family": [{}],
    "voice": [{"voice": "marion"}],
    "voice_holders": [{"voice": "marion"}],
    "colleagues": [{}],
    "colleague": [{"voice": "paul"}],
}
_MONTHS: Arguments = {
    "measures_latest": [{}],
    "measures": [{"month": "2012-07"}],
    "news": [{"month": "2012-07"}],
    "measures_csv": [{"month": "2012-07"}],
    "facts": [{"month": "2012-07", "line": line, "metric": "likes_received"} for line in ("marion", "*")],
    "close_month": [{"month": "2012-07"}],
    "verify_month": [{"month": "2012-07"}],
    "signed": [{"month": "2012-07"}],
    "trends": [{"month": "2012-07", "metric": "likes_received"}],
    "comment": [{"month": "2012-07", "voice": "marion"}],
    "stop_import": [{"import_id": 1}],
    "imports": [{}],
    **{name: [{"number": 1}] for name in ("upload", "upload_state", "upload_change")},
    "import_rejects": [{"import_id": 1}],
}
_PROGRAMME: Arguments = {
    "settings_programme": [{}],
    "change_brand": [{}],
    "change_sphere": [{"sphere": "business"}],
    "change_range": [{}],
    "remove_range": [{"range_slug": "law"}],
    "settings_phases": [{}],
    "change_phase": [{}],
    "remove_phase": [{"phase": "test"}],
    "settings_line": [{}],
    "write_line": [{}],
    "withdraw_line": [{}],
    "disclosure": [{}],
}
_SETTING_VOICES_UP: Arguments = {
    "settings_voices": [{}],
    "settings_voice": [{"voice": "marion"}],
    "settings_colleagues": [{}],
    "settings_colleague": [{"voice": "paul"}],
    "move_voice": [_OWNED, _NAMED],
    "remove_voice": [_OWNED, _NAMED],
    "give_consent": [{"voice": "paul"}],
    "withdraw_consent": [{"voice": "paul"}],
    "revoke_consent": [{"voice": "paul"}],
    "hold_account": [_OWNED, _NAMED],
    "end_holding": [{**_OWNED, "holding": 1}],
    "let_go": [{**_OWNED, "holding": 1}],
    "connect_account": [{**_OWNED, "holding": 1}],
}


@dataclass(frozen=True)
class Address:
    """One address of the table: its name, and its path filled in."""

    name: str
    path: str


def names() -> list[str]:
    """Return the name of every address of the pages."""
    return [pattern.name or "" for pattern in urlpatterns if isinstance(pattern, URLPattern)]


def filled_in(company: Company) -> list[Address]:
    """Return every address; those of a brand twice where they differ by line."""
    arguments = {
        **_FIRST_STEPS,
        **_PUBLIC,
        **_VOICES,
        **_MONTHS,
        **_study(company),
        **_PROGRAMME,
        **_SETTING_VOICES_UP,
        **_settings(company),
        **_linking(company),
    }
    in_brand = set(arguments) - {"welcome"}
    return [
        Address(
            name, reverse(name, kwargs={**({"slug": company.brand.slug} if name in in_brand else {}), **some})
        )
        for name in names()
        for some in arguments.get(name, [{}])
    ]


def _study(company: Company) -> Arguments:
    """Return what fills in the addresses of the study, each of its rows being the first."""
    section, step, rival = (
        _first(company, model, name)
        for name, model in (("section", StudySection), ("step", StudyStep), ("rival", StudiedRival))
    )
    bare = ("", "_begin", "_section_new", "_step_new", "_objectives", "_rivals", "_rival_new")
    whole = ("_versions", "_version_new", "_html", "_markdown")
    return {
        **{f"strategy{name}": [{}] for name in (*bare, *whole)},
        **{f"strategy{name}": section for name in ("_section", "_section_edit", "_section_move", "_figure")},
        **{f"strategy{name}": step for name in ("_step_edit", "_step_state")},
        **{f"strategy{name}": rival for name in ("_rival", "_rival_edit")},
        "strategy_keep": [{"kind": "rivals", **_first(company, StudiedRival, "number")[0]}],
        "strategy_version": [{"number": 1}],
    }


def _first(company: Company, model: type[StudyRow], name: str) -> list[dict[str, object]]:
    """Return the number of the first row of `model`, under the name that an address gives it."""
    row = model._default_manager.filter(brand=company.brand).earliest("pk")
    return [{name: row.pk}]


def _settings(company: Company) -> Arguments:
    person: dict[str, object] = {"person": company.people["ambassador"].pk}
    return {
        **{name: [{}] for name in ("members", "invite", "undo_role", "undo_tenure")},
        **{name: [{}] for name in ("holders", "named_holders", "journal", "journal_of_named")},
        **{name: [person] for name in ("invite_again", "give_role")},
        **{name: [{**person, "role": "ambassador"}] for name in ("prolong_role", "remove_role")},
        **{name: [{"voice": "marion"}] for name in ("holder", "start_tenure")},
        "end_tenure": [{"tenure": 1}],
        "journal_actor": [{"entry": 1}],
    }


def _linking(company: Company) -> Arguments:
    number = Holding.objects.filter(voice=company.marion).earliest("pk").account_id
    return {
        "voice_accounts": [{"voice": "marion"}],
        "link_account": [{"voice": "marion"}],
        "link_network": [{"voice": "marion", "network": "mastodon"}],
        "choose_account": [{"voice": "marion", "number": 1}],
        "account": [{"voice": "marion", "number": number}],
        "account_ceiling": [{"voice": "marion", "number": number}],
        "look_account": [{"voice": "marion", "number": number}],
        "list_account": [{"voice": "marion", "number": number}],
    }
