import { isDeepStrictEqual } from 'node:util';
import { lineNumbers } from '../elixir/lines.js';
import type { Span } from '../elixir/tokens.js';

/** Something in a mix.exs that is not imported. */
export interface Finding {
  /** Its option, or its key in `nerves_package`: "build_runner_opts.make_args". */
  key: string;
  /** From 1. */
  line: number;
  /** The source, on one line. */
  source: string;
  why: string;
}

export interface Findings {
  /** What could not be read, and what of it could. */
  notRead: Finding[];
  /** What was read, and has no place here. */
  notImported: Finding[];
  warnings: string[];
  addNotRead(key: string, span: Span, why: string): void;
  addNotImported(key: string, span: Span, why: string): void;
}

/** Longer sources are cut: the line says where to look. */
const WIDTH = 70;

export function findingsIn(text: string): Findings {
  const lineOf = lineNumbers(text);
  const add = (findings: Finding[], key: string, { start, end }: Span, why: string) => {
    const source = text.slice(start, Math.min(end, start + 10 * WIDTH)).replaceAll(/\s+/g, ' ');
    const cut = source.length > WIDTH ? `${source.slice(0, WIDTH)}...` : source;
    const finding = { key, line: lineOf(start), source: cut, why };
    // the words of one sigil, say, are one finding
    if (!isDeepStrictEqual(findings.at(-1), finding)) findings.push(finding);
  };
  const [notRead, notImported]: [Finding[], Finding[]] = [[], []];
  return {
    ...{ notRead, notImported, warnings: [] },
    addNotRead: (key, span, why) => add(notRead, key, span, why),
    addNotImported: (key, span, why) => add(notImported, key, span, why),
  };
}
