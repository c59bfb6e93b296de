"""The ways to a person; each can be down without holding up the others."""
