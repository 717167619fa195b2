// The page: puts the parts together.

import * as api from "./api.js";
import { BoardView } from "./board-view.js";
import { Connection } from "./connection.js";
import { ask, notify } from "./dialog.js";
import { batched, byId, element, setText } from "./dom.js";
import { Fingers, hasModifier, isTyping } from "./fingers.js";
import { formatAge, formatClock, formatCount, formatDuration } from "./format.js";
import { EventList, LogList } from "./lists.js";
import { Model } from "./model.js";
import { Plot } from "./plot.js";
import { Presser } from "./presser.js";
import { renderActors, SeatsView } from "./seats-view.js";
import { boardWords, linkSentence, linkWords, lossSentence } from "./words.js";

const CONTROL_PRESS = 150; // [ms] the control button is held for, well above any debounce window

const model = new Model();
const boards = new BoardView(askControl);
const seats = new SeatsView(askKick);
const plot = new Plot(byId("plot"));
const events = new EventList();
const log = new LogList();
const presser = new Presser({ drop: onDrop, fault: (fault) => view() === "live" && tell(fault) });
const fingers = new Fingers(byId("here"), {
  press: (button) => presser.press(button),
  release: (button) => presser.release(button),
  isLatching: () => byId("latch").checked,
  hasDigits: () => byId("digits").checked,
  isOpen: () => view() === "live" && model.status.board.simulated,
});
const connection = new Connection({
  status: onStatus,
  event: onEvent,
  state: onState,
  isNeeded: () => !document.hidden || fingers.isLatched,
});
const render = batched(draw);
let announced = "";
let heard = 0; // when the board last said something, by the clock of who reads it [s since 1970]
let ending = ""; // why the board is about to end, if this page knows

const view = () => document.body.dataset.view;

function onStatus(status) {
  heard = Date.now() / 1000;
  const restarted = model.status && model.status.started !== status.started;
  if (restarted) {
    log.restart();
    events.addNote(status.now, "the board was started again");
  }
  model.take(status);
  log.offer(status.actors.map((actor) => actor.component));
  log.read();
  announce();
  render();
}

function onEvent(event) {
  const { kind, data } = event;
  heard = Date.now() / 1000;
  events.add(event, model.status.board);
  if (!model.apply(event)) return;
  if (kind === "buttons" && model.peers.length) boards.pulse("out");
  if (kind === "leds" && data.seq) boards.pulse("in");
  if (kind === "link") {
    if (data.change === "kicked") ending = "It was kicked by its server.";
    else if (data.change === "up") ending = "";
  }
  if (kind === "link" || kind === "seats") announce();
  render();
}

function onState(name, fault) {
  const before = view();
  if (name !== "live") fingers.letGoOfAll(); // as the board does, once the event stream is gone
  if (name === "live") {
    ending = "";
    hideBanner();
    if (before === "lost" || before === "crowded") say("The board is back.");
  } else if (name === "locked") {
    hideBanner();
    showTokenForm();
  } else if (name === "crowded") {
    showBanner("This view is not live.", `${fault.message} Trying again.`);
  } else if (name === "lost") {
    const why = fault instanceof api.ApiError ? ` ${fault.message}` : "";
    showBanner(
      "The board does not answer.",
      `${ending || (model.status ? `What you see is from ${formatClock(heard)}.` : "")}${why} Trying again.`,
    );
    if (before !== "lost") say("The board does not answer.");
  }
  document.body.dataset.view = name;
  byId("token").hidden = name !== "locked";
  byId("view").hidden = name === "locked" || !model.status;
  byId("quit").hidden = name !== "live";
  setText(byId("live-text"), { live: "Live", locked: "Locked", crowded: "Not live", lost: "Lost" }[name]);
  render();
}

// What is drawn

function draw() {
  const { status } = model;
  if (!status) return;
  const { board, press_to_led } = status;
  boards.render(model);
  seats.render(status);
  plot.show(press_to_led);
  renderActors(status.actors);
  drawFigures(press_to_led);
  drawHandling(board);
  setText(byId("board-name"), board.name);
  setText(byId("board-role"), boardWords(board));
  setText(byId("version"), `ledactor ${status.version}`);
  setText(byId("uptime"), `, up ${formatAge(status.uptime)}`);
  const state = view() === "live" ? linkWords(status) : "lost";
  if (document.title !== `${board.name}: ${state}`) document.title = `${board.name}: ${state}`;
  // A link cannot carry the token.
  byId("metrics").hidden = api.getToken() !== null;
}

function drawFigures({ p50, p99, last, count }) {
  setText(byId("p50"), formatDuration(p50));
  setText(byId("p99"), formatDuration(p99));
  setText(byId("last"), formatDuration(last.at(-1)));
  setText(byId("count"), formatCount(count));
}

function drawHandling({ simulated, buttons, role }) {
  byId("handling").hidden = !simulated;
  byId("real-note").hidden = simulated;
  const last = Math.min(9, buttons.length);
  const key = (name) => element("kbd", {}, `${name}`);
  const digits = last > 1 ? ["Keys ", key(1), " to ", key(last), ` hold buttons 1 to ${last}`] : ["Key ", key(1), " holds button 1"];
  const control = ` is the control button (${role === "server" ? "kick" : "quit"}) and asks first.`;
  const told = element("span", {}, ...digits, "; ", key("c"), control);
  const place = byId("shortcuts");
  place.hidden = !byId("digits").checked;
  if (place.textContent !== told.textContent) place.replaceChildren(...told.childNodes);
}

function showBanner(title, text) {
  setText(byId("banner-title"), title);
  setText(byId("banner-text"), text);
  byId("banner").hidden = false;
}

function hideBanner() {
  byId("banner").hidden = true;
}

// What is said to screen readers: the link's changes, not each press.

function say(text) {
  byId("announcer").textContent = text;
}

function announce() {
  const sentence = [linkSentence(model.status), lossSentence(model.status)].join(" ").trim();
  if (sentence === announced) return;
  if (announced) say(sentence);
  announced = sentence;
}

// What is asked before it is done

/// For faults of requests; those of a board that is gone are told by the banner.
function tell(fault) {
  if (fault instanceof api.ApiError && fault.status === 401) connection.retry();
  notify(
    fault instanceof api.ApiError
      ? fault.message
      : "The board did not answer, so that may not have been done.",
  );
}

function onDrop(button, fault) {
  fingers.forget([button]);
  if (fault instanceof api.ApiError) tell(fault);
  else notify(`Button ${button} was not pressed: the board did not take it in time.`);
}

async function askKick(guest) {
  const next = model.status.seats.queue[0];
  const yes = await ask({
    title: `Kick ${guest.name}?`,
    text: `Its session ends at once, and ${next ? `${next.name} gets the seat` : "nobody waits for the seat"}.`,
    yes: `Kick ${guest.name}`,
  });
  if (yes) await api.kick(guest.id).catch(tell);
}

async function askQuit() {
  const yes = await ask({
    title: `Quit ${model.status.board.name}?`,
    text:
      "The program on this board ends: it says goodbye to its peers and turns its LEDs off. " +
      "This page cannot start it again.",
    yes: "Quit",
  });
  if (yes) await end(api.quit);
}

async function askControl() {
  const { board, seats } = model.status;
  if (view() !== "live") return;
  const [oldest] = seats.seated;
  const does =
    board.role === "client"
      ? `On a client it quits: the program on ${board.name} ends, and this page cannot start it again.`
      : oldest
        ? `On a server it kicks whoever has sat longest: ${oldest.name}.`
        : "On a server it kicks whoever has sat longest; nobody is seated now.";
  if (await ask({ title: "Press the control button?", text: does, yes: "Press it" })) {
    await (board.role === "client" ? end(pressControl) : pressControl().catch(tell));
  }
}

const pressControl = () => api.tap("control", CONTROL_PRESS);

/// Does what ends the program, so that its silence is no surprise.
async function end(how) {
  ending = "It was told to quit.";
  await how().catch((fault) => {
    ending = "";
    tell(fault);
  });
}

// The token

function showTokenForm() {
  const tried = api.getToken() !== null;
  api.dropToken();
  setText(byId("token-fault"), tried ? "The board did not take that token." : "");
  byId("token").hidden = false;
  byId("metrics").hidden = true;
  byId("token-input").focus();
}

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId("token-input");
  api.setToken(input.value.trim());
  input.value = "";
  connection.retry();
});

byId("quit").addEventListener("click", askQuit);
byId("digits").addEventListener("change", render);
byId("latch").addEventListener("change", (event) => event.target.checked || fingers.letGoOfAll());
document.addEventListener("keydown", (event) => {
  const meant = event.key === "c" && byId("digits").checked && !event.repeat && !hasModifier(event);
  if (meant && model.status?.board.simulated && !isTyping(event.target)) {
    event.preventDefault();
    askControl();
  }
});
window.addEventListener("pagehide", () => {
  fingers.forget();
  presser.abandon();
});

connection.run();
