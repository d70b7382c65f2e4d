import { posix } from 'node:path';
import { ignorePattern } from './ignore-pattern.js';

/** A line of a .dockerignore: what it matches stays out, or comes back after all (`!`). */
export interface IgnoreRule {
  pattern: string;
  bringsBack: boolean;
  matches: (path: string) => boolean;
}

/** Of a directory: which of the rules match it, or a directory above it. */
export type Matched = readonly boolean[];

/**
 * The rules of a .dockerignore, as BuildKit reads them (moby/patternmatcher, ignorefile.ReadAll and New): `#` starts
 * a comment only as the first character, spaces around a pattern do not count, nor does a slash in front, and `.`
 * and `..` are worked out, so that what leads out of the context matches nothing.
 * @throws SyntaxError for a rule that stops `docker build`
 */
export function ignoreRules(text: string): IgnoreRule[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.filter((line) => !line.startsWith('#') && line.trim() !== '').map((line) => rule(line.trim()));
}

function rule(line: string): IgnoreRule {
  const bringsBack = line.startsWith('!');
  const given = bringsBack ? line.slice(1).trim() : line;
  const pattern = given === '' ? '' : cleaned(given).replace(/^\/(?=.)/, '');
  if (bringsBack && (pattern === '' || pattern === '/')) {
    throw new SyntaxError(`illegal exclusion pattern: "${line}"`);
  }
  return { pattern, bringsBack, matches: ignorePattern(pattern) };
}

/** Go's path/filepath.Clean. */
function cleaned(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

/**
 * Whether the rules leave a path out, and which of them match it. A rule that matches a directory matches what is
 * below it. One that would change nothing is not tried, and then does not count below either: so BuildKit has it.
 */
export function applyRules(rules: readonly IgnoreRule[], path: string, above: Matched | undefined) {
  let ignored = false;
  const matched = rules.map((each, index) => {
    const matches = above?.[index] || (each.bringsBack === ignored && each.matches(path));
    if (matches) ignored = !each.bringsBack;
    return matches;
  });
  return { ignored, matched };
}

/** Whether a rule may bring back something below a directory that is left out. */
export function mayBringBack(rules: readonly IgnoreRule[], directory: string): boolean {
  return rules.some(
    ({ bringsBack, pattern }) =>
      bringsBack && (/[*?[\]\\]/.test(pattern) || `${pattern}/`.startsWith(`${directory}/`)),
  );
}
