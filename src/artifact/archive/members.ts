import { printable } from '../../util/lines.js';

/** A member of an archive, as a listing has it. Names are one character a byte (latin1). */
export interface Member {
  path: string;
  kind: 'file' | 'directory' | 'link' | 'hard link' | 'special';
  /** Of a hard link. */
  target?: string;
}

/** What a path is taken by; a directory with something in it cannot give way to a file. */
type Taken = 'file' | 'link' | 'directory' | 'filled directory';

/** Bytes that a name may have (NAME_MAX). */
const LONGEST_NAME = 255;
/** Bytes that a path may have (PATH_MAX, without its NUL). */
export const LONGEST_PATH = 4095;
/** Of the names at the top: enough to say what is wrong. */
const MOST_TOPS = 5;

/**
 * Judges by its members whether an archive is an artifact: whatever `unpack` refuses, with any kind of tar, is refused here,
 * so that nobody ever gets an archive that cannot be unpacked. Of each path it keeps a few bytes.
 */
export class Members {
  private readonly taken = new Map<number, Taken>();
  private readonly tops = new Map<string, boolean>();
  private found: string | undefined;

  /** @param longest bytes that a path in the archive may have */
  constructor(private readonly longest = LONGEST_PATH) {}

  /** Why it is not an artifact: a sentence that names the first member that cannot be unpacked. */
  get problem(): string | undefined {
    return this.found ?? problemOfTops(this.tops);
  }

  add(member: Member): void {
    if (this.found !== undefined) return;
    const path = plain(member.path);
    if (path === '.') return;
    this.found = problemOfName(path, this.longest) ?? this.place(member, path);
    this.addTop(path, member.kind);
  }

  private addTop(path: string, kind: Member['kind']): void {
    const slash = path.indexOf('/');
    const top = slash < 0 ? path : path.slice(0, slash);
    if (this.tops.size === MOST_TOPS && !this.tops.has(top)) return;
    this.tops.set(top, this.tops.get(top) || slash >= 0 || kind === 'directory');
  }

  /** Takes the member's path, if it can be made there, after all that was made before it. */
  private place({ kind, target }: Member, path: string): string | undefined {
    if (kind === 'special')
      return `${quoted(path)} in it is a device, a FIFO or a socket; an artifact has none`;
    const keys = keysOf(path);
    const own = keys.pop()!;
    for (const key of keys) {
      const above = this.taken.get(key);
      if (above === 'file' || above === 'link') return `${quoted(path)} is below one that is not a directory`;
      if (above !== 'filled directory') this.taken.set(key, 'filled directory');
    }
    const before = this.taken.get(own);
    const now = kind === 'hard link' ? this.kindOf(target ?? '', path) : kind;
    if (now === undefined)
      return `${quoted(path)} is a hard link to ${quoted(target ?? '')}, which is no file before it`;
    const isLink = (taken: Taken) => taken === 'link';
    if (before !== undefined && isLink(before) !== isLink(now))
      return `${quoted(path)} is in it both as a link and as something else`;
    if (before === 'filled directory' && now !== 'directory')
      return `${quoted(path)} is in it both as a directory and as something else`;
    this.taken.set(own, before === 'filled directory' ? before : now);
    return undefined;
  }

  /** What a hard link is: a file, or a link, that there is already. */
  private kindOf(target: string, path: string): Taken | undefined {
    const to = plain(target);
    if (to === path || leadsOut(to)) return undefined;
    const taken = this.taken.get(keysOf(to).pop()!);
    return taken === 'file' || taken === 'link' ? taken : undefined;
  }
}

/** Without `./` and double or last slashes. */
function plain(path: string): string {
  const short = path.replace(/\/+$/, '');
  if (short === '') return path === '' ? '' : '/';
  if (!/\/\/|(^|\/)\.(\/|$)/.test(short)) return short;
  const names = short.split('/').filter((name, index) => name !== '.' && (name !== '' || index === 0));
  return names.join('/') || '.';
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || /(^|\/)\.\.(\/|$)/.test(path);
}

function problemOfName(path: string, longest: number): string | undefined {
  if (path === '') return 'it has a member without a name';
  if (leadsOut(path)) return `${quoted(path)} in it leads out of the directory`;
  if (path.length > longest)
    return `${quoted(path)} in it is a path of ${path.length} bytes; ${longest} are possible`;
  if (path.length <= LONGEST_NAME) return undefined;
  const long = path.split('/').find((name) => name.length > LONGEST_NAME);
  return long && `${quoted(long)} in it is a name of ${long.length} bytes; ${LONGEST_NAME} are possible`;
}

function problemOfTops(tops: ReadonlyMap<string, boolean>): string | undefined {
  const names = [...tops.keys()].map(readable);
  if (names.length === 1 && [...tops.values()][0]) return undefined;
  if (names.length === 1) return `its only entry "${names[0]}" is not a directory`;
  const what = names.length === 0 ? 'nothing in it' : `more than one entry at its top: ${names.join(', ')}`;
  return `it has ${what}; an artifact is one directory`;
}

/** Two primes below 2 ** 26, whose remainders make one number of 52 bits: two paths of one number do not occur. */
const [P, Q] = [67_108_859, 67_108_837];

/** A number for each directory above a path, from the top, and one for the path. */
function keysOf(path: string): number[] {
  const keys: number[] = [];
  let [p, q] = [7, 11];
  for (let at = 0; at <= path.length; at++) {
    const code = at === path.length ? 47 : path.charCodeAt(at);
    if (code === 47) keys.push(p * 2 ** 26 + q);
    p = (p * 257 + code) % P;
    q = (q * 263 + code) % Q;
  }
  return keys;
}

function readable(latin1: string): string {
  return printable(Buffer.from(latin1, 'latin1').toString());
}

/** The end of a long one is what tells it from others. */
function quoted(path: string): string {
  const text = readable(path);
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 80)}...${text.slice(-100)}` : text);
}
