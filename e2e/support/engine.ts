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
  if (containers.length > 0) await execa('docker', ['rm', '--force', ...containers]);
  const volumes = await volumesOf(workspace);
  if (volumes.length > 0) await execa('docker', ['volume', 'rm', '--force', ...volumes]);
}

async function list(command: string, args: string[], workspace: string): Promise<string[]> {
  const filter = `label=nx-docker-artifact.workspace=${workspace}`;
  const { stdout } = await execa('docker', [command, ...args, '--filter', filter]);
  return stdout.split('\n').filter(Boolean);
}
