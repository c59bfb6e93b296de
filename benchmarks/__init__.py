"""Repeatable measurements, each beside the floor it is compared with."""
