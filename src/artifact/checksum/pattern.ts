import { componentSource, plain, readChars, STAR } from './component.js';

/** One component of a pattern's path. */
export interface Part {
  /** The name itself, where the component holds no wildcard. */
  literal?: string;
  /** True for `**`. Behind another one, `test` makes it a `*`. */
  globstar?: boolean;
  /** Does this name of a directory entry match? */
  test: (name: string) => boolean;
}

/** A pattern as the path before its first wildcard, and the components from there on. */
interface CompiledPattern {
  base: string;
  parts: Part[];
}

/** The characters that make a path a pattern. */
export const PATTERN_CHARACTER = /[[{*?\\]/;

/**
 * Reads an absolute pattern in the language of Erlang's filelib:wildcard/1, which Elixir's Path.wildcard/2
 * speaks too: `*`, `?`, `[a-z]`, `{a,b}`, `**` as an entire component, `\` before a literal character.
 * A `[` cannot be negated, and an unclosed one is a plain character.
 * @throws ArtifactError BAD_OPTION for braces that are nested or not closed; Erlang raises there too.
 */
export function compilePattern(pattern: string): CompiledPattern {
  const names = pattern.split('/').filter((name) => name !== '');
  const compiled = names.map(compilePart);
  const wild = compiled.findIndex(({ literal }) => literal === undefined);
  const fixed = wild < 0 ? compiled : compiled.slice(0, wild);
  const path = fixed.flatMap(({ literal }) => literal || []).join('/');
  return { base: pattern.startsWith('/') ? `/${path}` : path, parts: compiled.slice(fixed.length) };
}

function compilePart(text: string): Part {
  const chars = readChars(text);
  if (chars.length === 2 && chars.every(({ mark }) => mark === '*'))
    return { globstar: true, test: () => true };
  const source = componentSource(chars);
  if (source === chars.map(plain).join('')) {
    const literal = chars.map(({ code }) => String.fromCodePoint(code)).join('');
    return { literal, test: (name) => name === literal };
  }
  // Neighbouring stars are one: a regular expression would try every way to share the name among them.
  const expression = new RegExp(`^${source.replace(/(?:\[\^\]\*)+/g, STAR)}$`, 'u');
  return { test: (name) => expression.test(name) };
}
