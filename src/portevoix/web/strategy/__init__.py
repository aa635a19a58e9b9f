"""The study as its pages and files show it: prose, figures beside it, the objectives, versions in words."""
