"""How people hear of it: an inbox in the portal and e-mail, each message once, with its history."""
