// Lets this browser show messages while no page is open; only after the person asks for it.
const button = document.querySelector("[data-push-key]");
if (button && "serviceWorker" in navigator && "PushManager" in window) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const worker = await navigator.serviceWorker.register("/push-worker.js");
    if ((await Notification.requestPermission()) !== "granted") return;
    await navigator.serviceWorker.ready;
    const key = button.dataset.pushKey.replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(key.padEnd(Math.ceil(key.length / 4) * 4, "=")), (letter) => letter.charCodeAt(0));
    const subscription = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes })).toJSON();
    const form = button.closest("form");
    form.elements.address.value = subscription.endpoint;
    form.elements.p256dh.value = subscription.keys.p256dh;
    form.elements.auth.value = subscription.keys.auth;
    form.submit();
  });
}
