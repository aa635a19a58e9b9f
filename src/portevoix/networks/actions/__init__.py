"""What can be done to accounts: one module a subject."""
