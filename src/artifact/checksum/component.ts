import { ArtifactError } from '../../errors.js';

/** A code point of a pattern; `mark` is its character, or '' where a backslash escapes it. */
interface Char {
  code: number;
  mark: string;
}

/** A piece of a pattern as the source of a regular expression (flag `u`), and the index after it. */
type Read = [source: string, next: number];

const ANY = '[^]';
export const STAR = '[^]*';

/**
 * The characters of one component. A backslash takes the meaning of the next one away; at the end it is dropped.
 * It is written as `@e` first and an at sign as `@@`, because Erlang does so, and that can be seen: there, two
 * backslashes are not a backslash but `@e`, and a backslash with an at sign is two of these.
 */
export function readChars(text: string): Char[] {
  const converted = text.replaceAll('@', '@@').replaceAll('\\', '@e');
  return resolveEscapes([...converted].map((mark) => ({ code: mark.codePointAt(0)!, mark })));
}

function resolveEscapes(chars: Char[]): Char[] {
  const result: Char[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    const next = char.mark === '@' ? chars[at + 1]?.mark : undefined;
    if (next === 'e') {
      const escaped = chars[at + 2];
      if (escaped) result.push({ ...escaped, mark: '' });
      at += 2;
    } else {
      result.push(char);
      if (next === '@') at += 1;
    }
  }
  return result;
}

/** A literal character. */
export function plain({ code }: Char): string {
  return `\\u{${code.toString(16)}}`;
}

/**
 * The source of the regular expression for a component, or for a part of it.
 * Rule: compile_part, compile_charset and compile_alt of Erlang's filelib.
 * @throws ArtifactError BAD_OPTION for braces that are nested or not closed.
 */
export function componentSource(chars: Char[]): string {
  let source = '';
  for (let at = 0; at < chars.length; ) {
    const char = chars[at]!;
    if (char.mark === '{') {
      const [group, next] = readAlternatives(chars, at);
      // Erlang resolves the escapes of what follows the braces a second time.
      return source + group + componentSource(resolveEscapes(chars.slice(next)));
    }
    const [piece, next] = (char.mark === '[' && readSet(chars, at)) || [single(char), at + 1];
    source += piece;
    at = next;
  }
  return source;
}

function single(char: Char): string {
  if (char.mark === '?') return ANY;
  return char.mark === '*' ? STAR : plain(char);
}

/** A range takes whatever stands at its ends: `[A-]x]` holds A to ], and x. */
function readSet(chars: Char[], open: number): Read | undefined {
  let at = open + 1;
  let source = '';
  // Directly after the bracket a `]` is a member.
  if (chars[at]?.mark === ']') source += plain(chars[at++]!);
  while (at < chars.length) {
    const low = chars[at]!;
    const high = chars[at + 2];
    if (low.mark !== '' && chars[at + 1]?.mark === '-' && high && low.code <= high.code) {
      source += `${plain(low)}-${plain(high)}`;
      at += 3;
    } else if (low.mark === ']') {
      return [`[${source}]`, at + 1];
    } else {
      source += plain(low);
      at += 1;
    }
  }
  return undefined;
}

function readAlternatives(chars: Char[], open: number): Read {
  const ends = [open];
  for (let at = open + 1; at < chars.length; ) {
    const { mark } = chars[at]!;
    if (mark === '{') throw badBrace(chars, 'there is another "{" within its braces');
    if (mark === ',' || mark === '}') ends.push(at);
    if (mark === '}') return [alternatives(chars, ends), at + 1];
    at = (mark === '[' ? readSet(chars, at)?.[1] : undefined) ?? at + 1;
  }
  throw badBrace(chars, 'its "{" is not closed before the next "/"');
}

/** `ends` are the indices of the opening brace, of each comma, and of the closing brace. */
function alternatives(chars: Char[], ends: number[]): string {
  const options = ends.slice(1).map((end, index) => componentSource(chars.slice(ends[index]! + 1, end)));
  return `(?:${options.join('|')})`;
}

function badBrace(chars: Char[], cause: string): ArtifactError {
  const text = chars.map(({ code }) => String.fromCodePoint(code)).join('');
  return new ArtifactError('BAD_OPTION', {
    tried: `read the wildcard ${JSON.stringify(text)}`,
    cause,
    hint: 'Fix the braces, or escape a literal one with "\\"; rename a directory with that name.',
  });
}
