import { digestsOf } from './digest.js';
import type { Tree } from './tree.js';

/** How the text of a manifest begins: with the digest of what the copy has, on a line of its own. */
const FIRST_LINE = /^[0-9a-f]{64}\n/;

/** What a copy has, for the next build. @param digest that of `tree`, where it is known */
export function manifestText(tree: Tree, digest = digestsOf(tree).copyDigest): string {
  const entries = Object.entries(tree).map(([path, { kind, mode, content }]) => [
    path,
    { kind, mode, content },
  ]);
  return `${digest}\n${JSON.stringify(Object.fromEntries(entries))}`;
}

/** Whether a manifest, or the first line of one, is that of a tree with this digest. */
export function isManifestOf(text: string, digest: string): boolean {
  return text.startsWith(`${digest}\n`);
}

/** What a copy is to have by its manifest; nothing where there is none: then everything is copied. */
export function readManifest(text: string): Tree {
  try {
    return JSON.parse(text.replace(FIRST_LINE, '')) as Tree;
  } catch {
    return {};
  }
}
