// Small conveniences. Every page works without them; nothing typed leaves the machine before the form is sent.
(() => {
  "use strict";

  // ---- copy buttons ----
  const ready = (root) => {
    if (navigator.clipboard) for (const b of root.querySelectorAll("[data-copy]")) b.hidden = false;
    for (const rows of root.querySelectorAll("[data-rows]")) live(rows);
    for (const form of root.querySelectorAll("form[data-autosave]")) keep(form);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const note = button.querySelector(".pz-hidden") || button;
    const before = note.textContent;
    note.textContent = button.dataset.copied;
    note.classList.remove("pz-hidden");
    setTimeout(() => {
      note.textContent = before;
      note.classList.add("pz-hidden");
    }, 2000);
  });

  // ---- who signs out leaves nothing of theirs on this machine but what was never sent ----
  document.addEventListener("submit", (event) => {
    if (event.target.action?.endsWith?.("/accounts/logout/")) globalThis.indexedDB?.deleteDatabase("pinzhi-sampling-session");
  });

  // ---- menus close when one looks elsewhere ----
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.pz-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.pz-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (document.activeElement.classList.contains("pz-tip")) document.activeElement.blur();
  });

  // ---- forms are kept as one types: per form, on this machine, until they are sent ----
  const NEVER = /password|token|secret|id_?number|id_?card|otp|code$/i;
  const DAYS = 14;
  const savable = (field) =>
    field.name &&
    !["password", "file", "hidden", "submit", "button"].includes(field.type) &&
    !("private" in field.dataset) &&
    !NEVER.test(field.name);

  const store = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key) || "null");
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
        return true;
      } catch {
        return false; // full or closed: the warning before leaving remains
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        // nothing was kept
      }
    },
  };

  const changed = new Set();

  function keep(form) {
    if (form.dataset.kept) return;
    form.dataset.kept = "1";
    const key = `pinzhi-form:${form.dataset.autosave}`;
    const note = form.querySelector("[data-saved-note]");
    const saved = store.get(key);
    const fresh = saved && Date.now() - saved.at < DAYS * 864e5;
    // A form that comes back with errors already holds what was typed; only an untouched one is filled in.
    if (fresh && !form.hasAttribute("data-bound")) {
      let filled = 0;
      for (const rows of form.querySelectorAll("[data-rows]")) {
        const lengths = Object.keys(saved.values).filter((n) => n.startsWith(`${rows.dataset.rows}.`)).map((n) => saved.values[n].length);
        while (lines(rows).length < Math.min(Math.max(0, ...lengths), 2000)) addRow(rows);
      }
      const seen = {};
      for (const field of form.elements) {
        if (!savable(field) || !(field.name in saved.values)) continue;
        let values = saved.values[field.name];
        if (field.closest("[data-rows]")) {
          seen[field.name] = (seen[field.name] ?? -1) + 1;
          values = values.slice(seen[field.name], seen[field.name] + 1);
        }
        if (field.type === "checkbox" || field.type === "radio") {
          const on = values.includes(field.value);
          if (field.checked !== on) filled += 1;
          field.checked = on;
        } else if (field.tagName === "SELECT" && field.multiple) {
          for (const option of field.options) option.selected = values.includes(option.value);
        } else if (values.length && field.value !== values[0]) {
          field.value = values[0];
          filled += 1;
        }
      }
      if (filled && note) note.textContent = note.dataset.restored;
    }
    let timer = 0;
    const save = () => {
      const values = {};
      for (const field of form.elements) {
        if (!savable(field)) continue;
        values[field.name] ??= [];
        if (field.type === "checkbox" || field.type === "radio") {
          if (field.checked) values[field.name].push(field.value);
        } else if (field.tagName === "SELECT" && field.multiple) {
          values[field.name].push(...[...field.selectedOptions].map((o) => o.value));
        } else values[field.name].push(field.value);
      }
      if (store.set(key, { at: Date.now(), values }) && note) note.textContent = note.dataset.saved;
    };
    form.addEventListener("input", () => {
      changed.add(form);
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      save();
      changed.delete(form);
      try {
        sessionStorage.setItem("pinzhi-sent", key);
      } catch {
        // then it is kept until it is too old
      }
    });
  }

  // Sent, and neither this form again nor an error page came back: it was taken, what was kept can go. A page that
  // shows the same form for the next one says data-form-done.
  function forget() {
    for (const done of document.querySelectorAll("[data-form-done]")) store.drop(`pinzhi-form:${done.dataset.formDone}`);
    try {
      const sent = sessionStorage.getItem("pinzhi-sent");
      if (!sent || document.querySelector("[data-error-page]")) return;
      sessionStorage.removeItem("pinzhi-sent");
      const again = [...document.querySelectorAll("form[data-autosave]")].some((f) => `pinzhi-form:${f.dataset.autosave}` === sent);
      if (!again) store.drop(sent);
    } catch {
      // nothing was kept
    }
  }

  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });

  // ---- pickers: a suggestion fills in its code ----
  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-pick]");
    if (!choice) return;
    const field = choice.closest(".pz-field");
    const input = field.querySelector("input[data-picker]");
    input.value = choice.dataset.pick;
    const chosen = field.querySelector(".pz-chosen");
    if (chosen) chosen.textContent = choice.dataset.label;
    field.querySelector(".pz-suggest").replaceChildren();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  });

  // ---- fields asked for only when another one has a value ----
  function depend() {
    for (const field of document.querySelectorAll("[data-when-field]")) {
      const form = field.closest("form");
      const wanted = JSON.parse(field.dataset.whenValues);
      const found = [...form.elements].filter((e) => e.name === field.dataset.whenField);
      const now = found.flatMap((e) => (["checkbox", "radio"].includes(e.type) ? (e.checked ? [e.value] : []) : [e.value]));
      field.hidden = !now.some((v) => wanted.includes(v));
    }
  }
  document.addEventListener("change", depend);

  // ---- tables of a form: rows come and go, Enter goes down, a part of a spreadsheet can be pasted ----
  const lines = (rows) => [...rows.querySelectorAll("tbody > tr")];
  const controls = (line) => [...line.querySelectorAll("input, select, textarea")];

  function number(rows) {
    lines(rows).forEach((line, at) => {
      for (const cell of controls(line)) cell.setAttribute("aria-label", `${cell.closest("td").dataset.title} ${at + 1}`);
      line.querySelector("[data-row-remove]").hidden = false;
    });
  }

  function addRow(rows) {
    const most = Number(rows.dataset.most || 0);
    if (most && lines(rows).length >= most) return null;
    const line = rows.querySelector("template").content.firstElementChild.cloneNode(true);
    rows.querySelector("tbody").append(line);
    number(rows);
    globalThis.htmx?.process(line);
    return line;
  }

  function live(rows) {
    if (rows.dataset.live) return;
    rows.dataset.live = "1";
    const add = rows.querySelector("[data-row-add]");
    add.type = "button"; // Enter in a field sends the form, it does not add a row
    add.addEventListener("click", () => controls(addRow(rows) || lines(rows).at(-1))[0].focus());
    rows.querySelector("[data-row-keys]").hidden = false;
    number(rows);
    const tell = () => rows.querySelector("tbody").dispatchEvent(new Event("input", { bubbles: true }));
    rows.addEventListener("click", (event) => {
      const line = event.target.closest("[data-row-remove]")?.closest("tr");
      if (!line) return;
      const all = lines(rows);
      const next = all[all.indexOf(line) + 1] || all[all.indexOf(line) - 1];
      if (next) line.remove();
      else for (const cell of controls(line)) cell.value = "";
      number(rows);
      (next || line).querySelector("input, select, textarea").focus();
      tell();
    });
    rows.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      const line = event.target.closest("tr");
      const at = controls(line).indexOf(event.target);
      const below = line.nextElementSibling;
      const next = below || addRow(rows);
      if (next) controls(next)[below ? at : 0].focus();
    });
    rows.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain").replace(/\r/g, "") ?? "";
      if (!/[\t\n]/.test(text.trim()) || !event.target.matches("input, select")) return;
      event.preventDefault();
      let line = event.target.closest("tr");
      const first = controls(line).indexOf(event.target);
      for (const row of text.replace(/\n+$/, "").split("\n")) {
        if (!line) line = addRow(rows);
        if (!line) break;
        row.split("\t").forEach((value, at) => {
          const cell = controls(line)[first + at];
          if (!cell) return;
          const wanted = value.trim();
          const option = [...(cell.options ?? [])].find((o) => o.value === wanted || o.text.trim() === wanted);
          cell.value = option ? option.value : wanted;
        });
        line = line.nextElementSibling;
      }
      tell();
    });
  }

  // ---- paper shows what is folded ----
  const unfolded = [];
  addEventListener("beforeprint", () => {
    for (const d of document.querySelectorAll("details.pz-more:not([open])")) {
      d.open = true;
      unfolded.push(d);
    }
  });
  addEventListener("afterprint", () => {
    for (const d of unfolded.splice(0)) d.open = false;
  });

  forget();
  ready(document);
  depend();
  document.addEventListener("htmx:afterSettle", (event) => {
    ready(event.target);
    depend();
  });
})();
