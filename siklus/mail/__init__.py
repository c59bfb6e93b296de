"""A mail server for one machine: it accepts every message, sends none on, and shows them in a browser."""
