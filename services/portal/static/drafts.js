// Keeps what is typed in this browser until it is saved: a lost line, a crash or an expired sign-in loses nothing.
// One entry a person and form: siklus-draft:<person>:<form> -> {field: value}.
// A form that can be kept on the server is sent there too while somebody types; what has arrived needs no copy here.
(() => {
  "use strict";
  const person = document.body.dataset.person || "";
  const prefix = "siklus-draft:";
  const ownKey = (form) => `${prefix}${person}:${form.dataset.draft}`;
  const never = new Set(["csrf", "key", "version", "action", "draft", "page", "keeps"]);
  const pause = 3000;

  const read = (key) => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };
  const write = (key, value) => {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* storage full or switched off: the form still works */ }
  };
  const forget = (wanted) => {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith(prefix) && wanted(key)).forEach((key) => localStorage.removeItem(key));
    } catch { /* nothing is kept where there is no storage */ }
  };

  const fieldsOf = (form) => Array.from(form.elements).filter((field) => field.name && !never.has(field.name) && !["hidden", "file", "submit", "button"].includes(field.type));
  const nameOf = (field) => (field.type === "checkbox" ? `${field.name}=${field.value}` : field.name);
  const typed = (form) => {
    const values = {};
    for (const field of fieldsOf(form)) {
      if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
      else if (field.type === "checkbox") values[nameOf(field)] = field.checked;
      else values[field.name] = field.value;
    }
    return values;
  };
  const put = (form, values) => {
    let changed = 0;
    for (const field of fieldsOf(form)) {
      if (!(nameOf(field) in values)) continue;
      const value = values[nameOf(field)];
      if (field.type === "radio") { const on = field.value === value; if (on && !field.checked) { field.checked = true; changed += 1; } }
      else if (field.type === "checkbox") { if (field.checked !== value) { field.checked = value; changed += 1; } }
      else if (field.value !== value) { field.value = value; changed += 1; }
    }
    return changed;
  };

  const told = (form, before) => {
    const box = document.createElement("div");
    box.className = "govuk-inset-text draft-restored";
    box.setAttribute("role", "status");
    const text = document.createElement("span");
    text.textContent = `${document.body.dataset.draftRestored} `;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = document.body.dataset.draftDiscard;
    button.addEventListener("click", () => { localStorage.removeItem(ownKey(form)); put(form, before); box.remove(); });
    box.append(text, button);
    form.prepend(box);
  };

  // Rows that were typed but never saved have no fields on this page: send what was kept and ask for the rows.
  const askForRows = (form, kept) => {
    const button = form.querySelector("[data-draft-rows]");
    const missing = Object.keys(kept).filter((name) => !form.elements.namedItem(name));
    if (!button || missing.length === 0) return;
    for (const name of missing) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value: kept[name] });
      form.append(field);
    }
    button.click();
  };

  const restore = (form) => {
    const kept = read(ownKey(form));
    if (!kept) return;
    const before = typed(form);
    askForRows(form, kept);
    if (put(form, kept) > 0) told(form, before);
  };

  // Keeps the form on the server a moment after the last key, and says so; sending the form ends this.
  const keepOnServer = (form) => {
    const button = form.querySelector("[data-keeps-draft]");
    if (!button) return;
    let timer = 0;
    let underway = null;
    const told = document.createElement("span");
    told.className = "govuk-hint draft-told";
    told.setAttribute("role", "status");
    button.after(told);
    const keep = async () => {
      const before = JSON.stringify(typed(form));
      underway = new AbortController();
      try {
        const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form), headers: { "X-Siklus-Draft": "yes" }, signal: underway.signal, redirect: "error" });
        if (answer.status !== 204) return;
        told.textContent = document.body.dataset.draftKept;
        if (JSON.stringify(typed(form)) === before) localStorage.removeItem(ownKey(form));
      } catch { /* the copy in this browser is still there, and the next key tries again */ }
    };
    form.addEventListener("input", () => { told.textContent = ""; clearTimeout(timer); timer = setTimeout(keep, pause); });
    form.addEventListener("submit", () => { clearTimeout(timer); if (underway) underway.abort(); });
  };

  const watch = (form) => {
    if (form.dataset.draftWatched) return;
    form.dataset.draftWatched = "yes";
    const afterRefusal = document.querySelector(".govuk-error-summary");
    if (afterRefusal) write(ownKey(form), typed(form)); else restore(form);
    form.addEventListener("input", () => write(ownKey(form), typed(form)));
    keepOnServer(form);
  };

  const start = (fresh) => {
    const saved = document.querySelector("[data-draft-saved]");
    if (saved && fresh) forget((key) => key === `${prefix}${person}:${saved.dataset.draftSaved}`);
    if (document.querySelector("[data-draft-forget-all]")) forget(() => true);
    if (person) document.querySelectorAll("form[data-draft]").forEach(watch);
  };
  start(true);

  // After htmx exchanged the plan's rows, the new form holds what was typed: keep that.
  document.addEventListener("htmx:after:process", () => {
    document.querySelectorAll("form[data-draft]:not([data-draft-watched])").forEach((form) => {
      if (person && !document.querySelector(`[data-draft-saved="${form.dataset.draft}"]`)) write(ownKey(form), typed(form));
    });
    start(false);
  });
})();
