// The board's HTTP API, as /api/openapi.json describes it.

import { readEvents } from "./events.js";

const LIMIT = 4000; // [ms] for an answer: a board that is slower counts as lost
const TOKEN = "ledactor-token";

/// Within which the board must have taken what it is asked to do [ms]: later, nobody wants it any more.
export const PATIENCE = 1000;

/// What this page calls itself: what it presses is released when its event stream ends for good.
const VIEWER = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");

/// An answer that is an error. `status` is HTTP's, `message` what the board says of it.
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/// The token is kept for as long as this tab is open; where the browser denies that, until it is loaded anew.
let token = stored((storage) => storage.getItem(TOKEN));

export const getToken = () => token;

export function setToken(given) {
  token = given;
  stored((storage) => storage.setItem(TOKEN, given));
}

export function dropToken() {
  token = null;
  stored((storage) => storage.removeItem(TOKEN));
}

function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null; // even to name it is an error where cookies are blocked
  }
}

async function request(path, { headers = {}, ...options } = {}) {
  const response = await fetch(path, {
    cache: "no-store",
    ...options,
    headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers,
  });
  if (response.ok) return response;
  const text = await response.text();
  let error = `The board answered with HTTP status ${response.status}.`;
  try {
    error = JSON.parse(text).error ?? error;
  } catch {
    // Not the board's own answer: something in between has spoken.
  }
  throw new ApiError(response.status, error);
}

async function read(path) {
  return (await request(path, { signal: AbortSignal.timeout(LIMIT) })).json();
}

async function post(path, signal = AbortSignal.timeout(PATIENCE)) {
  await request(path, { method: "POST", signal });
}

export const getStatus = () => read("api/status");

export const getLog = (since, level) => read(`api/log?since=${since}&level=${level}`);

/// Presses and holds, until it is released or this page is gone; `signal` gives that up.
export const press = (button, signal) => post(`api/buttons/${button}/press?viewer=${VIEWER}`, signal);

/// Presses for a time [ms].
export const tap = (button, time) => post(`api/buttons/${button}/press?viewer=${VIEWER}&for=${time}`);

const releasePath = (button) => `api/buttons/${button}/release?viewer=${VIEWER}`;

export const release = (button) => post(releasePath(button));

/// Releases while the page is being closed, when nobody is left to read the answer.
export const releaseAtLast = (button) =>
  request(releasePath(button), { method: "POST", keepalive: true }).catch(() => {});

export const kick = (session) => post(`api/sessions/${session}/kick`);

export const quit = () => post("api/quit");

/// The events after the one with this id, as an iterator, once the board has agreed to tell them.
/// It ends with the stream, and throws what `signal` is aborted with.
export async function openEvents(after, signal) {
  // The limit is for the answer's head; how long the stream may be silent, readEvents knows.
  const limited = new AbortController();
  signal.addEventListener("abort", () => limited.abort(signal.reason), { once: true });
  const timer = setTimeout(() => limited.abort(new Error("The board does not answer.")), LIMIT);
  try {
    const response = await request(`api/events?viewer=${VIEWER}`, {
      headers: { Accept: "text/event-stream", "Last-Event-ID": String(after) },
      signal: limited.signal,
    });
    return readEvents(response.body);
  } finally {
    clearTimeout(timer);
  }
}
