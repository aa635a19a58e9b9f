"""Which module answers which command, as `urls.py` says it for pages.

A command module has `HELP`, `add_arguments(parser)` and `run(arguments) -> int`; it may have
`data_folder(arguments) -> str`, the folder it works in when the administrator names none. Modules are named
as strings, so that one command's imports never slow another, and so that the parts on one line need not know
each other.
"""

COMMANDS: dict[str, str] = {
    "up": "portevoix.cli.up",
    "demo": "portevoix.demo.command",
    "web": "portevoix.cli.web",
    "worker": "portevoix.cli.worker",
    "programme": "portevoix.cli.programme",
    "ledger": "portevoix.cli.ledger",
    "scorecards": "portevoix.cli.scorecards",
    "sign-in-link": "portevoix.cli.sign_in_link",
}
