// Several pieces of work at once, as many as a browser and a server bear, that can be cancelled together.

const AT_ONCE = 3; // a browser opens six connections to a server, and each piece of work holds one while it is watched

/** One run; `cancel` stops what runs and what waits. */
export class Run {
  constructor() {
    this.control = new AbortController();
    this.running = 0;
  }

  get busy() {
    return this.running > 0;
  }

  cancel() {
    this.control.abort(new DOMException("cancelled", "AbortError"));
  }

  /** Call `work(item, signal)` for each item; resolves when all are through. */
  async all(items, work) {
    this.running += 1;
    const waiting = [...items];
    const worker = async () => {
      while (waiting.length) await work(waiting.shift(), this.control.signal);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
    this.running -= 1;
  }
}
