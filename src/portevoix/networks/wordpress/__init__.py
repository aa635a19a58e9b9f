"""WordPress, on any server: articles and their comments through the REST API that every site has.

An account is an author of a site. Passwords are application passwords, which a person can take back at the site;
no plugin is needed there.
"""
