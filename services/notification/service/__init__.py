"""What the notification service decides."""
