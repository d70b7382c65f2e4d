import { posix } from 'node:path';
import { type Term, unread } from './terms.js';
import type { Span } from './tokens.js';

type Call = (args: readonly Term[]) => Shape | undefined;
/** A term that does not say yet where it stands. */
type Shape = { kind: 'path'; value: string } | { kind: 'content'; path: string };

const trim: Call = ([content, ...more]) =>
  content?.kind === 'content' && more.length === 0 ? { kind: 'content', path: content.path } : undefined;

/** Relative paths are those of `mix`, which runs in the directory of its mix.exs. */
const readFile: Call = ([path, ...more]) =>
  (path?.kind === 'path' || path?.kind === 'text') && more.length === 0
    ? { kind: 'content', path: posix.normalize(path.value) }
    : undefined;

const join: Call = (args) => {
  const [first, ...more] = args.length === 1 && args[0]?.kind === 'list' ? args[0].items : args;
  if (first?.kind !== 'path' || !more.every((part) => part.kind === 'text')) return undefined;
  return { kind: 'path', value: posix.join(first.value, ...more.map(({ value }) => value)) };
};

const expand: Call = ([path, base]) => {
  if (path?.kind === 'path' && !base) return { kind: 'path', value: path.value };
  if (path?.kind !== 'text' || posix.isAbsolute(path.value) || path.value.startsWith('~')) return undefined;
  if (base && base.kind !== 'path') return undefined;
  return { kind: 'path', value: posix.join(base?.value ?? '.', path.value) };
};

/** The few functions that lead to the content of a file beside the source: what `version:` is often read from. */
const CALLS = new Map<string, Call>([
  ['Path.join', join],
  ['Path.expand', expand],
  ['File.read!', readFile],
  ['String.trim', trim],
  ['String.trim_trailing', trim],
  ['String.strip', trim],
]);

/** What a call stands for. Nothing is evaluated: but for paths and files, it is not read. */
export function readCall(name: string, args: readonly Term[], span: Span): Term {
  const shape = CALLS.get(name)?.(args);
  return shape
    ? { ...shape, start: span.start, end: span.end }
    : unread(span, 'a call, which only Mix can make');
}
