import { digestsOf } from './digest.js';
import type { Tree, TreeEntry } from './tree.js';
import { treeOf } from './tree-builder.js';

/** How the text of a manifest begins: with the digest of what the copy has, on a line of its own. */
const FIRST_LINE = /^[0-9a-f]{64}\n/;
/** Entries that become text at once. */
const BATCH = 1_000;

/** What a copy has, for the next build: a text, in parts, as it may be long. @param digest that of `tree`, where it is known */
export function manifestText(tree: Tree, digest = digestsOf(tree).copyDigest): Buffer[] {
  return [Buffer.from(`${digest}\n`), ...entriesText(tree)];
}

/** Entries alone, of no digest, as those that are in doubt: JSON, of which each line can be read by itself. */
export function entriesText(tree: Tree): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < tree.size; start += BATCH) {
    const entries = tree.paths.slice(start, start + BATCH).map((path, index) => {
      const { kind, mode, content } = tree.at(start + index);
      return `${JSON.stringify(path)}:${JSON.stringify({ kind, mode, content })}`;
    });
    lines.push(Buffer.from(`${start === 0 ? '' : ','}${entries.join(',')}\n`));
  }
  return [Buffer.from('{\n'), ...lines, Buffer.from('}')];
}

/** Whether a manifest, or the first line of one, is that of a tree with this digest. */
export function isManifestOf(text: string, digest: string): boolean {
  return text.startsWith(`${digest}\n`);
}

/** What a copy is to have by its manifest; nothing where there is none: then everything is copied. */
export function readManifest(text: string): Tree {
  try {
    return treeOf(entriesIn(text.replace(FIRST_LINE, '')));
  } catch {
    return treeOf([]);
  }
}

/** @throws SyntaxError for what was cut off */
function* entriesIn(text: string): Generator<[string, TreeEntry]> {
  const [first, ...lines] = text.split('\n');
  if (first !== '{') return yield* entriesOf(text); // of a version that wrote it as one line
  if (lines.pop() !== '}') throw new SyntaxError('the end is missing');
  for (const line of lines) yield* entriesOf(`{${line.replace(/^,/, '')}}`);
}

function entriesOf(json: string): [string, TreeEntry][] {
  return Object.entries(JSON.parse(json));
}
