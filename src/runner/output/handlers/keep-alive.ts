import { DEADLINES } from '../../../util/deadlines.js';

export interface KeepAlive {
  /** There was a sign of life. */
  reset(): void;
  end(): void;
}

/** Says after some silence that the run goes on, and less and less often while the silence lasts. */
export function startKeepAlive(say: () => void): KeepAlive {
  let silence: number = DEADLINES.silence;
  let timer: NodeJS.Timeout;
  let ended = false;
  const wait = () => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(speak, silence).unref();
  };
  const speak = () => {
    say();
    silence = Math.min(silence * 2, DEADLINES.longestSilence);
    wait();
  };
  wait();
  return {
    reset() {
      silence = DEADLINES.silence;
      wait();
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
