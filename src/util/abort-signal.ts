/** How long an engine has to answer what must not be lost: Nx kills us 5 s after an interrupt. */
const GRACE_MS = 1_500;

/**
 * Aborted some time after `signal`: for a request that makes something which is then to be removed, so that it is
 * known what there is.
 */
export function delayedAbort(signal: AbortSignal, ms = GRACE_MS): AbortSignal {
  const late = new AbortController();
  const abort = () => void setTimeout(() => late.abort(signal.reason), ms).unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return late.signal;
}

/** A signal with a limit of time; {@link end} it, or `signal` keeps its listener. */
export interface Limit {
  signal: AbortSignal;
  end(): void;
}

/**
 * Aborted with `signal`, and after `ms`. In its place Node 20 loses `AbortSignal.any([signal, AbortSignal.timeout(ms)])`
 * to the garbage collector, and the time passes without an effect.
 */
export function withTimeout(ms: number, signal: AbortSignal): Limit {
  const limited = new AbortController();
  const abort = () => limited.abort(signal.reason);
  const late = () => limited.abort(new DOMException(`no answer withTimeout ${ms / 1000} s`, 'TimeoutError'));
  const timer = setTimeout(late, ms).unref();
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { signal: limited.signal, end };
}
