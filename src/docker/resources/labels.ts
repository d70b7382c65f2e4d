import { hostname } from 'node:os';

/** All that this tool creates on an engine carries these labels; nothing without them is ever touched. */
export const LABEL = {
  workspace: 'nx-docker-artifact.workspace',
  project: 'nx-docker-artifact.project',
  package: 'nx-docker-artifact.package',
  version: 'nx-docker-artifact.version',
  created: 'nx-docker-artifact.created',
  toolVersion: 'nx-docker-artifact.tool-version',
  /** The id in a volume's name, and what the volume is for: "build", "env" or "downloads". */
  id: 'nx-docker-artifact.id',
  role: 'nx-docker-artifact.role',
  host: 'nx-docker-artifact.host',
  /** Only on containers: the process that holds the lock. */
  pid: 'nx-docker-artifact.pid',
  task: 'nx-docker-artifact.task',
  /** That process and no other of the same number, on this boot of its machine. */
  life: 'nx-docker-artifact.life',
  /** Only on images: the hash of Dockerfile, context and build arguments. */
  image: 'nx-docker-artifact.image-hash',
} as const;

export type Labels = Record<string, string>;

/** Whose resources they are. */
export interface Owner {
  workspaceRoot: string;
  project: string;
  package: string;
  version: string;
}

/** The labels of DESIGN.md section 3, and the host, for orphans are only judged where their workspace was. */
export function ownerLabels(owner: Owner, toolVersion: string, now: Date): Labels {
  return {
    [LABEL.workspace]: owner.workspaceRoot,
    [LABEL.project]: owner.project,
    [LABEL.package]: owner.package,
    [LABEL.version]: owner.version,
    [LABEL.created]: now.toISOString(),
    [LABEL.toolVersion]: toolVersion,
    [LABEL.host]: hostname(),
  };
}

/** A filter for the engine's list calls: all of `labels` must match. */
export function labelFilter(labels: Labels): { label: string[] } {
  return { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) };
}
