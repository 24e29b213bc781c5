// The list: tasks, what is kept on this phone, what was sent; and the line that always says how it stands.
(() => {
  "use strict";
  const { store, sync, state, say, words, form } = globalThis.sampling;
  const one = (query) => document.querySelector(query);
  let who = null;
  let drawn = "";
  // Whether this page opens without signal: who drives off too early would stand before a page that does not load.
  let offline = false;

  const made = (tag, text = "", name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });
  const mark = (name) => one(`template[data-mark="${name}"]`).content.cloneNode(true);
  const when = (at) => new Date(at).toLocaleString(words.language, { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Shanghai" });

  function card(title, lines, marks, buttons) {
    const item = made("li");
    const badges = made("div", "", "pz-head-state");
    badges.append(...marks.map(mark));
    const actions = made("div", "", "pz-actions");
    actions.append(...buttons);
    item.append(made("h3", title), badges, ...lines.filter(Boolean).map((text) => made("p", text)), actions);
    return item;
  }

  function button(text, work, look = "btn-outline") {
    const found = made("button", text, `btn ${look}`);
    found.type = "button";
    found.addEventListener("click", () => work(found));
    return found;
  }

  function link(text, address) {
    const found = made("a", text, "btn btn-outline");
    found.href = address;
    return found;
  }

  const titleOf = (task) => `${task.goods}\u00a0· ${task.firm}`;

  // ---- a record begins ----
  const today = () => new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10);
  async function begin(task) {
    navigator.storage?.persist?.();
    const label = task.label ?? {};
    const plant = task.channel === "plant";
    const record = {
      id: crypto.randomUUID(),
      user: who.user,
      task: task.number,
      title: titleOf(task),
      state: "draft",
      started_at: new Date().toISOString(),
      photos: [],
      signatures: { inspector: { name: task.inspectors.join("、").slice(0, 60) } },
      values: {
        outcome: "taken",
        channel: task.channel,
        sampled_on: today(),
        sampled_at_name: task.firm,
        sampled_at_code: task.uscc,
        bought: true,
        test_samples: String(task.test_samples),
        backup_samples: String(task.backup_samples),
        producer_name: label.producer_name || (plant ? task.firm : ""),
        producer_code: label.producer_code || (plant ? task.uscc : ""),
        ...Object.fromEntries(
          ["gtin", "product_name", "trademark", "specification", "standard_executed"].map((n) => [n, label[n] ?? ""]),
        ),
      },
    };
    await store.save(record);
    location.hash = `record=${record.id}`;
  }

  // Asked twice, on the page: a dialogue of the browser says too little.
  function remove(record, at) {
    const asked = made("div", "", "alert alert-warning");
    asked.setAttribute("role", "alert");
    const box = made("div");
    const yes = button(words.yes_delete, async () => {
      await form.close();
      await store.drop(record.id);
      asked.remove();
      location.hash = "";
      draw();
    }, "btn-danger");
    const no = button(words.no_keep, () => {
      asked.remove();
      at.focus();
    });
    const actions = made("div", "", "pz-actions");
    actions.append(yes, no);
    box.append(made("p", words.delete_sure), actions);
    asked.append(box);
    at.parentElement.after(asked);
    no.focus();
  }

  function problem(record) {
    const english = document.documentElement.lang === "en";
    const { title, detail, errors = [] } = record.refusal ?? {};
    if (!errors.length) return [title, detail];
    return errors.flatMap((e) => [english ? e.wrong_en : e.wrong_zh, english ? e.right_en : e.right_zh].filter(Boolean).join(english ? ". " : "。"))
      .map((text, at) => (errors[at].value ? `${errors[at].value} ${text}` : text));
  }

  function recordCard(record) {
    const open = () => (location.hash = `record=${record.id}`);
    const drop = button(words.delete, (self) => remove(record, self));
    const pictures = say(words.photos_n, { n: record.photos.length });
    if (record.state === "refused") {
      const again = button(words.send_again, async () => {
        await store.save({ ...record, state: "ready" });
        await draw();
        sync();
      });
      return card(record.title, [...problem(record), `${record.task}　${pictures}`], ["refused"],
        [button(words.correct, open, "btn-primary"), again, drop]);
    }
    if (record.state === "ready") return card(record.title, [`${record.task}　${pictures}`], ["kept"], [button(words.show, open), drop]);
    return card(record.title, [`${record.task}　${pictures}`], ["draft"], [button(words.go_on, open, "btn-primary"), drop]);
  }

  function taskCard(task, kept, sent) {
    const due = task.due_on && say(task.due_on < today() ? words.late : words.due, { day: task.due_on });
    const lines = [task.address, `${task.number}　${task.programme}`, due];
    if (sent) return card(titleOf(task), lines, ["sent"], []);
    if (task.status !== "assigned") return card(titleOf(task), lines, ["done"], []);
    const names = { draft: "draft", ready: "kept", refused: "refused" };
    const go = kept
      ? button(words.go_on, () => (location.hash = `record=${kept.id}`))
      : button(words.begin, () => begin(task), "btn-primary");
    return card(titleOf(task), lines, kept ? [names[kept.state]] : [], [go]);
  }

  async function draw() {
    const [tasks, sent, all] = [await store.get("tasks"), (await store.get("sent")) ?? [], await store.records()];
    who = tasks ?? null;
    const mine = all.filter((r) => !who || r.user === who.user);
    line(mine, sent, all.length - mine.length);
    if (form.isOpen()) return;
    const held = document.activeElement?.closest?.("li, [role=alert]");
    if (held?.contains(document.querySelector("[role=alert] .btn-danger"))) return; // a question stands open
    const now = JSON.stringify([who?.user, who?.tasks, mine.map((r) => [r.id, r.state, r.photos.length, r.refusal]), sent]);
    one("[data-as-of]").textContent = who ? `${who.name} · ${say(words.as_of, { when: when(who.at) })}` : "";
    if (now === drawn) return; // nothing new: who is on a button stays there
    drawn = now;
    one("[data-record-list]").replaceChildren(...mine.map(recordCard));
    one("[data-records]").hidden = !mine.length;
    const note = one("[data-no-tasks]");
    note.hidden = Boolean(who?.tasks.length);
    note.textContent = !who ? words.never_loaded : who.sampler ? words.no_tasks : words.not_sampler;
    one("[data-task-list]").replaceChildren(
      ...(who?.tasks ?? []).map((t) => taskCard(t, mine.find((r) => r.task === t.number), sent.find((s) => s.task === t.number))),
    );
    one("[data-receipts]").hidden = !sent.length;
    one("[data-receipt-list]").replaceChildren(
      ...sent.map((s) => card(s.title, [say(words.sent_as, { name: s.number }), when(s.at)], ["sent"], [link(words.open_sample, s.url)])),
    );
  }

  function line(mine, sent, others) {
    const count = (name) => mine.filter((r) => r.state === name).length;
    const [ready, refused, drafts] = [count("ready"), count("refused"), count("draft")];
    const parts = [];
    if (state.sending && ready) parts.push(words.sending);
    else if (state.signedOut) parts.push(words.signed_out);
    else parts.push(state.connected ? words.online : words.no_signal);
    if (state.connected) parts.push(offline ? words.offline_ready : words.offline_not_yet);
    parts.push(say(words.kept, { n: ready }), say(words.sent, { n: sent.length }));
    if (drafts) parts.push(say(words.draft, { n: drafts }));
    if (refused) parts.push(say(words.refused, { n: refused }));
    if (others) parts.push(say(words.others, { n: others }));
    if (state.trouble) parts.push(words.unknown_trouble);
    const text = parts.map((part) => part.replace(/ (\d+)$/, "\u00a0$1")).join(document.documentElement.lang === "en" ? " · " : "　");
    // The same words are not said again to who listens.
    if (one("[data-line]").textContent !== text) one("[data-line]").textContent = text;
    const box = one("[data-state]");
    box.dataset.tone = refused || state.signedOut ? "bad" : ready || !state.connected ? "warn" : "";
    one("[data-sign-in]").hidden = !state.signedOut;
    one("[data-send]").hidden = !(ready && !state.sending && !state.signedOut);
    const out = one("[data-sign-out]");
    out.hidden = !state.csrf;
    out.elements.csrfmiddlewaretoken.value = state.csrf;
  }

  // ---- which view: the address says, so that a page that was killed opens where it was ----
  let shown = null;
  async function route() {
    const id = location.hash.match(/^#record=([0-9a-f-]+)$/)?.[1];
    if (shown !== null && (id ?? "") === shown) return;
    shown = id ?? "";
    await form.close();
    const record = id ? await store.record(id) : null;
    const tasks = await store.get("tasks");
    const its = record && (!tasks || record.user === tasks.user);
    if (its) await form.open(record, tasks?.tasks.find((t) => t.number === record.task) ?? null);
    one('[data-view="form"]').hidden = !its;
    one('[data-view="list"]').hidden = Boolean(its);
    await draw();
    if (location.hash || shown) one(its ? "[data-form-title]" : '[data-view="list"] h1').focus();
    scrollTo(0, 0);
    if (!its && id === undefined) sync(); // one that was open was not sent meanwhile
  }
  addEventListener("hashchange", route);
  one("[data-back]").addEventListener("click", (event) => {
    event.preventDefault();
    location.hash = "";
  });
  one("[data-send]").addEventListener("click", () => sync());
  document.addEventListener("sampling:sync", () => draw());
  document.addEventListener("sampling:kept", async () => {
    const [sent, all, tasks] = [(await store.get("sent")) ?? [], await store.records(), await store.get("tasks")];
    const mine = all.filter((r) => !tasks || r.user === tasks.user);
    line(mine, sent, all.length - mine.length);
  });

  async function start() {
    try {
      await store.records();
    } catch {
      one("[data-line]").textContent = words.no_store;
      one("[data-state]").dataset.tone = "bad";
      return;
    }
    await route();
    // Registered first, so that the page is on the phone as soon as it has been seen once.
    if (navigator.serviceWorker) {
      navigator.serviceWorker.register("worker.js", { scope: "./" }).catch(() => null);
      navigator.serviceWorker.ready.then(() => {
        offline = true;
        draw();
      });
    }
    await sync();
    await fresh();
  }

  // The kept page is in the language in which it was kept.
  async function fresh() {
    const language = state.language;
    if (!language || language === document.documentElement.lang || form.isOpen()) return;
    const cache = (await caches.keys()).filter((name) => name.startsWith("pinzhi-sampling-"));
    for (const name of cache) await (await caches.open(name)).delete(location.pathname);
    if (sessionStorage.getItem("sampling-language") !== language) {
      sessionStorage.setItem("sampling-language", language);
      location.reload();
    }
  }

  globalThis.sampling.page = { remove };
  start();
})();
