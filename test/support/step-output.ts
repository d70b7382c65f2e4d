import { readFile } from 'node:fs/promises';
import { OWN_LINE } from '../../src/runner/output/handlers/build-log.js';

/**
 * What the steps wrote, out of a build.log: without the image's output and our own lines, before each of which the step
 * before has a newline.
 */
export async function stepOutput(path: string): Promise<string> {
  return outputOf(await readFile(path)).toString();
}

export function outputOf(log: Buffer): Buffer {
  const lines = log.toString('latin1').split(/(?<=\n)/);
  const first = lines.findIndex((line) => line.startsWith(`${OWN_LINE}Sources: `));
  const output = lines.slice(first).filter((line) => !line.startsWith(OWN_LINE));
  return Buffer.from(first < 0 ? '' : output.join(''), 'latin1');
}
