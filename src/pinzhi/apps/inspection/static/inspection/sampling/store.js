// What is kept on this phone. Records and their pictures stand in one database until the server has confirmed them;
// tasks and receipts in a second one, which signing out deletes.
(() => {
  "use strict";
  const KEPT = "pinzhi-sampling";
  const SESSION = "pinzhi-sampling-session";
  const open = {};

  function database(name) {
    open[name] ??= new Promise((done, failed) => {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => {
        if (name === KEPT) {
          asked.result.createObjectStore("records", { keyPath: "id" });
          asked.result.createObjectStore("pictures", { keyPath: ["record", "part"] });
        } else {
          asked.result.createObjectStore("things");
        }
      };
      asked.onsuccess = () => {
        // Another page that deletes or upgrades must not wait for this one.
        asked.result.onversionchange = () => {
          asked.result.close();
          delete open[name];
        };
        asked.result.onclose = () => delete open[name];
        done(asked.result);
      };
      asked.onerror = () => failed(asked.error);
    });
    open[name].catch(() => delete open[name]);
    return open[name];
  }

  // Answers only when the transaction is on disk: what the page calls kept is kept.
  async function run(name, stores, mode, work) {
    const db = await database(name);
    return new Promise((done, failed) => {
      const step = db.transaction(stores, mode, { durability: "strict" });
      let answer;
      const asked = work(step);
      if (asked instanceof IDBRequest) asked.onsuccess = () => (answer = asked.result);
      step.oncomplete = () => done(answer);
      step.onabort = () => failed(step.error);
    });
  }

  const range = (id) => IDBKeyRange.bound([id], [id, []]);

  globalThis.sampling = {
    store: {
      records: () => run(KEPT, ["records"], "readonly", (s) => s.objectStore("records").getAll()),
      record: (id) => run(KEPT, ["records"], "readonly", (s) => s.objectStore("records").get(id)),
      save: (record) => run(KEPT, ["records"], "readwrite", (s) => s.objectStore("records").put(record)),
      pictures: (id) => run(KEPT, ["pictures"], "readonly", (s) => s.objectStore("pictures").getAll(range(id))),
      // A picture and the record that names it are kept together or not at all.
      savePicture: (record, picture) =>
        run(KEPT, ["records", "pictures"], "readwrite", (s) => {
          s.objectStore("pictures").put(picture);
          s.objectStore("records").put(record);
        }),
      dropPicture: (record, part) =>
        run(KEPT, ["records", "pictures"], "readwrite", (s) => {
          s.objectStore("pictures").delete([record.id, part]);
          s.objectStore("records").put(record);
        }),
      drop: (id) =>
        run(KEPT, ["records", "pictures"], "readwrite", (s) => {
          s.objectStore("pictures").delete(range(id));
          s.objectStore("records").delete(id);
        }),
      get: (key) => run(SESSION, ["things"], "readonly", (s) => s.objectStore("things").get(key)),
      put: (key, value) => run(SESSION, ["things"], "readwrite", (s) => s.objectStore("things").put(value, key)),
      forget: () => run(SESSION, ["things"], "readwrite", (s) => s.objectStore("things").clear()),
    },
  };
})();
