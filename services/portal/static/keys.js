// Lists that can be worked through by keyboard: j and k go down and up, a letter presses the button that names it.
// The letters work only while the focus is in such a list, so they never get in the way of typing or of a screen reader's own keys.
(() => {
  "use strict";
  const itemsOf = (list) => Array.from(list.querySelectorAll("[data-key-item]"));
  const goTo = (item) => item?.querySelector("a")?.focus();
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const list = event.target.closest("[data-keys]");
    if (!list || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = itemsOf(list);
    const at = items.indexOf(event.target.closest("[data-key-item]"));
    if (event.key === "j") goTo(items[at + 1]);
    else if (event.key === "k") goTo(items[at - 1]);
    else {
      const button = items[at]?.querySelector(`[data-key="${CSS.escape(event.key)}"]`) ?? document.querySelector(`.undo [data-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      button.click();
    }
    event.preventDefault();
  });

  // After a deed go on with what is now the first of the list.
  if (document.querySelector(".undo")) goTo(document.querySelector("[data-keys] [data-key-item]"));
})();
