"""The command line: starts and watches the parts of a city's Siklus. It launches; it owns no rules."""
