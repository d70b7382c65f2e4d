import { digestsOf } from './digest.js';
import type { Tree, TreeEntry } from './tree.js';

/** How the text of a manifest begins: with the digest of what the copy has, on a line of its own. */
const FIRST_LINE = /^[0-9a-f]{64}\n/;

/** What a copy has, for the next build. @param digest that of `tree`, where it is known */
export function manifestText(tree: Tree, digest = digestsOf(tree).copyDigest): string {
  return `${digest}\n${entriesText(tree)}`;
}

/** The entries of a manifest alone, of no digest. */
export function entriesText(tree: Tree): string {
  const entries: string[] = [];
  for (const path in tree) {
    const { kind, mode, content } = tree[path] as TreeEntry;
    entries.push(`${JSON.stringify(path)}:${JSON.stringify({ kind, mode, content })}`);
  }
  return `{${entries.join(',')}}`;
}

/** A manifest in which nobody knows of some entries what the copy has; it is of no digest. @param settled one without doubts */
export function doubtText(settled: string, doubts: Tree): string {
  const known = settled.replace(FIRST_LINE, '').slice(1, -1);
  const others = JSON.stringify(doubts).slice(1, -1);
  return `{${[known, others].filter(Boolean).join(',')}}`; // of two entries of a path the second one counts
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
