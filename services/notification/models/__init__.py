"""The tables of the notification service."""

from services.notification.models.base import Row
from services.notification.models.meetings import MeetingEntry
from services.notification.models.messages import DeliveryAttempt, Message
from services.notification.models.people import Destination, Mute, Person, Preference
from services.notification.models.relay import MailRelay
from services.notification.models.trust import LinkUse, Suppression
from services.notification.models.work import CaseCopy, CycleCopy, TaskCopy

__all__ = [
    "CaseCopy",
    "CycleCopy",
    "DeliveryAttempt",
    "Destination",
    "LinkUse",
    "MailRelay",
    "MeetingEntry",
    "Message",
    "Mute",
    "Person",
    "Preference",
    "Row",
    "Suppression",
    "TaskCopy",
]
