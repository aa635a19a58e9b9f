"""What is said through a door, in both directions, whatever the network: frozen values, no models.

`remote_id` is always the id that the network itself uses, unique within that network for its kind of
thing; on federated networks it is the full URI, so that two servers never collide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What somebody did to somebody, in our words, whatever the network calls it."""

    LIKE = "like"
    REPOST = "repost"
    QUOTE = "quote"
    REPLY = "reply"
    MENTION = "mention"
    FOLLOW = "follow"
    LIKE_WITHDRAWN = "like_withdrawn"
    REPOST_WITHDRAWN = "repost_withdrawn"
    FOLLOW_WITHDRAWN = "follow_withdrawn"
    DELETED = "deleted"


class PostKind(StrEnum):
    """What a publication is: a post that starts something, a reply, or a longer article."""

    POST = "post"
    REPLY = "reply"
    ARTICLE = "article"


class Counted(StrEnum):
    """What a count read on a network counts."""

    FOLLOWERS = "followers"
    LIKES = "likes"
    REPOSTS = "reposts"
    QUOTES = "quotes"
    REPLIES = "replies"
    IMPRESSIONS = "impressions"


class Looking(StrEnum):
    """How sure one can be, after a lost answer, whether a post is on the network."""

    KEYED = "keyed"
    """A key chosen by us names the post there: asking again with the key cannot double."""
    FINDABLE = "findable"
    """The account's own recent posts can be read: look before sending again."""
    NEITHER = "neither"
    """Nothing can be asked: one uncertain request at most, then a person decides."""


OURS = "Porte-voix"
"""What a post says it was made with when it left through us, on networks that tell."""


class Gesture(StrEnum):
    """What we give to others besides posts."""

    LIKE = "like"
    REPOST = "repost"
    FOLLOW = "follow"


class Signing(StrEnum):
    """How an account is connected."""

    TYPED = "typed"
    """A person types what the network gave: a key, a password for applications, an address."""
    REDIRECT = "redirect"
    """A person is sent to the network, agrees there, and comes back."""


class Proof(StrEnum):
    """What a connector was tried against, best first."""

    REAL = "real"
    """The network's own software, whenever the tests against servers run."""
    ASKED = "asked"
    """The network's own software, where somebody asked for it to be installed."""
    DESCRIPTION = "description"
    """A stand-in that holds every request and reply to the network's machine-readable description."""
    EXAMPLES = "examples"
    """A stand-in built from the examples of the network's documentation."""


class Ability(StrEnum):
    """What a sign-in may do, as one would tell a person."""

    PUBLISH = "publish"
    UPDATE = "update"
    WITHDRAW = "withdraw"
    UPLOAD = "upload"
    GIVE = "give"
    READ_EVENTS = "read_events"
    READ_POSTS = "read_posts"
    READ_COUNTS = "read_counts"
    READ_PROFILES = "read_profiles"
    READ_THREADS = "read_threads"
    KEEP_LISTS = "keep_lists"


@dataclass(frozen=True)
class ActorRef:
    """An account of a network, as far as it was told to us."""

    remote_id: str
    handle: str = ""
    display_name: str = ""
    url: str = ""


@dataclass(frozen=True)
class ProfileLink:
    """An address that a profile shows. `is_verified`: the network found the link back; None: it does not look."""

    url: str
    label: str = ""
    is_verified: bool | None = None


@dataclass(frozen=True)
class Profile:
    """An account as its network describes it at the instant `read_at`; a count is None where not told.

    `links` are the addresses that it shows beside the biography; `is_automated` and `is_locked` (followers wait
    for consent) are None where the network does not tell.
    """

    actor: ActorRef
    read_at: datetime
    biography: str = ""
    links: tuple[ProfileLink, ...] = ()
    is_automated: bool | None = None
    is_locked: bool | None = None
    followers_count: int | None = None
    following_count: int | None = None
    posts_count: int | None = None


@dataclass(frozen=True)
class Media:
    """A picture or film to publish: its bytes, its media type, and the text for those who cannot see it."""

    content: bytes
    media_type: str
    alternative_text: str


@dataclass(frozen=True)
class Uploaded:
    """A picture or film that stands on the network and waits for its post.

    `remote_id` is opaque to all but its connector. Until `is_ready`, the network is still working on it: ask
    `check_upload` again, not before `check_at`.
    """

    remote_id: str
    alternative_text: str
    is_ready: bool = True
    check_at: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """What is to be published on one account. `marker` is a token of ours that looking may search for.

    `media` were uploaded before, and are ready; `quoting` is the publication that this one quotes.
    """

    text: str
    language: str = ""
    title: str = ""
    link: str = ""
    media: tuple[Uploaded, ...] = ()
    in_reply_to: str = ""
    quoting: str = ""
    marker: str = ""


@dataclass(frozen=True)
class PublishedRef:
    """Where something is on its network. `remote_id` is what later calls need, `url` what people open."""

    remote_id: str
    url: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Event:
    """Somebody did something to one of the accounts that we read.

    `target_id` is the account concerned; `object_id` the publication concerned, if any; `remote_id` the
    network's own id of the act, if it has one. `text` is what was said, when something was.
    """

    kind: Kind
    actor: ActorRef
    target_id: str
    at: datetime
    object_id: str = ""
    remote_id: str = ""
    text: str = ""
    language: str = ""
    url: str = ""


@dataclass(frozen=True)
class SeenPost:
    """A publication as seen on its network, ours or anybody's.

    `made_with` is the application in which it was written, '' where the network does not tell.
    """

    remote_id: str
    author: ActorRef
    at: datetime
    kind: PostKind = PostKind.POST
    text: str = ""
    language: str = ""
    url: str = ""
    in_reply_to: str = ""
    quoting: str = ""
    made_with: str = ""


@dataclass(frozen=True)
class Reading:
    """A count read at one moment: of the publication `object_id`, or of the account itself when empty."""

    account_id: str
    counted: Counted
    value: int
    at: datetime
    object_id: str = ""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a stream, oldest first. `cursor` goes on after the last item; `has_more` says whether to.

    `has_gap` says that nothing is told here of what came between the cursor that was asked and this page: the
    network no longer gives it, or a page of older items follows, since reading was stopped midway.
    """

    items: tuple[T, ...]
    cursor: str
    has_more: bool = False
    has_gap: bool = False


@dataclass(frozen=True)
class Limits:
    """What the network, or the server itself, allows on one post. None: no limit is known.

    `text_length` is in what the network counts, `text_bytes` in bytes of UTF-8; `link_length` is what any address
    counts for. `media_bytes` and `media_side` (pixels of the longer side) bound one picture, `media_types` those
    that are taken (empty: not told).
    """

    text_length: int | None = None
    media_count: int | None = None
    alternative_text_length: int | None = None
    text_bytes: int | None = None
    link_length: int | None = None
    media_bytes: int | None = None
    media_side: int | None = None
    media_types: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Opened:
    """An account that a network inside the product has just opened: its id there, and what connects it."""

    remote_id: str
    handle: str
    options: Mapping[str, object]
    credentials: str


@dataclass(frozen=True)
class TextMeasure:
    """A text's length as the network counts it, against its limit; in bytes too where the network limits them."""

    length: int
    limit: int | None
    valid: bool
    byte_length: int | None = None
    byte_limit: int | None = None


@dataclass(frozen=True)
class Capabilities:
    """What a connector can do. What it cannot is refused with `NotSupported`, never ignored."""

    can_publish: bool = False
    can_update: bool = False
    can_withdraw: bool = False
    looking: Looking = Looking.NEITHER
    remembers_keys: bool = True
    """Whether a keyed network goes on refusing a key whose post was withdrawn. Where it does not, a deleted post
    leaves no trace: the key has to be put away here before its post is withdrawn."""
    event_kinds: frozenset[Kind] = frozenset()
    readings: frozenset[Counted] = frozenset()
    can_read_posts: bool = False
    can_read_profiles: bool = False
    can_read_threads: bool = False
    gestures: frozenset[Gesture] = frozenset()
    can_upload: bool = False
    can_quote: bool = False
    can_keep_lists: bool = False
    standing_kinds: frozenset[Kind] = frozenset()
    """Acts of others of which the network tells which ones stand now, so that withdrawn ones are noticed."""
    tells_maker: bool = False
    """Whether a post says in which application it was written."""
    signing: Signing = Signing.TYPED
    renews: bool = False
    """Whether credentials run out and are renewed by themselves."""
    proof: Proof = Proof.EXAMPLES
    is_manual: bool = False
    can_open_accounts: bool = False
    """Whether the network lives inside the product, and opens an account for whoever asks."""
    reaches_network: bool = field(default=True)
    """False for a network that lives inside the product or in a person's hands."""
    visibility_lag: timedelta = timedelta(0)
    """How long something that the network took may stay hidden from those who look for it."""


@dataclass(frozen=True)
class Asked:
    """What a network asks for before an account is connected: one field of a form.

    `label` and `help_text` are translated when they are shown; what is secret goes into the credentials.
    """

    name: str
    label: str
    help_text: str = ""
    is_number: bool = False
    is_secret: bool = False
    is_optional: bool = False
