// Shows what the notification service pushes. A repeat has the same tag and takes the place of the first.
self.addEventListener("push", (event) => {
  const message = event.data.json();
  event.waitUntil(
    self.registration.showNotification(message.title, { body: message.body, tag: message.tag, lang: message.language, data: message.link })
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
