"""What can be done with facts: import, collect, record figures handed down, project, archive, verify."""
