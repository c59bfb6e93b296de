"""The HTTP surface of notification: thin, every decision is the service's."""

from services.notification.endpoints import delivery, destinations, inbox, links, relay

ROUTERS = (inbox.router, destinations.router, links.router, delivery.router, relay.router)
