import { randomUUID } from 'node:crypto';
import { ownDataDirectory } from '../../conventions/nx-data.js';
import { toolVersion } from '../../util/tool-version.js';
import { readProjects } from './graph.js';
import { keyOf } from './key.js';
import { logKey } from './key-log.js';

/*
 * A program: prints what the archive of a build target is built from, as a hash. It is a runtime input of the inferred
 * targets, and Nx calls it in the workspace's root. What fails must not become a key: Nx would take the output of a
 * program that failed for one.
 */
const [, , root = '.', target = 'build-artifact'] = process.argv;
const { env } = process;
const workspaceRoot = process.cwd();
try {
  const dataDirectory = ownDataDirectory(env, workspaceRoot);
  const now = () => new Date();
  const at = now().getTime();
  const { key, digests } = await keyOf(
    { root: workspaceRoot, projects: await readProjects(env, workspaceRoot) },
    { root, target },
    {
      env,
      arch: process.arch,
      toolVersion: toolVersion(),
      listings: { directory: `${dataDirectory}/listings`, now },
      signal: new AbortController().signal,
    },
  );
  await logKey(dataDirectory, root, { at, digests }).catch(() => {});
  process.stdout.write(key);
} catch (error) {
  process.stderr.write(`nx-docker-artifact: no key for ${root}: ${error}\n`);
  process.stdout.write(randomUUID());
}
