import { DEADLINES } from './deadlines.js';
import { debug } from './debug.js';

/** A signal that follows another one; {@link end} it, or that one keeps its listener. */
interface Following {
  signal: AbortSignal;
  end(): void;
}

/**
 * Aborted some time after `signal`: for a request that makes something which is then to be removed, so that it is
 * known what there is.
 */
export function delayedAbort(signal: AbortSignal, ms: number = DEADLINES.grace): Following {
  const late = new AbortController();
  const abort = () => void setTimeout(() => late.abort(signal.reason), ms).unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { signal: late.signal, end: () => signal.removeEventListener('abort', abort) };
}

/**
 * Aborted with `signal`, and after `ms`. In its place Node 20 loses `AbortSignal.any([signal, AbortSignal.timeout(ms)])`
 * to the garbage collector, and the time passes without an effect.
 */
export function withTimeout(ms: number, signal: AbortSignal): Following {
  const limited = new AbortController();
  const abort = () => limited.abort(signal.reason);
  const late = () => limited.abort(passed(ms));
  const timer = setTimeout(late, ms).unref();
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { signal: limited.signal, end };
}

/** Aborted after `ms`, whatever happens: for what must come to its end after an interrupt. */
export function deadline(ms: number): AbortSignal {
  const signal = AbortSignal.timeout(ms);
  if (debug.enabled) signal.addEventListener('abort', () => passed(ms), { once: true });
  return signal;
}

function passed(ms: number): DOMException {
  debug('deadline: no answer within %d ms', ms);
  return new DOMException(`no answer within ${ms / 1000} s`, 'TimeoutError');
}
