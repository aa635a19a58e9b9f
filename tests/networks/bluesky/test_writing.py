"""What is written on Bluesky: posts with all they hold, gestures, lists; each once, whatever happens."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from portevoix.networks.bluesky.connector import BlueskyConnector
from portevoix.networks.bluesky.keys import key_for
from portevoix.networks.contracts import Draft, Gesture, Media, PublishedRef
from portevoix.networks.errors import ContentRefused, NotSupported, OutcomeUnknown
from tests.networks.bluesky.accounts import POST
from tests.networks.bluesky.case import BlueskyCase
from tests.networks.bluesky.view import LIKE
from tests.networks.contract import START
from tests.networks.walk import PICTURE, Wire

MINUTE = timedelta(minutes=1)


def written(stage: BlueskyCase, ref: PublishedRef) -> dict[str, Any]:
    """Return the record of a post as it stands."""
    found = stage.network.view.record(ref.remote_id)
    assert found
    return found[1]


def publish(door: BlueskyConnector, draft: Draft, now: datetime = START) -> PublishedRef:
    return door.publish(draft, key=door.new_key(now), now=now)


def test_a_post_tells_its_links_mentions_hashtags_language_and_maker(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    text = "Été ! Avec @paul.bsky.social et @nobody.example : https://example.org/été #vélo"
    record = written(stage, publish(marion, Draft(text, language="fr")))
    told = [facet["features"][0] for facet in record["facets"]]
    assert [one["$type"].partition("#")[2] for one in told] == ["mention", "link", "tag"]
    assert (told[0]["did"], told[1]["uri"], told[2]["tag"]) == (
        stage.paul.did,
        "https://example.org/été",
        "vélo",
    )
    assert (record["langs"], record["via"]) == (["fr"], "Porte-voix")
    slices = [facet["index"] for facet in record["facets"]]
    assert [text.encode()[one["byteStart"] : one["byteEnd"]].decode() for one in slices] == [
        "@paul.bsky.social",
        "https://example.org/été",
        "#vélo",
    ]


def test_a_link_comes_with_its_card_and_stands_in_the_text(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    draft = Draft("Read this.", title="A title", link="https://example.org/a")
    record = written(stage, publish(marion, draft))
    assert record["text"] == "A title\n\nRead this.\n\nhttps://example.org/a"
    assert record["embed"]["external"] == {
        "uri": "https://example.org/a",
        "title": "A title",
        "description": "",
    }


def test_pictures_come_with_words_and_proportions_and_beside_a_quote(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    picture = marion.upload(PICTURE, now=START)
    draft = Draft("Look.", media=(picture,), quoting=stage.pauls_post, link="https://example.org")
    embed = written(stage, publish(marion, draft))["embed"]
    assert embed["$type"] == "app.bsky.embed.recordWithMedia"
    assert embed["record"]["record"]["uri"] == stage.pauls_post
    (image,) = embed["media"]["images"]
    assert (image["alt"], image["aspectRatio"]) == (PICTURE.alternative_text, {"width": 1, "height": 1})


def test_a_picture_without_words_beside_it_needs_no_text(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    picture = marion.upload(PICTURE, now=START)
    assert written(stage, publish(marion, Draft("", media=(picture,))))["text"] == ""
    with pytest.raises(ContentRefused):
        publish(marion, Draft("  "))


def test_bytes_that_are_no_picture_have_no_proportions(marion: BlueskyConnector) -> None:
    uploaded = marion.upload(Media(b"no picture", "image/png", "Nothing"), now=START)
    assert '"aspect":null' in uploaded.remote_id


def test_a_film_is_refused_and_a_picture_of_another_network_too(marion: BlueskyConnector) -> None:
    with pytest.raises(NotSupported):
        marion.upload(Media(b"film", "video/mp4", "A film"), now=START)
    picture = marion.upload(PICTURE, now=START)
    with pytest.raises(ContentRefused):
        publish(marion, Draft("Look.", media=(replace(picture, remote_id="42"),)))


def test_five_pictures_are_refused_in_the_networks_words(marion: BlueskyConnector) -> None:
    picture = marion.upload(PICTURE, now=START)
    with pytest.raises(ContentRefused) as caught:
        publish(marion, Draft("Look.", media=(picture,) * 5))
    assert "4 elements" in caught.value.reason


def test_an_answer_names_what_it_answers_and_where_all_began(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    paul = stage.answer(stage.paul, publish(marion, Draft("First.")).remote_id, "Second.", START)
    third = publish(marion, Draft("Third.", in_reply_to=paul), START + MINUTE)
    fourth = publish(marion, Draft("Fourth.", in_reply_to=third.remote_id), START + 2 * MINUTE)
    reply = written(stage, fourth)["reply"]
    assert reply["parent"] == stage.strong(third.remote_id)
    assert reply["root"] == written(stage, third)["reply"]["root"]


@pytest.mark.parametrize("part", ["in_reply_to", "quoting"])
@pytest.mark.parametrize("target", ["nowhere", "at://did:plc:a/x/y", "theirs", "ours"])
def test_what_points_to_nothing_is_refused(
    stage: BlueskyCase, marion: BlueskyConnector, part: str, target: str
) -> None:
    gone = {
        "theirs": stage.paul.uri(POST, "3jzfcijpj2z2a"),
        "ours": stage.marion.uri(POST, "3jzfcijpj2z2a"),
    }
    uri = gone.get(target, target)
    draft = Draft("Hm.", in_reply_to=uri) if part == "in_reply_to" else Draft("Hm.", quoting=uri)
    with pytest.raises(ContentRefused) as caught:
        publish(marion, draft)
    assert caught.value.reason


def test_a_lost_answer_then_the_same_key_days_later_is_the_same_post(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    key = marion.new_key(START)
    draft = Draft("Once, with #tags and https://example.org.", language="en")
    stage.lose_answer()
    with pytest.raises(OutcomeUnknown):
        marion.publish(draft, key=key, now=START)
    again = marion.publish(draft, key=key, now=START + timedelta(days=3))
    assert (again.at, len(stage.marion.of(POST))) == (START, 1)


def test_another_text_never_takes_the_place_of_what_stands_at_a_key(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    key = marion.new_key(START)
    ref = marion.publish(Draft("First."), key=key, now=START)
    with pytest.raises(ContentRefused) as caught:
        marion.publish(Draft("Second."), key=key, now=START)
    assert caught.value.reason
    assert written(stage, ref)["text"] == "First."


def test_what_belongs_to_another_account_is_not_withdrawn(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    with pytest.raises(ContentRefused):
        marion.withdraw(PublishedRef(stage.pauls_post), now=START)


def test_a_like_given_in_the_application_is_the_like(stage: BlueskyCase, marion: BlueskyConnector) -> None:
    given = stage.give(stage.marion, LIKE, stage.pauls_post, START)
    assert marion.give(Gesture.LIKE, stage.pauls_post, now=START).remote_id == given


def test_a_like_that_was_taken_back_a_moment_ago_is_given_again(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    first = marion.give(Gesture.LIKE, stage.pauls_post, now=START)

    def plays(request: httpx.Request) -> httpx.Response:
        """Answer as the view of all does that has not heard of it yet."""
        answer = stage.network.play(request)
        if not request.url.path.endswith("getPosts"):
            return answer
        told = json.loads(answer.content)
        told["posts"][0]["viewer"] = {"like": first.remote_id}
        return httpx.Response(200, json=told)

    marion.withdraw(first, now=START)
    with BlueskyConnector(stage.options(), stage.secret(), transport=Wire(plays)) as late:
        assert late.give(Gesture.LIKE, stage.pauls_post, now=START + MINUTE).remote_id == first.remote_id
    assert len(stage.marion.of(LIKE)) == 1


@pytest.mark.parametrize("gesture", list(Gesture))
def test_a_gesture_whose_answer_was_lost_is_one_when_it_is_given_again(
    stage: BlueskyCase, marion: BlueskyConnector, gesture: Gesture
) -> None:
    target = stage.targets()[gesture]
    stage.hides_from_view(
        key_for(f"app.bsky.{'graph' if gesture is Gesture.FOLLOW else 'feed'}.{gesture}", target)
    )
    first, again = (marion.give(gesture, target, now=START + n * MINUTE) for n in (0, 1))
    assert first.remote_id == again.remote_id


def test_a_list_made_by_hand_is_taken_up_and_what_stands_twice_stands_once(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    made = {
        "name": "Our voices",
        "purpose": "app.bsky.graph.defs#curatelist",
        "createdAt": "2026-11-01T09:00:00Z",
    }
    uri = stage.marion.put("app.bsky.graph.list", marion.new_key(START), made)
    item = {"list": uri, "subject": stage.paul.did, "createdAt": "2026-11-01T09:00:00Z"}
    for _twice in range(2):
        stage.marion.put("app.bsky.graph.listitem", marion.new_key(START), item)
    ref = marion.keep_list("Our voices", [stage.paul.did], now=START)
    assert ref.remote_id == uri
    assert ref.url.startswith("https://bsky.app/profile/")
    assert [value["subject"] for _key, value in stage.marion.of("app.bsky.graph.listitem")] == [
        stage.paul.did
    ]


def test_a_list_of_three_hundred_is_kept_in_two_goes(stage: BlueskyCase, marion: BlueskyConnector) -> None:
    members = [stage.network.add(f"m{number}.bsky.social").did for number in range(300)]
    ref = marion.keep_list("Many", members, now=START)
    assert stage.listed(ref) == set(members)
    assert stage.network.asked.count("com.atproto.repo.applyWrites") == 2


def test_a_list_whose_name_was_changed_since_is_not_made_anew(
    stage: BlueskyCase, marion: BlueskyConnector
) -> None:
    marion.keep_list("Our voices", [], now=START)
    ((key, value),) = stage.marion.of("app.bsky.graph.list")
    stage.marion.records["app.bsky.graph.list", key] = {**value, "name": "Another name"}
    with pytest.raises(ContentRefused) as caught:
        marion.keep_list("Our voices", [], now=START)
    assert caught.value.reason
