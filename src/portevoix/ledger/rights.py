"""Who may bring facts in, and who may see them."""

import rules

from portevoix.people.models import Role
from portevoix.people.rights import has_role, is_administrator, is_lead

rules.add_perm("ledger.import", is_administrator | is_lead)
rules.add_perm("ledger.archive", is_administrator | is_lead)
rules.add_perm(
    "ledger.see_facts",
    is_administrator | has_role(Role.LEAD, Role.AMBASSADOR, Role.CONSULTANT, Role.EXECUTIVE),
)
