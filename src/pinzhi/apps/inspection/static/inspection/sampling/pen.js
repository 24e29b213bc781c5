// A field to sign in with a finger or a pen. Who cannot draw types the name: that stands beside it anyway.
(() => {
  "use strict";

  function pad(canvas, changed) {
    const context = canvas.getContext("2d");
    let drawn = false;
    let last = null;

    function clear() {
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      drawn = false;
    }

    function place(event) {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
    }

    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = place(event);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const now = place(event);
      context.strokeStyle = "#111";
      context.lineWidth = 4;
      context.lineCap = "round";
      context.beginPath();
      context.moveTo(...last);
      context.lineTo(...now);
      context.stroke();
      last = now;
      drawn = true;
    });
    const end = () => {
      if (last && drawn) changed();
      last = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    clear();

    return {
      clear,
      isDrawn: () => drawn,
      async show(picture) {
        clear();
        const bitmap = await createImageBitmap(new Blob([picture.bytes], { type: picture.type }));
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        bitmap.close();
        drawn = true;
      },
    };
  }

  globalThis.sampling.pad = pad;
})();
