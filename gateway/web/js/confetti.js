/** A burst of paper from an element, drawn on a canvas that goes when the last piece has fallen. */

const PIECES = 70;
const COLOURS = ["#d9472b", "#f0b429", "#2f9e6e", "#3b7dd8", "#cdf24a", "#f7f3ea"];
const LASTS = 1900; // milliseconds

export function throwConfetti(from) {
  const canvas = document.createElement("canvas");
  canvas.className = "confetti";
  const scale = Math.min(devicePixelRatio, 2);
  canvas.width = innerWidth * scale;
  canvas.height = innerHeight * scale;
  document.body.append(canvas);
  const paper = canvas.getContext("2d");
  paper.scale(scale, scale);
  const box = from.getBoundingClientRect();
  const pieces = Array.from({ length: PIECES }, () => piece(box));
  const start = performance.now();

  const draw = (now) => {
    const t = (now - start) / 1000;
    paper.clearRect(0, 0, innerWidth, innerHeight);
    paper.globalAlpha = Math.max(0, Math.min(1, (LASTS / 1000 - t) * 2));
    for (const { x, y, dx, dy, spin, colour, size } of pieces) {
      paper.save();
      paper.translate(x + dx * t, y + dy * t + 520 * t * t);
      paper.rotate(spin * t);
      paper.fillStyle = colour;
      paper.fillRect(-size / 2, -size / 4, size, size / 2);
      paper.restore();
    }
    if (now - start < LASTS) requestAnimationFrame(draw);
    else canvas.remove();
  };
  requestAnimationFrame(draw);
}

function piece(box) {
  return {
    x: box.left + Math.random() * box.width,
    y: box.top + box.height / 3,
    dx: (Math.random() - 0.5) * 420,
    dy: -260 - Math.random() * 420,
    spin: (Math.random() - 0.5) * 16,
    colour: COLOURS[Math.floor(Math.random() * COLOURS.length)],
    size: 7 + Math.random() * 7,
  };
}
