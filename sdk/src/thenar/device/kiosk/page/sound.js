"use strict";

// Tones made here, without files. Rising is well, falling is not; none is needed to understand the page.
const TONES = {
  card: [[587, 0, 0.14]],
  choice: [[659, 0, 0.1]],
  working: [[784, 0, 0.07]],
  accepted: [[659, 0, 0.16], [988, 0.13, 0.34]],
  refused: [[294, 0, 0.22], [220, 0.2, 0.42]],
};

let audio = null;

function tone(context, pitch, at, long) {
  const voice = context.createOscillator();
  const loudness = context.createGain();
  const begin = context.currentTime + at;
  voice.type = "sine";
  voice.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, begin);
  loudness.gain.linearRampToValueAtTime(0.22, begin + 0.012);
  loudness.gain.exponentialRampToValueAtTime(0.001, begin + long);
  voice.connect(loudness).connect(context.destination);
  voice.start(begin);
  voice.stop(begin + long);
}

function play(name) {
  if (!TONES[name]) return;
  audio ??= new AudioContext();
  audio.resume();
  for (const [pitch, at, long] of TONES[name]) tone(audio, pitch, at, long);
}

// Whoever cannot see the page has it read to them, by the browser's own voice.
function speak(text, language) {
  if (!("speechSynthesis" in window) || !text) return;
  speechSynthesis.cancel();
  const saying = new SpeechSynthesisUtterance(text);
  saying.lang = language;
  speechSynthesis.speak(saying);
}
