/** What makes a name a pattern for Nx. */
const SPECIAL = /[*|{}()[]/;
const TOKEN = /\*+|\[[!^]?\]?[^\]]*\]|./gsu;

export function isPattern(text: string): boolean {
  return SPECIAL.test(text);
}

/**
 * Whether a glob matches a name or a path, as Nx's globs do (minimatch): `*` and `?` stop at a slash, `{a,b}` are
 * alternatives. One that is not understood, as those with parentheses, matches nothing.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  try {
    return new RegExp(`^${translated(pattern)}$`, 'su').test(text);
  } catch {
    return false;
  }
}

function translated(pattern: string): string {
  let depth = 0;
  return pattern.replace(TOKEN, (token) => {
    if (token.startsWith('*')) return token === '**' ? '.*' : '[^/]*';
    if (token.length > 2 && token.startsWith('['))
      return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    if (token === '?') return '[^/]';
    if (token === '{') depth += 1;
    if (token === '{') return '(?:';
    if (token === ',' && depth > 0) return '|';
    if (token === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    return token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
}
