"use strict";

// The page draws what the terminal says and knows nothing else.

const HEIGHT = 150; // of the picture, in the units of the drawing; its well has 172
const QUIET = 60000; // ms until an untouched page forgets what the last customer chose

const $ = (id) => document.getElementById(id);
const body = document.body;
const asked = new URLSearchParams(location.search);
let socket = null;
let stage = "idle";
let spoken = "";
let quiet = 0;
let asks = ""; // which screen's choices are shown, and in which language

// The picture is shown as a mirror shows it, so that hand and outline move alike.
function outline(points, aspect) {
  const width = aspect >= 1 ? HEIGHT * aspect : HEIGHT;
  const height = width / aspect;
  return points.map(([x, y]) => `${((0.5 - x) * width).toFixed(1)},${((y - 0.5) * height).toFixed(1)}`).join(" ");
}

function draw(shown) {
  body.dataset.stage = shown.stage;
  body.dataset.standing = shown.standing;
  body.dataset.seen = shown.outline.length ? "yes" : "no";
  body.dataset.prompt = shown.prompt ?? "";
  say($("title"), shown.title);
  say($("detail"), shown.detail);
  $("hand").setAttribute("points", outline(shown.outline, shown.aspect));
  const done = shown.stage === "palm" ? shown.progress * 100 : 0;
  $("ring").setAttribute("stroke-dasharray", `${done} 100`);
  $("ring").style.opacity = done > 0 || shown.stage === "working" ? 1 : 0;
  const picture = shown.stage === "palm" ? PICTURES[shown.prompt ?? "hold still"] ?? "" : "";
  if ($("picture").getAttribute("d") !== picture) $("picture").setAttribute("d", picture);
  $("badge").style.display = picture ? "" : "none";
  steps(shown.step, shown.steps);
  if (shown.stage !== stage) entered(shown.stage);
  offerChoices(shown);
  const offered = shown.choices.map(({ label, detail }) => `${label} ${detail}`.trim());
  const aloud = [shown.title, shown.detail, ...offered].filter(Boolean).join(". ");
  if (aloud !== spoken && pressed("aloud")) speak(aloud, language);
  spoken = aloud;
}

function entered(now) {
  stage = now;
  if (now !== "idle") view("start");
  say($("busy"), "");
  if (pressed("sound")) play(now);
  touched();
}

// What is asked: a button for each answer, and how long until the first is taken.
function offerChoices({ question, choices, seconds, number }) {
  if (asks === `${number} ${language}`) return;
  asks = `${number} ${language}`;
  if ($("choose").dataset.question !== question || $("choose").lang !== language) {
    $("choose").dataset.question = question;
    $("choose").lang = language;
    $("choose").replaceChildren(...choices.map(({ name, label, detail }, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = at ? "" : "usual";
      button.append(Object.assign(document.createElement("strong"), { textContent: label }));
      if (detail) button.append(Object.assign(document.createElement("span"), { textContent: detail }));
      button.addEventListener("click", () => fetch(`choices/${question}/${name}`, { method: "POST" }));
      return button;
    }));
    if (choices.length) $("choose").firstElementChild.focus();
  }
  const bar = $("left").firstElementChild;
  bar.getAnimations().forEach((one) => one.cancel());
  const isCalm = pressed("calm") || matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (seconds && !isCalm) bar.animate([{ width: "100%" }, { width: "0%" }], { duration: seconds * 1000, fill: "forwards" });
}

function steps(step, all) {
  say($("step-said"), all ? translated("Step {step} of {steps}", { step, steps: all }) : "");
  if ($("steps").children.length !== all) {
    $("steps").replaceChildren(...Array.from({ length: all }, () => document.createElement("li")));
  }
  [...$("steps").children].forEach((dot, at) => {
    dot.className = at + 1 < step ? "done" : at + 1 === step ? "now" : "";
  });
}

function connect() {
  const mine = new WebSocket(`ws://${location.host}/screen?lang=${language}`);
  socket = mine;
  mine.onopen = () => { $("link").hidden = true; };
  mine.onmessage = (event) => { if (socket === mine) draw(JSON.parse(event.data)); };
  mine.onclose = () => {
    if (socket !== mine) return;
    $("link").hidden = false;
    setTimeout(connect, 1000);
  };
}

async function start(name, sent = {}) {
  const reply = await fetch(`actions/${name}`, { method: "POST", body: JSON.stringify(sent) });
  say($("busy"), reply.status === 409 ? translated("Somebody else is being served") : "");
}

// What is asked or said before an action starts.
const FIRST = { forget: "delete", ticket: "ticket" };

function linkTicket(ticket) {
  $("ticket-form").reset();
  view("start");
  start("ticket", { ticket });
}

// A scanner types the code and ends it with Enter, wherever the page is.
const SCANNED = { letters: 6, apart: 2000 };
let scanned = "", last = 0;
function typed(event) {
  const isOffered = document.querySelector("#actions [data-action=ticket]");
  if (event.target === $("ticket-code") || !isOffered) return;
  if (event.timeStamp - last > SCANNED.apart) scanned = "";
  last = event.timeStamp;
  if (event.key === "Enter" && scanned.length >= SCANNED.letters) {
    event.preventDefault();
    linkTicket(scanned);
  }
  if (event.key.length === 1) scanned += event.key;
  else if (event.key !== "Shift") scanned = "";
}

async function offer() {
  const actions = await (await fetch(`actions?lang=${language}`)).json();
  $("actions").replaceChildren(...actions.map(({ name, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.dataset.action = name;
    button.addEventListener("click", () => (FIRST[name] ? view(FIRST[name]) : start(name)));
    return button;
  }));
}

function view(name) {
  if (body.dataset.view === name) return;
  body.dataset.view = name;
  if (name !== "start") {
    (name === "ticket" ? $("ticket-code") : $(name)).focus();
    scrollTo(0, 0);
    if (pressed("aloud")) speak($(name).innerText, language);
  }
}

const pressed = (id) => $(id).getAttribute("aria-pressed") === "true";

function press(id, on) {
  $(id).setAttribute("aria-pressed", String(on));
  body.classList.toggle(id, on);
}

async function speakIn(wanted) {
  const languages = await learn(wanted);
  $("languages").replaceChildren(...Object.entries(languages).map(([code, name]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = code;
    button.textContent = name;
    button.setAttribute("aria-pressed", String(code === language));
    button.addEventListener("click", () => speakIn(code));
    return button;
  }));
  await offer();
  const old = socket;
  socket = null;
  if (old) old.close();
  connect();
}

// What one customer chose is gone for the next; what the operator chose stays.
function usual() {
  for (const id of ["large", "calm", "aloud"]) press(id, asked.has(id));
  press("sound", !asked.has("silent"));
  view("start");
}

function touched() {
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    if (stage !== "idle") return touched();
    usual();
    const wanted = asked.get("lang") ?? "";
    if (language !== wanted) speakIn(wanted);
  }, QUIET);
}

for (const id of ["large", "calm", "aloud", "sound"]) {
  $(id).addEventListener("click", () => press(id, !pressed(id)));
}
for (const button of document.querySelectorAll("[data-view-to]")) {
  button.addEventListener("click", () => view(button.dataset.viewTo));
}
$("delete-now").addEventListener("click", () => { view("start"); start("forget"); });
$("ticket-form").addEventListener("submit", (event) => {
  event.preventDefault();
  linkTicket($("ticket-code").value);
});
addEventListener("keydown", typed);
$("stay").addEventListener("click", () => fetch(`choices/${$("choose").dataset.question}`, { method: "POST" }));
$("cancel").addEventListener("click", () => fetch("cancel", { method: "POST" }));
addEventListener("pointerdown", touched);
addEventListener("keydown", touched);
remember();
usual();
speakIn(asked.get("lang") ?? "");
