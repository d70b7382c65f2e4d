import { PLUGIN } from './plugin-names.js';

/** All that this tool creates on an engine carries these labels; nothing without them is ever touched. */
export const LABEL = {
  workspace: `${PLUGIN}.workspace`,
  /** Where the file system of the workspace is mounted: while that is not mounted, nobody can tell whether the workspace is gone. */
  mount: `${PLUGIN}.mount`,
  project: `${PLUGIN}.project`,
  package: `${PLUGIN}.package`,
  version: `${PLUGIN}.version`,
  /** Nx's configuration; the default one has no label, as nothing that older versions made has one. */
  configuration: `${PLUGIN}.configuration`,
  created: `${PLUGIN}.created`,
  toolVersion: `${PLUGIN}.tool-version`,
  /** The id in a volume's name, and what the volume is for: "build", "env" or "downloads". */
  id: `${PLUGIN}.id`,
  role: `${PLUGIN}.role`,
  host: `${PLUGIN}.host`,
  /** Only on containers: the process that holds the lock. */
  pid: `${PLUGIN}.pid`,
  task: `${PLUGIN}.task`,
  /** That process and no other of the same number, on this boot of its machine. */
  life: `${PLUGIN}.life`,
  /** Only on images: the hash of Dockerfile, context and build arguments. */
  image: `${PLUGIN}.image-hash`,
  /** Only on images: the tag that it was built for. What is built on it has this label, too, but another tag. */
  tag: `${PLUGIN}.image-tag`,
} as const;

export type Labels = Record<string, string>;

/** Whose resources they are. */
export interface Owner {
  workspaceRoot: string;
  project: string;
  package: string;
  version: string;
  configuration?: string;
}

/** Who makes something, where and when. */
interface Maker {
  toolVersion: string;
  now: Date;
  /** The name of the host. */
  host: string;
  /** The mount point of the workspace. */
  mount: string;
}

/**
 * Whose it is, since when, and made by which version of this tool on which host: orphans are only judged where their
 * workspace was.
 */
export function ownerLabels(owner: Owner, { toolVersion, now, host, mount }: Maker): Labels {
  return {
    [LABEL.workspace]: owner.workspaceRoot,
    [LABEL.mount]: mount,
    [LABEL.project]: owner.project,
    [LABEL.package]: owner.package,
    [LABEL.version]: owner.version,
    ...(owner.configuration !== undefined && { [LABEL.configuration]: owner.configuration }),
    [LABEL.created]: now.toISOString(),
    [LABEL.toolVersion]: toolVersion,
    [LABEL.host]: host,
  };
}
