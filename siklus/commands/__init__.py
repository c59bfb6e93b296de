"""One module a command: ``NAME``, ``main`` (a Typer function), and the docstring as its help.

They import what they need inside ``main``: every part of the city starts through here and must not load the others' libraries.
"""
