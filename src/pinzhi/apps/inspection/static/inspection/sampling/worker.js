// Keeps the sampling page itself on the phone: the page, its scripts and styles, nothing of anybody's work. Tasks and
// records are kept by the page. HOME and ASSETS are put in front by the server; when they change, this file has changed.
const CACHE = "pinzhi-sampling-" + ASSETS.join().split("").reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 7);
const PAGE = new Set([HOME]);

async function keepPage(cache) {
  // Who is signed out gets the sign-in page instead: that is not kept.
  const answer = await fetch(HOME, { credentials: "same-origin", redirect: "manual" });
  if (answer.ok && answer.type === "basic") await cache.put(HOME, answer.clone());
  return answer;
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(ASSETS);
      await keepPage(cache);
      if (!(await cache.match(HOME))) throw new Error("signed out");
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("pinzhi-sampling-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

// The page from the phone at once, whatever the signal; the fresh one is kept for the next time.
async function page(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(HOME);
  const fresh = keepPage(cache);
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => null));
  return kept;
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (PAGE.has(address.pathname)) event.respondWith(page(event));
    return;
  }
  if (address.pathname.startsWith("/static/")) {
    event.respondWith(
      caches.open(CACHE).then(async (cache) => (await cache.match(event.request)) ?? fetch(event.request)),
    );
  }
});

// The reader has changed the language: the page is fetched anew.
self.addEventListener("message", (event) => {
  if (event.data === "fresh") event.waitUntil(caches.open(CACHE).then(keepPage));
});
