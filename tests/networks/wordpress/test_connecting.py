"""Where a site answers, and who may do what there."""

import httpx
import pytest
from django.conf import settings

from portevoix.networks.contracts import (
    Ability,
)
from portevoix.networks.errors import (
    ContentRefused,
    OptionsRefused,
)
from portevoix.networks.wordpress.connector import WordPressConnector
from tests.networks.contract import START
from tests.networks.wordpress.case import OPTIONS, WordPressCase
from tests.networks.wordpress.doing import posts, publish
from tests.networks.wordpress.rows import HOME


def test_a_site_says_where_its_api_is(case: WordPressCase) -> None:
    (signed,) = WordPressConnector.sign_in(case.typed(), now=START, transport=case.wire)
    assert signed.options == OPTIONS
    assert signed.credentials == case.secret()
    assert signed.profile.actor.handle == "marion@blog.example"
    assert signed.profile.actor.display_name == "Marion L’Hermite"
    assert case.secret() not in repr(signed)


def test_a_site_that_does_not_say_it_is_asked_at_the_usual_places(case: WordPressCase) -> None:
    case.site.signs = False
    (signed,) = WordPressConnector.sign_in(case.typed(), now=START, transport=case.wire)
    assert signed.options["root"] == f"{HOME}/wp-json/"
    case.site.is_plain = True
    (signed,) = WordPressConnector.sign_in(case.typed(), now=START, transport=case.wire)
    assert signed.options["root"] == f"{HOME}/?rest_route=/"


def test_a_site_without_readable_links_is_used_like_any_other(case: WordPressCase) -> None:
    case.site.is_plain = True
    (signed,) = WordPressConnector.sign_in(case.typed(), now=START, transport=case.wire)
    with WordPressConnector(signed.options, signed.credentials, transport=case.wire) as door:
        ref = publish(door)
        assert [one.remote_id for one in posts(door)[0]] == [ref.remote_id]
        door.withdraw(ref, now=START)


def test_a_site_behind_a_proxy_that_takes_itself_for_http_is_called_over_https(case: WordPressCase) -> None:
    def plays(request: httpx.Request) -> httpx.Response:
        answer = case.site.play(request)
        if "link" in answer.headers:
            answer.headers["link"] = answer.headers["link"].replace("https://blog", "http://blog")
        elif request.url.path == "/wp-json/":
            return httpx.Response(200, json={**answer.json(), "home": HOME.replace("https", "http")})
        return answer

    (signed,) = WordPressConnector.sign_in(case.typed(), now=START, transport=httpx.MockTransport(plays))
    assert signed.options == OPTIONS


def test_an_api_elsewhere_that_is_not_over_https_gets_no_password(case: WordPressCase) -> None:
    asked: list[str] = []

    def plays(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("authorization", ""))
        told = '<http://elsewhere.example/wp-json/>; rel="https://api.w.org/"'
        if request.url.host == "elsewhere.example":
            return httpx.Response(
                200,
                json={"home": HOME, "namespaces": ["wp/v2"], "authentication": {"application-passwords": {}}},
            )
        return httpx.Response(200, headers={"link": told})

    with pytest.raises(OptionsRefused, match="https"):
        WordPressConnector.sign_in(case.typed(), now=START, transport=httpx.MockTransport(plays))
    assert not any(asked)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"address": ""}, "not the address"),
        ({"address": "http://blog.example"}, "over https"),
        ({"address": "https://a:b@blog.example"}, "not the address"),
        ({"login": " "}, "user name"),
        ({"password": "  "}, "application password"),
        ({"login": "paul"}, "does not accept"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    case: WordPressCase, answers: dict[str, str], told: str
) -> None:
    with pytest.raises(OptionsRefused, match=told):
        WordPressConnector.sign_in({**case.typed(), **answers}, now=START, transport=case.wire)


def test_what_is_no_wordpress_and_what_takes_no_passwords_is_said(case: WordPressCase) -> None:
    case.site.takes_passwords = False
    with pytest.raises(OptionsRefused, match="no application passwords"):
        WordPressConnector.sign_in(case.typed(), now=START, transport=case.wire)
    for answer in (
        httpx.Response(404),
        httpx.Response(200, json={"namespaces": []}),
        httpx.Response(200, json=[]),
    ):
        other = httpx.MockTransport(lambda _request, answer=answer: answer)
        with pytest.raises(OptionsRefused, match="No WordPress"):
            WordPressConnector.sign_in(case.typed(), now=START, transport=other)


def test_http_is_taken_only_where_private_addresses_may_be_called(
    case: WordPressCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = {**OPTIONS, "home": "http://10.0.0.8", "root": "http://10.0.0.8/wp-json/"}
    with pytest.raises(OptionsRefused, match="over https"):
        WordPressConnector(local, case.secret())
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_ADDRESSES", True)
    WordPressConnector(local, case.secret()).close()


@pytest.mark.parametrize("credentials", ["", "marion", "marion:", ":password", "marion:pass\nword"])
def test_credentials_that_are_none_are_refused(credentials: str) -> None:
    with pytest.raises(OptionsRefused):
        WordPressConnector(OPTIONS, credentials)


def test_a_role_that_may_less_is_told(case: WordPressCase, door: WordPressConnector) -> None:
    case.site.authors[3].can -= {"publish_posts", "upload_files"}
    told = door.abilities(START)
    assert not told & {Ability.PUBLISH, Ability.UPLOAD}
    assert {Ability.UPDATE, Ability.READ_EVENTS, Ability.READ_COUNTS} <= told
    with pytest.raises(ContentRefused, match="not allowed"):
        publish(door)
