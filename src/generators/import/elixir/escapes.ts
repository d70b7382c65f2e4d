const SINGLE: Record<string, string> = {
  ...{
    '0': '\0',
    a: '\x07',
    b: '\b',
    d: '\x7f',
    e: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    s: ' ',
    t: '\t',
    v: '\v',
  },
  '\n': '', // a line that goes on
};

const CODE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|[xu]\{([\da-fA-F]{1,6})\})/y;

/** The character that an escape of an Elixir string stands for, and the escape's length in the source. */
export function unescapeAt(text: string, at: number): { value: string; length: number } {
  CODE.lastIndex = at;
  const match = CODE.exec(text);
  const code = match && Number.parseInt(match[1] ?? match[2] ?? match[3] ?? '', 16);
  if (match && code !== null && code <= 0x10ffff)
    return { value: String.fromCodePoint(code), length: match[0].length };
  const next = String.fromCodePoint(text.codePointAt(at + 1) ?? 0x5c);
  return { value: SINGLE[next] ?? next, length: 1 + next.length };
}
