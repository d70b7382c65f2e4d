import { execa } from 'execa';

type Env = NodeJS.ProcessEnv;

/** What a workspace has on the engine, asked of Docker's own command and not of the code under test. */
export async function containersOf(workspace: string, env?: Env): Promise<string[]> {
  return await list('ps', ['--all', '--format', '{{.Names}}'], workspace, env);
}

export async function volumesOf(workspace: string, env?: Env): Promise<string[]> {
  return (await list('volume', ['ls', '--format', '{{.Name}}'], workspace, env)).sort();
}

/** @param env leads to the engine; this process's own if unset */
export async function removeAllOf(workspace: string, env?: Env): Promise<void> {
  const containers = await containersOf(workspace, env);
  if (containers.length > 0) await docker(['rm', '--force', ...containers], env);
  const volumes = await volumesOf(workspace, env);
  if (volumes.length > 0) await docker(['volume', 'rm', '--force', ...volumes], env);
  const images = await list('images', ['--quiet'], workspace, env);
  if (images.length > 0) await docker(['rmi', '--force', ...new Set(images)], env);
}

async function list(command: string, args: string[], workspace: string, env?: Env): Promise<string[]> {
  const filter = `label=nx-docker-artifact.workspace=${workspace}`;
  return (await docker([command, ...args, '--filter', filter], env)).split('\n').filter(Boolean);
}

/** With a limit of time: an engine that others make busy is no reason to hang. */
async function docker(args: string[], env: Env = process.env): Promise<string> {
  return (await execa('docker', args, { timeout: 100_000, env, extendEnv: false })).stdout;
}
