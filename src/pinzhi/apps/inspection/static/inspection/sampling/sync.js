// Sending. A record bears the number that the phone gave it, so it may be sent any number of times and is taken once:
// it leaves the phone only when the server has said under which number it stands.
(() => {
  "use strict";
  const { store } = globalThis.sampling;
  const AGAIN = 30_000;
  const state = { connected: navigator.onLine, sending: false, signedOut: false, csrf: "", language: "", trouble: false };
  const tell = () => document.dispatchEvent(new CustomEvent("sampling:sync"));

  // What is sent is made from what was kept and nothing else: sent again it is the same, letter by letter.
  function payload(record) {
    return JSON.stringify({
      ...record.values,
      version: 1,
      id: record.id,
      task: record.task,
      started_at: record.started_at,
      photos: record.photos,
      signatures: Object.entries(record.signatures).map(([role, one]) => ({ role, ...one })),
    });
  }

  async function ask(address, options = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), options.method === "POST" ? 120_000 : 15_000);
    try {
      const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", signal: stop.signal, ...options });
      state.connected = true;
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        state.signedOut = true;
        return null;
      }
      state.signedOut = false;
      return answer;
    } catch {
      state.connected = false;
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  // The tasks of whoever is signed in; another person's tasks and receipts go.
  async function load() {
    const answer = await ask("tasks/", { headers: { Accept: "application/json" } });
    if (!answer?.ok) return null;
    const body = await answer.json();
    const before = await store.get("tasks");
    if (before && before.user !== body.user) await store.forget();
    state.csrf = body.csrf;
    state.language = answer.headers.get("Content-Language");
    const { csrf, ...kept } = body;
    await store.put("tasks", { ...kept, at: Date.now() });
    return kept;
  }

  const isProblem = (answer) => (answer.headers.get("Content-Type") || "").includes("json");

  async function send(record) {
    const form = new FormData();
    form.append("record", payload(record));
    for (const one of await store.pictures(record.id)) {
      form.append(one.part, new Blob([one.bytes], { type: one.type }), one.part + (one.type === "image/png" ? ".png" : ".jpg"));
    }
    const answer = await ask("records/", {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": state.csrf, Accept: "application/json" },
    });
    if (!answer) return;
    if (answer.ok && isProblem(answer)) {
      const { number, url } = await answer.json();
      const sent = (await store.get("sent")) ?? [];
      const receipt = { id: record.id, user: record.user, task: record.task, title: record.title, number, url, at: Date.now() };
      await store.put("sent", [receipt, ...sent.filter((one) => one.id !== record.id)].slice(0, 200));
      globalThis.sampling.form.gone(record.id);
      await store.drop(record.id);
    } else if (answer.status >= 400 && answer.status < 500 && isProblem(answer)) {
      const { title, detail, errors = [] } = await answer.json();
      const now = await store.record(record.id);
      if (now) await store.save({ ...now, state: "refused", refusal: { title, detail, errors, at: Date.now() } });
    } else {
      state.trouble = true; // not the record's fault: it stays and is sent again
    }
  }

  async function once() {
    state.sending = true;
    state.trouble = false;
    tell();
    try {
      const who = await load();
      if (who) {
        for (const record of await store.records()) {
          if (record.state === "ready" && record.user === who.user && record.id !== globalThis.sampling.form.isOpen()) {
            await send(record);
            tell();
            if (!state.connected || state.signedOut) break;
          }
        }
      }
      if (who) await load();
    } finally {
      state.sending = false;
      tell();
    }
  }

  // Two pages of the same phone do not send at once; the browser lets go of the lock when one is killed.
  let running = null;
  function sync() {
    running ??= (navigator.locks ? navigator.locks.request("pinzhi-sampling", once) : once()).finally(() => {
      running = null;
      later();
    });
    return running;
  }

  addEventListener("online", () => {
    tries = 0;
    sync();
  });
  addEventListener("offline", () => {
    state.connected = false;
    tell();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sync());

  // A phone says that it has signal before it has; soon again at first, then now and then.
  let tries = 0;
  let next = 0;
  function later() {
    clearTimeout(next);
    tries = state.connected ? 0 : tries + 1;
    const wait = state.connected || !navigator.onLine ? AGAIN : Math.min(AGAIN, 1000 * 2 ** (tries - 1));
    next = setTimeout(async () => {
      const waiting = (await store.records()).some((one) => one.state === "ready");
      if (document.visibilityState === "visible" && (waiting || !state.connected)) sync();
      else later();
    }, wait);
  }

  globalThis.sampling.sync = sync;
  globalThis.sampling.state = state;
  globalThis.sampling.ask = ask;
})();
