import { createHash } from 'node:crypto';
import type { Tree, TreeEntry } from '../../src/sources/tree.js';
import { treeOf } from '../../src/sources/tree-builder.js';

/** The SHA-256 of a content. */
export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A file of this content. */
export function file(content: string, mode = 0o644): TreeEntry {
  return { kind: 'file', mode, content: sha256(content) };
}

export function link(content: string): TreeEntry {
  return { kind: 'link', mode: 0o777, content };
}

export function dir(mode = 0o755): TreeEntry {
  return { kind: 'dir', mode };
}

/** The tree of an object's entries. */
export function tree(entries: Record<string, TreeEntry> = {}): Tree {
  return treeOf(Object.entries(entries));
}

/** Its entries, as they can be compared. */
export function entriesOf(of: Iterable<[string, TreeEntry]>): [string, TreeEntry][] {
  return [...of];
}
