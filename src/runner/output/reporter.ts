import type { BuildEvent } from './events.js';

/** Does something with what becomes known. Another one is a file in `handlers/`. */
export interface Handler {
  /**
   * @param at milliseconds since the start
   * @returns a promise where it is slower than the build, which then waits
   */
  on(event: BuildEvent, at: number): Promise<void> | void;
  /** Nothing more is printed by itself. */
  end?(): void;
}

/** Makes a handler for one run. `now` is milliseconds since its start. */
export type HandlerOf = (now: () => number) => Handler;

/** Reports runs. */
export interface Reporter {
  /** Begins the report of one run; its times count from now. */
  start(): Report;
}

/** Takes what a run reports to all its handlers. */
export interface Report {
  emit(event: BuildEvent): Promise<void> | void;
  /** One more handler, of what comes from now on. */
  add(handler: HandlerOf): void;
  /** Milliseconds since the start. */
  now(): number;
  end(): void;
}

/** @param clock milliseconds, monotonic */
export function reporterOf(clock: () => number, ...handlers: readonly HandlerOf[]): Reporter {
  return {
    start() {
      const start = clock();
      const now = () => clock() - start;
      const all = handlers.map((handler) => handler(now));
      return {
        emit: (event) => emitTo(all, event, now()),
        add: (handler) => void all.push(handler(now)),
        now,
        end: () => {
          for (const handler of all) handler.end?.();
        },
      };
    },
  };
}

/** A promise only where one of them is slow: each takes a turn of the event loop, and a build prints a million lines. */
function emitTo(handlers: readonly Handler[], event: BuildEvent, at: number): Promise<void> | void {
  let slow: Promise<void>[] | undefined;
  for (const handler of handlers) {
    const done = handler.on(event, at);
    if (done) slow = [...(slow ?? []), done];
  }
  return slow && (slow.length === 1 ? slow[0] : Promise.all(slow).then(() => {}));
}
