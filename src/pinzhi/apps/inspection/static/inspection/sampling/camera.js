// Pictures: made smaller before they are kept, so that twenty of them pass through a thin line.
(() => {
  "use strict";
  const LONGEST = 1600;
  const QUALITY = 0.8;

  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const digest = async (buffer) => hex(await crypto.subtle.digest("SHA-256", buffer));

  async function blobOf(canvas, type, quality) {
    const blob = await new Promise((done) => canvas.toBlob(done, type, quality));
    if (!blob) throw new Error("no picture");
    return blob.arrayBuffer();
  }

  // A file from the camera as {bytes, type, sha256}; the position that a camera writes into it does not come along.
  async function shrink(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const bytes = await blobOf(canvas, "image/jpeg", QUALITY);
    return { bytes, type: "image/jpeg", sha256: await digest(bytes) };
  }

  async function drawing(canvas) {
    const bytes = await blobOf(canvas, "image/png");
    return { bytes, type: "image/png", sha256: await digest(bytes) };
  }

  // A small view of kept bytes, drawn: the page may load no pictures but its own.
  async function thumbnail(picture, wide = 160) {
    const bitmap = await createImageBitmap(new Blob([picture.bytes], { type: picture.type }));
    const canvas = document.createElement("canvas");
    canvas.width = wide;
    canvas.height = Math.max(1, Math.round((bitmap.height / bitmap.width) * wide));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    canvas.setAttribute("role", "img");
    return canvas;
  }

  // ---- bar codes ----
  const LENGTHS = [8, 12, 13, 14];
  const FORMATS = ["ean_13", "ean_8", "upc_a", "itf"];

  function isGtin(text) {
    if (!/^\d+$/.test(text) || !LENGTHS.includes(text.length)) return false;
    const sum = [...text].reverse().reduce((s, d, at) => s + Number(d) * (at % 2 ? 3 : 1), 0);
    return sum % 10 === 0;
  }

  async function readCode(file) {
    const detector = new BarcodeDetector({ formats: FORMATS });
    const bitmap = await createImageBitmap(file);
    const found = await detector.detect(bitmap);
    bitmap.close();
    return found.map((one) => one.rawValue).find(isGtin) ?? "";
  }

  globalThis.sampling.camera = { shrink, drawing, thumbnail, isGtin, readCode, canRead: "BarcodeDetector" in globalThis };
})();
