"""The pages of the study: where they begin, and those that are only read."""

STUDY = "/b/acme/strategy/"
READ = ("", "sections/1/", "objectives/", "rivals/", "rivals/1/", "versions/", "versions/1/")
