"""Facebook: Pages, through Meta's Graph API.

`client` speaks it; `connector` says it in our words, with the help of what the other files hold.
It knows no model.
"""
