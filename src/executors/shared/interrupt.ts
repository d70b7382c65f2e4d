import { ArtifactError } from '../../errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Interrupt {
  signal: AbortSignal;
  /** Removes the listeners. */
  release(): void;
}

/**
 * One AbortSignal for all the ways in which a run can be asked to end: the signals, which Nx sends in any number and
 * order, and the IPC channel's end, which is all that a killed Nx leaves behind. Later ones change nothing: the
 * clean-up that the first began must not be cut short.
 */
export function listenForInterrupt(target: NodeJS.Process): Interrupt {
  const controller = new AbortController();
  const interrupt = (what: string) => controller.abort(interrupted(what));
  const onSignal = (name: NodeJS.Signals) => interrupt(name);
  const onDisconnect = () => interrupt('the exit of Nx');
  for (const name of SIGNALS) target.on(name, onSignal);
  if (target.channel) target.on('disconnect', onDisconnect);
  else if (target.connected === false) onDisconnect(); // Nx ended while we were being loaded
  return {
    signal: controller.signal,
    release() {
      for (const name of SIGNALS) target.off(name, onSignal);
      target.off('disconnect', onDisconnect);
    },
  };
}

function interrupted(what: string): ArtifactError {
  return new ArtifactError('INTERRUPTED', {
    tried: 'run the target to completion',
    cause: `interrupted by ${what}`,
    hint: 'The container is removed and the build volume kept: the next run continues from there.',
  });
}
