"""The HTTP surface of notification: thin, every decision is the service's."""

from services.notification.endpoints import delivery, destinations, inbox, links

ROUTERS = (inbox.router, destinations.router, links.router, delivery.router)
