"""The pages on which a programme is set up: forms whose values go through the readers of the programme file."""
