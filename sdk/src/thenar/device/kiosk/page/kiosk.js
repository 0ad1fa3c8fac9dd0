"use strict";

// The page draws what the terminal says and knows nothing else.

const ARROWS = {
  "closer": "⤓", "farther": "⤒", "left": "←", "right": "→", "up": "↑", "down": "↓",
  "turn over": "↻", "other hand": "⇄", "take hand away": "⇱",
};

const HEIGHT = 150; // of the picture, in the units of the drawing; its well has 168

const $ = (id) => document.getElementById(id);

// The picture is shown as a mirror shows it, so that hand and outline move alike.
function outline(points, aspect) {
  const width = aspect >= 1 ? HEIGHT * aspect : HEIGHT;
  const height = width / aspect;
  return points.map(([x, y]) => `${((0.5 - x) * width).toFixed(1)},${((y - 0.5) * height).toFixed(1)}`).join(" ");
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function draw(shown) {
  document.body.dataset.stage = shown.stage;
  document.body.dataset.seen = shown.outline.length ? "yes" : "no";
  document.body.dataset.prompt = shown.prompt ?? "";
  say($("title"), shown.title);
  say($("detail"), shown.detail);
  $("hand").setAttribute("points", outline(shown.outline, shown.aspect));
  const done = shown.stage === "palm" ? shown.progress * 100 : 0;
  $("ring").setAttribute("stroke-dasharray", `${done} 100`);
  $("ring").style.opacity = done > 0 || shown.stage === "working" ? 1 : 0;
  say($("arrow"), shown.stage === "palm" ? ARROWS[shown.prompt] ?? "" : "");
}

function connect() {
  const socket = new WebSocket(`ws://${location.host}/screen`);
  socket.onopen = () => { $("link").hidden = true; };
  socket.onmessage = (event) => draw(JSON.parse(event.data));
  socket.onclose = () => { $("link").hidden = false; setTimeout(connect, 1000); };
}

async function offer() {
  const actions = await (await fetch("actions")).json();
  $("actions").replaceChildren(...actions.map(({ name, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => fetch(`actions/${name}`, { method: "POST" }));
    return button;
  }));
}

$("cancel").addEventListener("click", () => fetch("cancel", { method: "POST" }));
offer();
connect();
