import { cpSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Copies the type declarations of entries, and those that they refer to.
 * @param {{ entries: string[], from: string, to: string }} where
 * @returns the packages that they refer to
 */
export function copyDeclarations({ entries, from, to }) {
  /** @type {Set<string>} */
  const packages = new Set();
  const files = new Set(entries.map((entry) => join(from, `${entry}.d.ts`)));
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
      if (name.startsWith('.')) files.add(resolve(dirname(file), name.replace(/\.js$/, '.d.ts')));
      else packages.add(name);
    }
    cpSync(file, join(to, relative(from, file)));
  }
  return [...packages];
}
