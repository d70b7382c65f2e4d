import { isSameTree } from '../entry.js';
import type { Tree, TreeEntry } from '../tree.js';
import { Columns, type Remembered } from './columns.js';

/** What a walk finds in a tree, in its order: nothing but how much, as long as that is what is known of the tree. */
export class Found {
  /** What is known, until something differs from it. */
  private same: Columns | undefined;
  /** How many entries, and how many links among them, are as they are known. */
  private index = 0;
  private links = 0;
  private paths: string[] = [];
  private entries: TreeEntry[] = [];

  constructor(private readonly known: Remembered) {
    if (known instanceof Columns) this.same = known;
  }

  get count(): number {
    return this.same ? this.index : this.paths.length;
  }

  /**
   * Adds what lies at a path.
   * @param look gives it, what is known of it taken over; undefined for what is left out
   * @returns its kind
   */
  add(path: string, look: (known?: TreeEntry) => TreeEntry | undefined): TreeEntry['kind'] | undefined {
    if (this.same) {
      const entry = look();
      if (!entry) return undefined;
      if (this.same.has(this.index, this.links, path, entry)) {
        this.index++;
        if (entry.kind === 'link') this.links++;
        return entry.kind;
      }
      this.differ();
    }
    const entry = look(this.known.tree[path]);
    if (!entry) return undefined;
    this.paths.push(path);
    this.entries.push(entry);
    return entry.kind;
  }

  /** Takes the last one back, a directory. */
  removeLast(): void {
    this.differ();
    this.paths.pop();
    this.entries.pop();
  }

  /** What is known, itself, where nothing differs from it. */
  result(): Remembered {
    if (this.same?.count === this.index) return this.known;
    this.differ();
    const tree: Tree = Object.create(null);
    for (const [index, path] of this.paths.entries()) tree[path] = this.entries[index] as TreeEntry;
    return isSameTree(tree, this.known.tree) ? this.known : { tree };
  }

  private differ(): void {
    if (!this.same) return;
    const { tree } = this.same;
    this.paths = this.same.first(this.index);
    this.entries = this.paths.map((path) => tree[path] as TreeEntry);
    this.same = undefined;
  }
}
