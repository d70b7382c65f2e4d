// The checksum of 10,000 files and of 2 GB, against `sha256sum` of the same.
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksum } from '../dist/artifact/checksum/checksum.js';
import { comparePairs, sh } from './support.mjs';

const root = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
try {
  for (let number = 0; number < 10_000; number++) {
    const directory = join(root, 'many', `d${number % 100}`, `s${number % 7}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `f${number}`), `line of file ${number}\n`.repeat(100 + (number % 300)));
  }
  writeFileSync(join(root, 'big'), '');
  truncateSync(join(root, 'big'), 2 ** 31);
  const before = process.resourceUsage().maxRSS;
  await comparePairs(
    'checksum of 10,000 files',
    '1.5',
    5,
    () => checksum(root, ['many']),
    () => sh(`find ${root}/many -type f -print0 | xargs -0 sha256sum`),
  );
  await comparePairs(
    'checksum of a file of 2 GB',
    '1.5',
    3,
    () => checksum(root, ['big']),
    () => sh(`sha256sum ${root}/big`),
  );
  const growth = (process.resourceUsage().maxRSS - before) / 1024;
  console.log(`peak RSS ${growth.toFixed(0)} MB above the start of the first`);
} finally {
  rmSync(root, { recursive: true });
}
