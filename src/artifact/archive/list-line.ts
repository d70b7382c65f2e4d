import type { Member } from './members.js';

/** A string of C, as GNU tar quotes a name. */
const NAME = /"((?:[^"\\]|\\.)*)"/.source;
const GNU = new RegExp(`^(.)\\S* \\S+ +\\S+ \\S+ \\S+ ${NAME}(?: link to ${NAME})?`, 's');
/** bsdtar writes both names as they are. */
const BSD = /^(.)\S* +\d+ +\S+ +\S+ +\d+(?:, *\d+)? +\S+ +\S+ +\S+ (.*?)(?: (?:->|link to) (.*))?$/s;

const KINDS: Record<string, Member['kind']> = {
  d: 'directory',
  l: 'link',
  h: 'hard link',
  b: 'special',
  c: 'special',
  p: 'special',
  s: 'special',
};

/** The arguments with which tar lists an archive so that {@link memberIn} can read it. */
export function listArgs(kind: 'gnu' | 'bsd'): string[] {
  return ['-tv', '--numeric-owner', ...(kind === 'gnu' ? ['--quoting-style=c'] : [])];
}

/**
 * The member in a line of tar's listing, whatever its name has in it; undefined where it is not a line of one.
 * @param line latin1, one character a byte
 */
export function memberIn(line: string, tar: 'gnu' | 'bsd'): Member | undefined {
  const [, letter = '', path, target] = (tar === 'gnu' ? GNU : BSD).exec(line) ?? [];
  if (path === undefined) return undefined;
  const kind = KINDS[letter] ?? 'file';
  return { kind, path: unescaped(path), ...(kind === 'hard link' && { target: unescaped(target ?? '') }) };
}

const CONTROL: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (CONTROL[code] ?? code),
  );
}
