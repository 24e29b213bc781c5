// The record that is being written: every letter is kept as it is typed, every picture as it is taken.
(() => {
  "use strict";
  const { store, camera, pad, state, ask } = globalThis.sampling;
  const words = JSON.parse(document.getElementById("sampling-words").textContent);
  const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  globalThis.sampling.words = words;
  globalThis.sampling.say = say;

  const form = document.querySelector("[data-form]");
  const view = document.querySelector('[data-view="form"]');
  const find = (query) => view.querySelector(query);
  const fields = [...form.elements].filter((one) => one.name);
  let record = null;
  let task = null;
  let timer = 0;
  let keeping = Promise.resolve();

  const clock = (at) => new Date(at).toLocaleTimeString(words.language, { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  const status = (text) => (find("[data-form-state]").textContent = text);

  // One step of keeping after the other: a picture that is still being made smaller overtakes no letter.
  function inTurn(work) {
    keeping = keeping.then(work, work).catch((error) => {
      status(error?.name === "QuotaExceededError" ? words.full : `${words.no_store} ${error?.name ?? ""}`);
    });
    return keeping;
  }

  function read() {
    const values = {};
    for (const field of fields) {
      if (field.name.startsWith("sign_")) continue;
      if (field.type === "radio") {
        if (field.checked) values[field.name] = field.value;
      } else if (field.type === "checkbox") values[field.name] = field.checked;
      else values[field.name] = field.value.trim();
    }
    record.values = values;
    for (const role of ["firm", "inspector"]) {
      const name = form.elements[`sign_${role}`].value.trim();
      const before = record.signatures[role] ?? {};
      if (name || before.drawn) record.signatures[role] = { ...before, name };
      else delete record.signatures[role];
    }
  }

  function keep() {
    clearTimeout(timer);
    timer = 0;
    if (!record) return keeping;
    const mine = record;
    read();
    // Whoever corrects a finished record is writing again: it is not sent half corrected.
    if (mine.state !== "draft") mine.state = "draft";
    mine.changed_at = new Date().toISOString();
    const now = structuredClone(mine);
    return inTurn(async () => {
      await store.save(now);
      if (record === mine) status(say(words.saved, { when: clock(now.changed_at) }));
      document.dispatchEvent(new CustomEvent("sampling:kept"));
    });
  }

  // ---- what is asked depends on what happened and where ----
  function show() {
    const outcome = form.elements.outcome.value;
    const channel = form.elements.channel.value;
    for (const one of form.querySelectorAll("[data-outcome]")) one.hidden = !one.dataset.outcome.split(" ").includes(outcome);
    for (const one of form.querySelectorAll("[data-channel]")) one.hidden = one.dataset.channel !== channel;
    find("[data-bought]").hidden = !form.elements.bought.checked;
    // Who sells online is not there to sign.
    if (channel === "online") find('[data-sign="firm"]').hidden = true;
  }
  const asked = (field) => !field.closest("[hidden]");

  // ---- pictures ----
  async function photos() {
    const list = find("[data-photos]");
    const kept = await store.pictures(record.id);
    const items = [];
    for (const [at, one] of record.photos.entries()) {
      const picture = kept.find((k) => k.part === one.part);
      if (!picture) continue;
      const item = document.createElement("li");
      const image = await camera.thumbnail(picture);
      image.setAttribute("aria-label", words.photo_kinds[one.kind]);
      const caption = document.createElement("span");
      caption.textContent = words.photo_kinds[one.kind];
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline btn-sm";
      button.textContent = say(words.remove_photo, { n: at + 1 });
      button.dataset.remove = one.part;
      item.append(image, caption, button);
      items.push(item);
    }
    list.replaceChildren(...items);
  }

  function take(file, kind) {
    const mine = record;
    return inTurn(async () => {
      let picture;
      try {
        picture = await camera.shrink(file);
      } catch {
        find("[data-photo-said]").textContent = words.photo_bad;
        return;
      }
      const part = `photo-${crypto.randomUUID()}`;
      mine.photos.push({ part, kind, sha256: picture.sha256, taken_at: new Date().toISOString() });
      if (mine.state !== "draft") mine.state = "draft";
      await store.savePicture(structuredClone(mine), { record: mine.id, part, ...picture });
      find("[data-photo-said]").textContent = words.photo_added;
      if (record === mine) await photos();
    });
  }

  find("[data-photo]").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    const kind = find("[data-kind]").value;
    for (const file of files) await take(file, kind);
    event.target.value = "";
  });
  find("[data-photos]").addEventListener("click", (event) => {
    const part = event.target.closest("[data-remove]")?.dataset.remove;
    if (!part) return;
    record.photos = record.photos.filter((one) => one.part !== part);
    if (record.state !== "draft") record.state = "draft";
    const now = structuredClone(record);
    inTurn(async () => {
      await store.dropPicture(now, part);
      await photos();
      find("[data-photo-said]").textContent = words.photo_gone;
      find("[data-photo]").focus();
    });
  });

  // ---- signatures ----
  const pads = {};
  for (const box of form.querySelectorAll("[data-sign]")) {
    const role = box.dataset.sign;
    const canvas = box.querySelector("canvas");
    pads[role] = pad(canvas, () => {
      const mine = record;
      inTurn(async () => {
        const picture = await camera.drawing(canvas);
        const part = `sign-${role}`;
        const drawn = { part, kind: "other", sha256: picture.sha256, taken_at: new Date().toISOString() };
        mine.signatures[role] = { name: form.elements[`sign_${role}`].value.trim(), drawn };
        if (mine.state !== "draft") mine.state = "draft";
        await store.savePicture(structuredClone(mine), { record: mine.id, part, ...picture });
        status(say(words.saved, { when: clock(Date.now()) }));
      });
    });
    box.querySelector("[data-clear]").addEventListener("click", () => {
      pads[role].clear();
      const { drawn, ...rest } = record.signatures[role] ?? {};
      if (!drawn) return;
      record.signatures[role] = rest;
      const now = structuredClone(record);
      inTurn(() => store.dropPicture(now, drawn.part));
    });
  }

  // ---- the bar code, and what the roster says of it ----
  const said = (text) => (find("[data-gtin-said]").textContent = text);
  function fill(label) {
    for (const [name, value] of Object.entries(label)) {
      const field = form.elements[name];
      if (field && value && !field.value.trim()) field.value = value;
    }
    keep();
  }
  async function lookUp() {
    const number = form.elements.gtin.value.replace(/\s/g, "");
    if (!number) return said("");
    if (!camera.isGtin(number)) return said(words.bad_gtin);
    form.elements.gtin.value = number;
    if (task?.label?.gtin && task.label.gtin.padStart(14, "0") === number.padStart(14, "0")) {
      fill(task.label);
      return said(words.gtin_filled);
    }
    const answer = navigator.onLine ? await ask(`label/?gtin=${number}`, { headers: { Accept: "application/json" } }) : null;
    if (!answer) return said(words.gtin_offline);
    if (!answer.ok) return said(words.gtin_unknown);
    const { gtin, ...label } = await answer.json();
    fill(label);
    return said(words.gtin_filled);
  }
  form.elements.gtin.addEventListener("change", lookUp);
  // What the task knows is filled in. Another name with the code left standing would blame the wrong firm.
  form.elements.producer_name.addEventListener("change", () => {
    const { producer_name: name, producer_code: code } = form.elements;
    const known = [task?.label?.producer_name, task?.firm].includes(name.value.trim());
    if (known || !code.value || ![task?.label?.producer_code, task?.uscc].includes(code.value)) return;
    code.value = "";
    said(words.producer_changed);
    keep();
  });
  if (camera.canRead) {
    const button = find("[data-code-button]");
    button.hidden = false;
    button.addEventListener("click", () => find("[data-code]").click());
    find("[data-code]").addEventListener("change", async (event) => {
      const file = event.target.files[0];
      event.target.value = "";
      const code = file ? await camera.readCode(file).catch(() => "") : "";
      if (!code) return said(words.gtin_none);
      form.elements.gtin.value = code;
      form.elements.gtin.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // ---- finishing ----
  function missing() {
    const found = fields
      .filter((field) => field.dataset.needed && asked(field) && (!field.value.trim() || (field.name === "test_samples" && Number(field.value) < 1)))
      .filter((field) => field.name !== "backup_seals" || Number(form.elements.backup_samples.value) > 0)
      .map((field) => [field.id, field.dataset.needed]);
    const day = form.elements.sampled_on.value;
    const today = new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10);
    if (day && task && day < task.from) found.push(["s-sampled_on", say(words.before_task, { day: task.from })]);
    if (day > today) found.push(["s-sampled_on", words.in_future]);
    const gtin = form.elements.gtin;
    if (asked(gtin) && gtin.value && !camera.isGtin(gtin.value)) found.push(["s-gtin", words.bad_gtin]);
    const kinds = new Set(record.photos.map((one) => one.kind));
    if (!kinds.size) found.push(["s-photo", words.needs_photo]);
    else if (form.elements.channel.value === "online" && form.elements.outcome.value === "taken") {
      if (!kinds.has("screenshot")) found.push(["s-photo", words.needs_screenshot]);
      if (!kinds.has("unboxing")) found.push(["s-photo", words.needs_unboxing]);
    }
    return found;
  }

  function wrong(title, rows, more = "") {
    const box = find("[data-wrong]");
    find("[data-wrong-title]").textContent = [title, more].filter(Boolean).join(" ");
    find("[data-wrong-list]").replaceChildren(
      ...rows.map(([id, text]) => {
        const item = document.createElement("li");
        const target = id && document.getElementById(id);
        if (target) {
          const link = document.createElement("a");
          link.href = `#${id}`;
          link.textContent = text;
          link.addEventListener("click", (event) => {
            event.preventDefault();
            target.focus();
          });
          item.append(link);
        } else item.textContent = text;
        return item;
      }),
    );
    box.hidden = false;
    box.focus();
  }

  const idOf = (column) => {
    const name = { photos: "photo", signatures: "sign_firm", row: "" }[column] ?? column;
    return document.getElementById(`s-${name}`) ? `s-${name}` : "";
  };
  function refusal() {
    const english = document.documentElement.lang === "en";
    const { title, detail, errors } = record.refusal;
    const rows = errors.map((one) => {
      const id = idOf(one.column);
      const name = id ? document.querySelector(`label[for="${id}"]`)?.firstChild.textContent.trim() : "";
      const [what, remedy] = english ? [one.wrong_en, one.right_en] : [one.wrong_zh, one.right_zh];
      const parts = [name, one.value].filter(Boolean).join(" ");
      return [id, english ? `${parts}: ${what}. ${remedy}` : `${parts}：${what}。${remedy}`];
    });
    if (rows.length) wrong(words.refused_here, rows);
    else wrong(title, [], detail);
  }

  form.addEventListener("input", (event) => {
    if (!record || !event.target.name) return;
    show();
    clearTimeout(timer);
    timer = setTimeout(keep, 150);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!record) return;
    await keep();
    const found = missing();
    if (found.length) return wrong(words.missing, found);
    const done = { ...structuredClone(record), state: "ready" };
    delete done.refusal;
    record = null;
    await inTurn(() => store.save(done));
    location.hash = "";
    globalThis.sampling.sync();
  });
  const flush = () => timer && keep();
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);

  find("[data-delete]").addEventListener("click", () => globalThis.sampling.page.remove(record, find("[data-delete]")));

  // ---- opening ----
  function facts() {
    const rows = task
      ? [task.number, task.programme, task.firm, task.address, task.inspectors.join("、"), task.laboratory,
         `${say(words.test, { n: task.test_samples })} + ${say(words.backup, { n: task.backup_samples })}`, ...task.items]
      : [record.task];
    const list = document.createElement("ul");
    list.append(...rows.filter(Boolean).map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    find("[data-task-facts]").replaceChildren(list);
  }

  async function open(opened, ofTask) {
    [record, task] = [opened, ofTask];
    form.reset();
    for (const field of fields) {
      const value = record.values[field.name];
      if (value === undefined) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
    for (const role of ["firm", "inspector"]) form.elements[`sign_${role}`].value = record.signatures[role]?.name ?? "";
    find("[data-form-title]").textContent = record.title;
    find("[data-wrong]").hidden = true;
    find("[data-photo-said]").textContent = "";
    said("");
    status(record.changed_at ? say(words.saved, { when: clock(record.changed_at) }) : "");
    show();
    facts();
    await photos();
    const kept = await store.pictures(record.id);
    for (const [role, one] of Object.entries(pads)) {
      const picture = kept.find((k) => k.part === record.signatures[role]?.drawn?.part);
      if (picture) await one.show(picture);
      else one.clear();
    }
    if (record.state === "refused" && record.refusal) refusal();
  }

  globalThis.sampling.form = {
    open,
    close: async () => {
      if (timer) await keep();
      record = null;
      await keeping;
    },
    isOpen: () => record?.id,
    // It was on its way when it was opened, and has arrived: what stands here is no longer anybody's copy.
    gone(id) {
      if (record?.id !== id) return;
      clearTimeout(timer);
      [record, timer] = [null, 0];
      location.hash = "";
    },
  };
})();
