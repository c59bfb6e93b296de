"""Print fresh secrets for docker-compose.yml in the form of its .env file."""

from __future__ import annotations

import typer

NAME = "new-secrets"


def main() -> None:
    import json
    from secrets import token_urlsafe

    from joserfc.jwk import OKPKey

    from siklus.keeping import new_vapid_key
    from workflows.codec import new_key

    key = OKPKey.generate_key("Ed25519")
    secrets = {
        "POSTGRES_PASSWORD": token_urlsafe(24),
        "GRAFANA_PASSWORD": token_urlsafe(24),
        "SIKLUS_TOKEN_PRIVATE_KEY": json.dumps(key.as_dict(private=True)),
        "SIKLUS_TOKEN_PUBLIC_KEY": json.dumps(key.as_dict(private=False)),
        "SIKLUS_PAYLOAD_KEYS": new_key("k1"),
        "SIKLUS_LINK_SECRETS": token_urlsafe(32),
        "SIKLUS_VAPID_PRIVATE_KEY": new_vapid_key(),
    }
    for name, value in secrets.items():
        typer.echo(f"{name}='{value}'")
