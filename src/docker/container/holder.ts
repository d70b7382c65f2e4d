import { LABEL, type Labels } from '../../conventions/labels.js';
import { taskText } from '../../conventions/names.js';
import { hasEnded, isSuspended, processIdentity } from '../../util/process-identity.js';

/** Who holds a lock, from the labels of its container. */
export interface Holder {
  project: string;
  task: string;
  pid: string;
  host: string;
  since: string;
  workspace: string;
  /** Nx's configuration, where it is another than the default one. */
  configuration?: string;
  /** Whether its process has ended; undefined where that cannot be told from here. */
  ended?: boolean;
  /** Whether it is known to be suspended, as by a ^Z. */
  suspended?: true;
}

/** Reads who holds the lock from the labels of its container. */
export function holderOf(container: { Created: string; Config: { Labels: Labels } }): Holder {
  const label = (key: string) => container.Config.Labels[key] ?? 'unknown';
  const pid = Number(label(LABEL.pid));
  const ended = hasEnded(pid, container.Config.Labels[LABEL.life]);
  return {
    project: label(LABEL.project),
    task: label(LABEL.task),
    pid: label(LABEL.pid),
    host: label(LABEL.host),
    since: container.Created.replace(/\.\d+Z$/, 'Z'),
    workspace: label(LABEL.workspace),
    configuration: container.Config.Labels[LABEL.configuration],
    ended,
    suspended: ended === false && isSuspended(pid) ? true : undefined,
  };
}

/** "alpha:build (pid 123 on host ci-1 in /src, since 2026-01-01T10:00:00Z)" */
export function describeHolder(holder: Holder): string {
  const { host, workspace, since, ended, suspended } = holder;
  const running = suspended ? '; that process is suspended' : '';
  const end = ended ? '; that process has ended, its container ends in a moment' : running;
  return taskText(holder, ` on host ${host} in ${workspace}, since ${since}${end}`);
}

/** The label by which a holder is told from another process of its number. */
export function identityLabel(labels: Labels = {}): Labels {
  const life = processIdentity(Number(labels[LABEL.pid]));
  return life === undefined ? {} : { [LABEL.life]: life };
}
