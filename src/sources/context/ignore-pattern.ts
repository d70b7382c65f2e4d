/** What has a meaning in a pattern: without any of it, a pattern is one path. */
const SPECIAL = /[*?[\]\\]/;
/** Go's path/filepath.Match: `\` takes a character as it is, a class has at least one member, `-` and `]` only after `\`. */
const VALID = /^(?:\\.|\[\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\]|[^\\[])*$/su;

/**
 * Whether a pattern of a .dockerignore matches a path as it stands, as BuildKit's patternmatcher has it: `*` and `?`
 * stop at a slash; `**` is any number of directories, at the end everything. A pattern becomes a regular expression
 * character by character, also inside of brackets.
 * @throws SyntaxError for a pattern that stops `docker build`
 */
export function ignorePattern(pattern: string): (path: string) => boolean {
  if (!VALID.test(pattern)) throw new SyntaxError(`syntax error in pattern ${pattern}`);
  if (!SPECIAL.test(pattern)) return (path) => path === pattern;
  // "**.o" is an ending, at any depth; with another wildcard in it the stars are directories
  if (pattern.startsWith('**') && !/^\/|[*?[\]\\]/.test(pattern.slice(2))) {
    return (path) => path.endsWith(pattern.slice(2));
  }
  const expression = new RegExp(`^${translated(pattern)}$`, 'su');
  return (path) => expression.test(path);
}

const TOKEN = /\*\*\/?$|\*\*\/?|\\.|./gsu;

function translated(pattern: string): string {
  let inClass = false;
  return pattern.replace(TOKEN, (token, offset: number) => {
    if (token.startsWith('**')) return offset + token.length === pattern.length ? '.*' : '(?:.*/)?';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('\\')) return escaped(token.slice(1));
    if (token === '[') inClass = true;
    if (token !== ']') return /[.+()|{}$/]/.test(token) ? `\\${token}` : token;
    const closes = inClass;
    inClass = false;
    return closes ? ']' : '\\]';
  });
}

/** A letter keeps its backslash: `\d` is a digit there, too. */
function escaped(character: string): string {
  return /[\w^$\\.*+?()[\]{}|/-]/.test(character) && character !== '-' ? `\\${character}` : character;
}
