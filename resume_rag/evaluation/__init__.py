"""Measurements of the parts against labelled sets; each is a command that prints a table."""
