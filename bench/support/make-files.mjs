// Files of 5 kB in directories, as many as asked for. In a process of its own, as what that takes is not the memory of who is
// measured: `node make-files.mjs DIRECTORY COUNT`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a file is, by its number. */
export function fileAt(directory, number) {
  return join(directory, `d${number % 100}`, `s${number % 7}`, `f${number}`);
}

export function makeFiles(directory, count) {
  execFileSync(process.execPath, [import.meta.filename, directory, String(count)]);
}

if (process.argv[1] === import.meta.filename) {
  const [directory, count] = [String(process.argv[2]), Number(process.argv[3])];
  for (let number = 0; number < count; number++) {
    const file = fileAt(directory, number);
    if (number < 700) mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `line ${number}\n`.repeat(450));
  }
}
