"""What of the contract can be held to a real blog: all that does not depend on the time or on what others do."""

from collections.abc import Callable
from typing import Final

from portevoix.networks.connector import Connector
from tests.networks import test_contract_publishing as publishing
from tests.networks import test_contract_reading as reading
from tests.networks import test_contract_signing as signing
from tests.networks.contract import ConnectorCase

Promise = Callable[[ConnectorCase, Connector], None]
PROMISES: Final[dict[str, Promise]] = {
    promise.__name__.removeprefix("test_"): promise
    for promise in (
        publishing.test_the_same_key_twice_is_one_post,
        publishing.test_a_key_whose_post_was_withdrawn_never_publishes_again,
        publishing.test_what_was_withdrawn_cannot_be_updated,
        publishing.test_a_quote_that_cannot_be_made_is_refused_and_never_published_without,
        publishing.test_a_picture_is_published_with_its_post,
        publishing.test_a_picture_that_says_nothing_to_who_cannot_see_it_is_refused,
        publishing.test_refused_content_goes_back_with_a_reason,
        reading.test_the_own_profile_is_the_one_that_was_verified,
        signing.test_a_sign_in_may_do_no_more_than_the_connector_can,
        signing.test_what_a_person_types_opens_the_account,
        signing.test_what_was_mistyped_is_refused_in_words,
    )
}
