// Printing, and reading a bar code where the browser can; every page works without.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const scan = document.querySelector("[data-scan]");
if (scan && "BarcodeDetector" in window && navigator.mediaDevices) {
  const video = document.querySelector("[data-camera]");
  const says = document.querySelector("[data-camera-says]");
  const field = document.querySelector("#gtin");
  scan.hidden = false;
  scan.addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      says.textContent = says.dataset.denied;
      return;
    }
    says.textContent = says.dataset.looking;
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    const detector = new window.BarcodeDetector({ formats: ["ean_13", "ean_8", "upc_a", "itf"] });
    const look = async () => {
      if (video.hidden) return;
      const found = await detector.detect(video).catch(() => []);
      if (found.length) {
        video.hidden = true;
        for (const track of stream.getTracks()) track.stop();
        field.value = found[0].rawValue;
        field.form.requestSubmit();
        return;
      }
      requestAnimationFrame(look);
    };
    look();
  });
}
