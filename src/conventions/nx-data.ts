import { join, resolve } from 'node:path';
import { PLUGIN } from './plugin-names.js';

/** Nx's directory for what it knows of a workspace (Nx: "Environment Variables", NX_WORKSPACE_DATA_DIRECTORY). */
export function nxDataDirectory(env: NodeJS.ProcessEnv, workspaceRoot: string): string {
  const given = env.NX_WORKSPACE_DATA_DIRECTORY ?? env.NX_PROJECT_GRAPH_CACHE_DIRECTORY;
  return resolve(workspaceRoot, given ?? join('.nx', 'workspace-data'));
}

/** What this tool remembers of a workspace, beside what Nx does. It may go at any time. */
export function ownDataDirectory(env: NodeJS.ProcessEnv, workspaceRoot: string): string {
  return join(nxDataDirectory(env, workspaceRoot), PLUGIN);
}
