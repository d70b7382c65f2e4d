import { tmpdir } from 'node:os';
import { connectDocker } from '../../src/docker/backend.js';

/** Whether the engine sees the directories of the tests as they are here. */
export async function engineSeesUs(): Promise<boolean> {
  const { signal } = new AbortController();
  const backend = await connectDocker({ env: process.env, signal });
  return await backend.sees([tmpdir()], {});
}
