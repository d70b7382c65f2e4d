/** How long an engine has to answer what must not be lost: Nx kills us 5 s after an interrupt. */
const GRACE_MS = 1_500;

/**
 * Aborted some time after `signal`: for a request that makes something which is then to be removed, so that it is
 * known what there is.
 */
export function afterGrace(signal: AbortSignal, ms = GRACE_MS): AbortSignal {
  const late = new AbortController();
  const abort = () => void setTimeout(() => late.abort(signal.reason), ms).unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return late.signal;
}
