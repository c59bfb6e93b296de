"""What the services say to each other; nothing else crosses a service's wall."""
