"""Robots that play people: they see open tasks and act on them through the same HTTP interfaces as anybody."""
