import { comparePaths } from './paths.js';
import { codeOf, EACH, HASH, Tree, type TreeEntry } from './tree.js';

/** Makes a tree, entry by entry. They need not be in order; of two with the same path the later one counts. */
export class TreeBuilder {
  private readonly paths: string[] = [];
  private readonly targets = new Map<number, string>();
  private numbers = new Float64Array();
  private hashes = Buffer.alloc(0);
  /** Whether each path is to be compared with the one before it, and whether all of them were behind it. */
  private readonly isChecked: boolean;
  private isOrdered = true;

  /**
   * @param room for how many entries there is to be room at first
   * @param isOrdered whether it is certain that they come in order, each path once
   */
  constructor({ room = 16, isOrdered = false } = {}) {
    this.isChecked = !isOrdered;
    this.grow(room);
  }

  get size(): number {
    return this.paths.length;
  }

  /** @returns its place, as long as the tree is not made */
  add(path: string, { kind, mode, content, ...file }: TreeEntry): number {
    const index = this.place(path);
    const { numbers } = this;
    const at = EACH * index;
    numbers[at] = codeOf(kind, mode);
    numbers[at + 1] = file.size ?? Number.NaN;
    numbers[at + 2] = file.mtime ?? Number.NaN;
    numbers[at + 3] = file.ctime ?? Number.NaN;
    numbers[at + 4] = file.inode ?? Number.NaN;
    if (kind === 'link' && content !== undefined) this.targets.set(index, content);
    if (kind === 'file' && content !== undefined) this.hashes.write(content, HASH * index, HASH, 'hex');
    return index;
  }

  /** Adds an entry as another tree has it. */
  addFrom(tree: Tree, from: number): void {
    const index = this.place(tree.paths[from] as string);
    const { numbers, hashes, targets } = tree.columns;
    for (let of = 0; of < EACH; of++) this.numbers[EACH * index + of] = numbers[EACH * from + of] as number;
    hashes.copy(this.hashes, HASH * index, HASH * from, HASH * (from + 1));
    const target = targets.get(from);
    if (target !== undefined) this.targets.set(index, target);
  }

  /** Sets the SHA-256 of the files at these places. */
  setHashes(places: readonly number[], hashes: Buffer): void {
    for (let from = 0; from < places.length; ) {
      const first = places[from] as number;
      let end = from + 1;
      while (places[end] === first + end - from) end++; // what lies side by side is copied at once
      hashes.copy(this.hashes, HASH * first, HASH * from, HASH * end);
      from = end;
    }
  }

  /** Ends with it: nothing may be added to what it has made. */
  build(): Tree {
    const { paths, targets, size } = this;
    const numbers = this.numbers.subarray(0, EACH * size);
    const tree = new Tree({ paths, targets, numbers, hashes: this.hashes.subarray(0, HASH * size) });
    return this.isOrdered ? tree : ordered(tree);
  }

  private place(path: string): number {
    const index = this.paths.push(path) - 1;
    if (this.isChecked && index > 0 && comparePaths(this.paths[index - 1] as string, path) >= 0)
      this.isOrdered = false;
    if (EACH * index >= this.numbers.length) this.grow(Math.max(16, 2 * index));
    return index;
  }

  private grow(room: number): void {
    const numbers = new Float64Array(EACH * room);
    numbers.set(this.numbers);
    const hashes = Buffer.alloc(HASH * room);
    this.hashes.copy(hashes);
    [this.numbers, this.hashes] = [numbers, hashes];
  }
}

function ordered(tree: Tree): Tree {
  const { paths } = tree;
  const path = (index: number | undefined) => paths[index ?? -1] ?? '';
  const places = Array.from(paths.keys()).sort((a, b) => comparePaths(path(a), path(b)) || a - b);
  const builder = new TreeBuilder({ room: paths.length, isOrdered: true });
  for (const [at, index] of places.entries())
    if (path(places[at + 1]) !== path(index)) builder.addFrom(tree, index);
  return builder.build();
}

/** The tree of these entries. */
export function treeOf(entries: Iterable<readonly [path: string, entry: TreeEntry]>): Tree {
  const builder = new TreeBuilder();
  for (const [path, entry] of entries) builder.add(path, entry);
  return builder.build();
}

/** A tree with other entries at some paths; undefined for what it is to have no more. */
export function changedTree(tree: Tree, changes: ReadonlyMap<string, TreeEntry | undefined>): Tree {
  if (changes.size === 0) return tree;
  const builder = new TreeBuilder({ room: tree.size + changes.size });
  for (const [index, path] of tree.paths.entries()) if (!changes.has(path)) builder.addFrom(tree, index);
  for (const [path, entry] of changes) if (entry) builder.add(path, entry);
  return builder.build();
}
