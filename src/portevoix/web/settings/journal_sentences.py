"""What each line of the journal says, in words: one sentence an action, as closed as the list of actions.

`%(who)s` is who acted and `%(what)s` what it was done to, as `web.settings.journal` names them; the other words
are facts of the line.
"""

from typing import Final

from django.utils.translation import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "people.administrator.created": gettext_noop("%(who)s made the account of the first administrator."),
    "people.sign_in_link.created": gettext_noop("%(who)s made a link with which %(what)s signs in once."),
    "people.sign_in_link.used": gettext_noop("%(who)s signed in with a link."),
    "people.account.completed": gettext_noop("%(who)s chose a name, an address and a password."),
    "people.language.chosen": gettext_noop("%(who)s chose the language of the pages."),
    "people.name.chosen": gettext_noop("%(who)s chose another name."),
    "people.password.changed": gettext_noop("%(who)s changed the password."),
    "people.member.invited": gettext_noop("%(who)s invited %(what)s, who had no account yet."),
    "people.membership.granted": gettext_noop(
        "%(who)s gave %(what)s the role “%(role)s”, or changed its end."
    ),
    "people.membership.removed": gettext_noop("%(who)s took the role “%(role)s” from %(what)s."),
    "programme.file.applied": gettext_noop(
        "%(who)s brought a programme file in (added: %(added)s, changed: %(changed)s)."
    ),
    "programme.changed": gettext_noop("%(who)s changed %(what)s on a page."),
    "programme.range.removed": gettext_noop("%(who)s took away the range %(name)s."),
    "programme.phase.removed": gettext_noop("%(who)s took away the phase %(name)s before its first day."),
    "programme.line.withdrawn": gettext_noop(
        "%(who)s took away version %(version)s of the editorial line before its day."
    ),
    "programme.study.changed": gettext_noop("%(who)s changed the study."),
    "programme.study.versioned": gettext_noop("%(who)s kept the study as version %(number)s."),
    "programme.public_page.changed": gettext_noop("%(who)s changed the public page of official voices."),
    "programme.voice.moved": gettext_noop("%(who)s moved %(what)s from “%(before)s” to “%(after)s”."),
    "programme.voice.removed": gettext_noop("%(who)s took away a voice that had just been added."),
    "programme.tenure.started": gettext_noop(
        "%(who)s wrote down that somebody holds %(what)s (%(role)s, %(days)s)."
    ),
    "programme.tenure.ended": gettext_noop(
        "%(who)s ended somebody's time with %(what)s (%(role)s, %(days)s)."
    ),
    "programme.tenure.resumed": gettext_noop(
        "%(who)s undid the end of somebody's time with %(what)s (%(role)s, %(days)s)."
    ),
    "programme.tenure.withdrawn": gettext_noop(
        "%(who)s undid the beginning of somebody's time with %(what)s (%(role)s, %(days)s)."
    ),
    "programme.holder.read": gettext_noop("%(who)s looked up who holds %(what)s."),
    "programme.actor.read": gettext_noop("%(who)s looked up who had acted for a voice (line %(what)s)."),
    "programme.consent.given": gettext_noop(
        "%(who)s recorded or corrected the consent behind %(what)s (%(days)s)."
    ),
    "programme.consent.revoked": gettext_noop("%(who)s revoked the consent behind %(what)s (%(days)s)."),
    "programme.consent.withdrawn": gettext_noop(
        "%(who)s took back that a consent behind %(what)s was recorded (%(days)s)."
    ),
    "networks.account.held": gettext_noop("%(who)s wrote down when %(voice)s speaks through %(what)s."),
    "networks.account.let_go": gettext_noop("%(who)s took back that %(voice)s ever spoke through %(what)s."),
    "networks.connection.linked": gettext_noop("%(who)s connected the account %(what)s."),
    "networks.connection.failed": gettext_noop("The network no longer takes the credentials of %(what)s."),
    "networks.ceiling.set": gettext_noop("%(who)s set how much the calls of %(what)s may cost in a month."),
    "networks.list.started": gettext_noop("%(who)s had %(what)s keep the public list of personas."),
    "networks.list.kept": gettext_noop(
        "%(who)s brought the public list of personas that %(what)s keeps up to date (accounts: %(accounts)s)."
    ),
    "networks.list.stopped": gettext_noop("%(who)s had %(what)s keep the public list of personas no longer."),
    "networks.trial.published": gettext_noop("%(who)s wrote a post in the sandbox, as %(what)s."),
    "networks.trial.withdrawn": gettext_noop("%(who)s deleted a post in the sandbox, of %(what)s."),
    "ledger.import.started": gettext_noop("%(who)s began to bring in the file %(file)s."),
    "ledger.import.finished": gettext_noop("%(who)s brought a file in: facts added: %(added)s."),
    "ledger.import.accepted": gettext_noop(
        "%(who)s made an unfinished import count as it is: facts added: %(added)s."
    ),
    "ledger.import.stopped": gettext_noop("%(who)s asked a running import to stop."),
    "ledger.month.archived": gettext_noop("%(who)s archived the facts of %(what)s (version %(version)s)."),
    "measures.comment.written": gettext_noop("%(who)s commented on %(month)s of %(what)s."),
    "measures.comment.removed": gettext_noop("%(who)s took back the comment on %(month)s of %(what)s."),
    "measures.month.closed": gettext_noop("%(who)s closed the figures of %(what)s."),
    "measures.month.verified": gettext_noop(
        "%(who)s replayed the closed figures of %(what)s and compared them."
    ),
}
PARTS: Final[dict[str, str]] = {
    "people": gettext_noop("Members"),
    "programme": gettext_noop("Programme and voices"),
    "networks": gettext_noop("Accounts"),
    "ledger": gettext_noop("Facts"),
    "measures": gettext_noop("Measures"),
}
"""What each part of the product is called where lines are chosen by it."""
DETAILED: Final[dict[str, str]] = {
    "programme.changed": gettext_noop("%(who)s changed %(what)s on a page: %(changes)s."),
    "programme.study.changed": gettext_noop("%(who)s changed the study: %(changes)s."),
    "programme.public_page.changed": gettext_noop(
        "%(who)s changed the public page of official voices: %(changes)s."
    ),
}
"""What lines say that tell what was changed; older ones do not."""
ROWS: Final[dict[str, str]] = {
    "brands": gettext_noop("the brand"),
    "spheres": gettext_noop("a sphere"),
    "ranges": gettext_noop("a range"),
    "phases": gettext_noop("a phase"),
    "lines": gettext_noop("the editorial line"),
    "consents": gettext_noop("the consent"),
    "study_section": gettext_noop("a section"),
    "study_step": gettext_noop("a step"),
    "studied_rival": gettext_noop("a rival"),
    "brand": gettext_noop("the outline"),
}
"""What is changed where the subject of a line does not say it."""
FIELDS: Final[dict[str, str]] = {
    "+": gettext_noop("just added"),
    "added": gettext_noop("just added"),
    "name": gettext_noop("name"),
    "first_name": gettext_noop("first name"),
    "biography": gettext_noop("biography"),
    "languages": gettext_noop("languages"),
    "time_zone": gettext_noop("time zone"),
    "kind": gettext_noop("kind"),
    "sphere": gettext_noop("sphere"),
    "product_range": gettext_noop("range"),
    "watch_domain": gettext_noop("what it watches"),
    "weekly_minutes": gettext_noop("minutes a week"),
    "hue": gettext_noop("colour"),
    "state": gettext_noop("state"),
    "objectives": gettext_noop("objectives"),
    "cadence": gettext_noop("cadence"),
    "vocabulary": gettext_noop("vocabulary"),
    "audience_segments": gettext_noop("audience segments"),
    "preferred_networks": gettext_noop("preferred networks"),
    "from_on": gettext_noop("first day"),
    "to_on": gettext_noop("last day"),
    "given_on": gettext_noop("day"),
    "revoked_on": gettext_noop("end"),
    "is_sharing_figures": gettext_noop("whether figures are shared"),
    "commercial_ceiling": gettext_noop("commercial ceiling"),
    "targets": gettext_noop("targets"),
    "exit_criteria": gettext_noop("exit criteria"),
    "topics": gettext_noop("topics"),
    "tone": gettext_noop("tone"),
    "forbidden_words": gettext_noop("forbidden words"),
    "disclosure": gettext_noop("disclosure"),
    "courtesy": gettext_noop("courtesy"),
    "introduction": gettext_noop("introduction"),
    "charter": gettext_noop("charter"),
    "contact_email": gettext_noop("address for questions"),
    "contact_url": gettext_noop("link for questions"),
    "is_open": gettext_noop("whether anybody may read it"),
    "changed": gettext_noop("changed"),
    "removed": gettext_noop("removed"),
    "brought back": gettext_noop("brought back"),
    "moved": gettext_noop("moved"),
    "begun": gettext_noop("begun"),
    "cleared": gettext_noop("taken back"),
    "figure shown": gettext_noop("a figure set beside it"),
    "figure hidden": gettext_noop("a figure taken away"),
}
"""What was changed of it, as lines name it."""
