import { hashFiles, type Unread } from '../hash-files.js';
import { forNode } from '../path-bytes.js';
import type { Tree, TreeEntry } from '../tree.js';
import { TreeBuilder } from '../tree-builder.js';

/** For how many entries more than what is known there is room at first. */
const ROOM = 100;

/** What a walk finds in a tree, in its order: nothing but how much, as long as that is what is known of the tree. */
export class Found {
  /** How many entries, from the first on, are as they are known. */
  private same = 0;
  /** All that was found, from the first difference on. */
  private builder: TreeBuilder | undefined;
  /** The places in it of files that are to be read, and these files. */
  private readonly places: number[] = [];
  private readonly unread: Unread[] = [];
  /** Directories in which nothing was found yet. */
  private entered: [path: string, entry: TreeEntry][] = [];

  constructor(
    private readonly root: string,
    private readonly known: Tree,
  ) {}

  /** Adds an entry; the content of a file is taken over from what is known where size, times and inode are the same. */
  add(path: string, entry: TreeEntry): void {
    this.addEntered();
    this.put(path, entry);
  }

  /** Adds a directory as soon as something is found in it. */
  enter(path: string, entry: TreeEntry): void {
    this.entered.push([path, entry]);
  }

  /** Leaves a directory, and leaves it out where it has only what is left out. */
  leave(path: string, isEmpty: boolean): void {
    if (this.entered.at(-1)?.[0] !== path) return;
    if (isEmpty) this.addEntered();
    else this.entered.pop();
  }

  /**
   * Reads what is to be read.
   * @returns what is known, itself, where nothing differs from it; undefined when a file was gone by now
   */
  async tree(signal: AbortSignal): Promise<Tree | undefined> {
    if (!this.builder && this.same === this.known.size) return this.known;
    const builder = this.building();
    const { hashes, areThere } = await hashFiles(this.unread, signal);
    builder.setHashes(this.places, hashes);
    return areThere ? builder.build() : undefined;
  }

  private addEntered(): void {
    if (this.entered.length === 0) return;
    const entered = this.entered;
    this.entered = [];
    for (const [path, entry] of entered) this.put(path, entry);
  }

  private put(path: string, entry: TreeEntry): void {
    const { known, builder } = this;
    const at = known.indexOf(path);
    if (at >= 0 && known.isLike(at, entry)) {
      if (!builder && at === this.same) this.same++;
      else this.building().addFrom(known, at);
      return;
    }
    const isUnread = entry.kind === 'file' && (at < 0 || !known.isUnwritten(at, entry));
    const content = isUnread || entry.kind !== 'file' ? entry.content : known.contentAt(at);
    const index = this.building().add(path, { ...entry, content });
    if (!isUnread) return;
    this.places.push(index);
    this.unread.push({ path: forNode(`${this.root}/${path}`), size: entry.size ?? 0 });
  }

  private building(): TreeBuilder {
    if (this.builder) return this.builder;
    this.builder = new TreeBuilder({ room: this.known.size + ROOM, isOrdered: true });
    for (let index = 0; index < this.same; index++) this.builder.addFrom(this.known, index);
    return this.builder;
  }
}
