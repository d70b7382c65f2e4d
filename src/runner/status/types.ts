import type { FailedPlace } from '../../errors.js';

/** What there is of a package, as `status --json` prints it. Paths are absolute, times in ISO 8601, sizes in bytes. */
export interface Status {
  /** Of this format: another number when a name changes its meaning, or goes. */
  version: 1;
  project: string;
  configuration: string | null;
  package: string;
  package_version: string;
  engine: { reachable: true } | { reachable: false; error: string };
  /** null where there is none, or no engine. */
  image: ImageStatus | null;
  /** The tag that a build would use. */
  image_tag: string;
  volumes: VolumeStatus[];
  /** Who builds, or has a shell open, now. */
  holder: HolderStatus | null;
  /** How far that build is; null where none runs on this machine, or it has not said it yet. */
  progress: ProgressStatus | null;
  last_build: LastBuildStatus | null;
  archive: ArchiveStatus;
  artifact: ArtifactStatus;
  logs: FileStatus[];
  /** Where Nerves looks; null where the package is none of Nerves'. */
  home: HomeStatus | null;
}

export interface ImageStatus {
  id: string;
  created: string;
  size: number;
  /** Whether a build would take it as it is. */
  current: boolean;
  why: string | null;
}

export interface VolumeStatus {
  name: string;
  role: string;
  created: string;
  /** null where the engine does not say. */
  size: number | null;
}

export interface HolderStatus {
  project: string;
  target: string;
  pid: number;
  host: string;
  since: string;
}

export interface ProgressStatus {
  phase: string;
  phase_started: string;
  /** When the rest was true. */
  time: string;
  headline: string | null;
  /** Packages, or what its tool counts. */
  done: number | null;
  total: number | null;
  name: string | null;
  step: string | null;
  left_ms: number | null;
  /** Of its output. */
  lines: number;
}

export interface LastBuildStatus {
  /** "succeeded": with the archive that is there; "failed": or killed; "unknown": no archive is there, or that of another build. */
  result: 'running' | 'succeeded' | 'failed' | 'interrupted' | 'unknown';
  /** When build.log was last written to. */
  log_time: string;
  /** The rest is known of a build that succeeded, or left a record. */
  started: string | null;
  finished: string | null;
  fresh: boolean | null;
  recipe: string | null;
  /** Why it failed, and where. */
  failure: ({ code?: string } & FailedPlace) | null;
}

/** "current": built from what there is now; "stale": from something else; "unknown": nothing says from what. */
export interface ArchiveStatus {
  state: 'missing' | 'current' | 'stale' | 'unknown';
  path: string | null;
  size: number | null;
  sha256: string | null;
  recipe: string | null;
  /** What differs from the sources now, a line each; why it is unknown. */
  details: string[];
}

export interface ArtifactStatus {
  /** "replaced": a variable names another directory. */
  state: 'missing' | 'current' | 'stale' | 'unknown' | 'replaced';
  path: string;
  why: string | null;
}

export interface FileStatus {
  path: string;
  size: number;
  time: string;
}

export interface HomeStatus {
  downloads: {
    path: string;
    /** Archives of this package, of any version. `copied`: by us, so that it is removed in its turn. */
    archives: { file: string; size: number; copied: boolean }[];
    size: number;
  };
  /** In Nerves' artifacts directory, under the artifact's name. */
  artifact: { path: string; kind: 'none' | 'link' | 'directory'; target: string | null };
}
