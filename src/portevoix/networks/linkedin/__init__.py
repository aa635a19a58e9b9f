"""LinkedIn: Pages and showcase Pages, and the profile of a real person who consented.

`client` speaks its API; `connector` says it in our words, with the help of what the other files hold. Whoever
reads the Page-analytics export finds that in `analytics`; what LinkedIn has and lacks is in
NOTES.md. It knows no model.
"""
