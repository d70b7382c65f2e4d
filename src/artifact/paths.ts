import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { NERVES_ARTIFACTS_DIR, NERVES_DL_DIR } from '../conventions/nerves-variables.js';
import {
  ARCHIVE_DIR,
  ARTIFACTS_DIR,
  BUILD_LOG,
  NERVES_DIR,
  PREVIOUS_LOG,
  TIMING_DIR,
} from '../conventions/own-outputs.js';

type Env = NodeJS.ProcessEnv;

/** `$XDG_DATA_HOME/nerves`, else `~/.nerves` (Nerves.Env.data_dir/0). */
export function dataDir(env: Env): string {
  return env.XDG_DATA_HOME ? resolve(env.XDG_DATA_HOME, 'nerves') : join(home(env), NERVES_DIR);
}

/** NERVES_DL_DIR, else `<data dir>/dl` (Nerves.Env.download_dir/0); an option beats both. */
export function downloadDir(env: Env, workspaceRoot: string, option?: string): string {
  if (option) return fromRoot(workspaceRoot, expandHome(option, env));
  const directory = env[NERVES_DL_DIR];
  return directory ? resolve(expandHome(directory, env)) : join(dataDir(env), 'dl');
}

/** NERVES_ARTIFACTS_DIR, else `<data dir>/artifacts` (Nerves.Artifact.base_dir/0). */
export function hostArtifactsDir(env: Env): string {
  const directory = env[NERVES_ARTIFACTS_DIR];
  return directory ? resolve(expandHome(directory, env)) : join(dataDir(env), 'artifacts');
}

/** The paths of a package, below its root. All absolute. */
export interface PackagePaths {
  /** Where the artifact is unpacked: `.nerves/artifacts/<name>` (Nerves.Artifact.build_path/1). */
  artifact: string;
  /** Nx's output: one archive and its .sha256. */
  archive: string;
  /** Records of builds. */
  timing: string;
  log: string;
  previousLog: string;
}

export function packagePaths(
  root: string,
  name: string,
  workspaceRoot: string,
  artifactDir?: string,
): PackagePaths {
  return {
    artifact: artifactDir ? fromRoot(workspaceRoot, artifactDir) : join(root, ARTIFACTS_DIR, name),
    archive: join(root, ARCHIVE_DIR),
    timing: join(root, TIMING_DIR),
    log: join(root, BUILD_LOG),
    previousLog: join(root, PREVIOUS_LOG),
  };
}

function fromRoot(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

/** As Elixir's Path.expand/1, through which Nerves sends its directories. */
function expandHome(path: string, env: Env): string {
  return path === '~' || path.startsWith('~/') ? join(home(env), path.slice(1)) : path;
}

function home(env: Env): string {
  return env.HOME || homedir();
}
