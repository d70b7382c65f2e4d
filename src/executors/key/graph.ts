import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { nxDataDirectory } from '../../conventions/nx-data.js';

/** The workspace's projects by name, with their targets as Nx merged and resolved them. */
export type Projects = Record<string, ProjectConfiguration>;

/**
 * The projects as the run of Nx that is under way sees them: it has written its graph before it calculates keys.
 * @throws what reading and parsing the file throws
 */
export async function readProjects(env: NodeJS.ProcessEnv, workspaceRoot: string): Promise<Projects> {
  const text = await readFile(join(nxDataDirectory(env, workspaceRoot), 'project-graph.json'), 'utf8');
  const { nodes } = JSON.parse(text) as { nodes: Record<string, { data: ProjectConfiguration }> };
  return Object.fromEntries(Object.entries(nodes).map(([name, { data }]) => [name, data]));
}
