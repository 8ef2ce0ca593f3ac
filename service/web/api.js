// The server: requests with the API key, errors in words, long work watched as it goes.

const ROOT = new URL("api/", document.baseURI);
const KEY = "exonym.key";

/** What the server, or the way to it, answered instead of what was asked for. */
export class ApiError extends Error {
  constructor(message, { status = 0, code = "network", problems = [], current } = {}) {
    super(message);
    Object.assign(this, { status, code, problems, current });
  }
}

let askForKey = async () => false;

/** Say how a person is asked for an API key; resolves to whether one was given. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

export const key = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)),
};

/** Send a request; resolves to the response when it is a good one. Asks for a key once where one is needed. */
export async function request(path, { method = "GET", json, body, headers = {}, signal } = {}, again = true) {
  const sent = { ...headers };
  if (key.get()) sent.Authorization = `Bearer ${key.get()}`;
  if (json !== undefined) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, ROOT), {
      method, headers: sent, signal, cache: "no-store", body: json === undefined ? body : JSON.stringify(json),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The server cannot be reached. See that it is running and try again; nothing you wrote is lost.");
  }
  if (response.ok) return response;
  const error = await failure(response);
  if (response.status === 401 && again && await askForKey(error.message)) {
    return request(path, { method, json, body, headers, signal }, false);
  }
  throw error;
}

async function failure(response) {
  let answer = {};
  try {
    answer = await response.json();
  } catch {
    // A proxy in between answered with a page of its own.
  }
  const wait = response.headers.get("Retry-After");
  const message = sentence(answer.message ?? `The server answered ${response.status} ${response.statusText} without saying why`);
  return new ApiError(wait && !message.includes(` ${wait} s`) ? `${message} Try again in ${wait} s.` : message, {
    status: response.status, code: answer.code ?? "", problems: answer.problems ?? [], current: answer.current,
  });
}

/** Return the words of an error as a sentence. */
export function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Send a request and resolve to its JSON. */
export async function call(path, options) {
  const response = await request(path, options);
  return response.status === 204 ? null : response.json();
}

/** Resolve to JSON and to the version that it is of, for If-Match. */
export async function versioned(path, options) {
  const response = await request(path, options);
  return { data: response.status === 204 ? null : await response.json(), etag: response.headers.get("ETag") };
}

export const post = (path, json, options = {}) => call(path, { method: "POST", json, ...options });

/** Return a path with what is not empty of a query. */
export function withQuery(path, query) {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  return params.size ? `${path}?${params}` : path;
}

/**
 * Follow a job to its end and resolve to its result.
 *
 * Rejects with an ApiError when the job failed, and with an AbortError when it was cancelled. Server-sent events come
 * through fetch, because EventSource sends no key; when the stream breaks, the job is asked for instead.
 */
export async function finished(job, { onprogress, signal }) {
  let broken = 0;
  for (;;) {
    try {
      const end = await watched(job.id, { onprogress, signal });
      if (end) return end.result;
    } catch (error) {
      if (error instanceof ApiError && error.status === 0 && broken < 5) broken += 1;
      else throw error;
    }
    await pause(400 * (broken + 1), signal);
    const now = await call(`jobs/${job.id}`, { signal });
    if (now.state === "done") return now.result;
    ended(now.state, now.code, now.error);
    onprogress(now);
  }
}

async function watched(id, { onprogress, signal }) {
  const response = await request(`jobs/${id}/events`, { signal, headers: { Accept: "text/event-stream" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return null;
      text = `${text}${value}`.replaceAll("\r\n", "\n");
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const { name, data } = parsed(block);
        if (name === "progress") onprogress(data);
        if (name === "done") return data;
        ended(name, data?.code, data?.message);
      }
    }
  } catch (error) {
    if (error instanceof ApiError || error.name === "AbortError") throw error;
    throw new ApiError("The connection to the server broke off.");
  }
}

function parsed(block) {
  let name = "";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return { name, data: data.length ? JSON.parse(data.join("\n")) : null };
}

function ended(state, code, message) {
  if (state === "failed") throw new ApiError(sentence(message ?? "the work failed"), { status: 500, code });
  if (state === "cancelled") throw new DOMException("cancelled", "AbortError");
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}
