import { execa } from 'execa';

/** What a workspace has on the engine, asked of Docker's own command and not of the code under test. */
export async function containersOf(workspace: string): Promise<string[]> {
  return await list('ps', ['--all', '--format', '{{.Names}}'], workspace);
}

export async function volumesOf(workspace: string): Promise<string[]> {
  return (await list('volume', ['ls', '--format', '{{.Name}}'], workspace)).sort();
}

export async function removeAllOf(workspace: string): Promise<void> {
  const containers = await containersOf(workspace);
  if (containers.length > 0) await docker('rm', '--force', ...containers);
  const volumes = await volumesOf(workspace);
  if (volumes.length > 0) await docker('volume', 'rm', '--force', ...volumes);
  const images = await list('images', ['--quiet'], workspace);
  if (images.length > 0) await docker('rmi', '--force', ...new Set(images));
}

async function list(command: string, args: string[], workspace: string): Promise<string[]> {
  const filter = `label=nx-docker-artifact.workspace=${workspace}`;
  return (await docker(command, ...args, '--filter', filter)).split('\n').filter(Boolean);
}

/** With a limit of time: an engine that others make busy is no reason to hang. */
async function docker(...args: string[]): Promise<string> {
  return (await execa('docker', args, { timeout: 100_000 })).stdout;
}
