"use strict";

// English is written in the page; the terminal says what it is in another language.
const english = new Map();
let catalogue = {};
let language = "";

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function translated(text, blanks = {}) {
  return (catalogue[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
}

function remember() {
  for (const element of document.querySelectorAll("[data-words]")) {
    english.set(element, element.textContent.trim().replace(/\s+/g, " "));
  }
  for (const element of document.querySelectorAll("[data-words-label]")) {
    english.set(element, element.getAttribute("aria-label"));
  }
}

async function learn(wanted) {
  const told = await (await fetch(`words${wanted ? `?lang=${encodeURIComponent(wanted)}` : ""}`)).json();
  catalogue = told.words;
  language = told.language;
  document.documentElement.lang = language;
  for (const [element, text] of english) {
    if ("words" in element.dataset) say(element, translated(text));
    else {
      element.setAttribute("aria-label", translated(text));
      if (element.title) element.title = translated(text);
    }
  }
  return told.languages;
}
