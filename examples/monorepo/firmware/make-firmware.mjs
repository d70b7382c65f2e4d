import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const current = '../systems/alpha/.nerves/artifacts/current';
const { name: system } = JSON.parse(readFileSync(`${current}.json`, 'utf8'));
const rootfs = readFileSync(`${current}/images/rootfs.cpio.gz`);

/** A firmware file in small: one line that says what follows, and the root file system. */
const header = {
  product: 'demo',
  system,
  bytes: rootfs.length,
  sha256: createHash('sha256').update(rootfs).digest('hex'),
};
mkdirSync('dist', { recursive: true });
writeFileSync('dist/demo.fw', Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), rootfs]));
console.log(`dist/demo.fw: ${header.system}, ${rootfs.length} bytes of root file system`);
