import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byCodePoint, sortedByCodePoint } from '../../../src/artifact/checksum/listing.js';
import { wildcard } from '../../../src/artifact/checksum/wildcard.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wildcard-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function touch(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

async function find(pattern: string): Promise<string[]> {
  return (await wildcard(`${root}/${pattern}`)).map((path) => path.slice(root.length + 1));
}

/** One of every kind; U+FFEE sorts in front of U+1F600 by code point, and behind it by UTF-16 unit. */
const TREE = [
  ...['a', 'b', 'ab', 'abc', 'a.txt', 'a-b', 'a!', 'a^', 'a,b', '[x', 'x]', '{x', 'a]', 'A', 'Z', '_', '*'],
  ...['\\', '@e', '@@', 'ä', '😀', '\uffee', '.hid', '.dot/a', '.dot/.h'],
  ...['d1/a', 'd1/d/a', 'd1/d/.h', 'd1/.h/a', 'd[1]/a', 'q/q/q/a'],
];
const ONES = ['*', 'A', 'Z', '\\', '_', 'a', 'b', 'q', 'ä', '\uffee', '😀'];
const A_NAMES = ['a', 'a!', 'a,b', 'a-b', 'a.txt', 'a]', 'a^', 'ab', 'abc'];
const ALL = [
  ...['*', '@@', '@e', 'A', 'Z', '[x', '\\', '_', ...A_NAMES, 'b', 'd1', 'd[1]', 'q', 'x]', '{x', 'ä'],
  ...['\uffee', '😀'],
];

describe('wildcard() against Path.wildcard of Elixir 1.14 on Erlang 25', () => {
  it.each<[pattern: string, expected: string[]]>([
    ['?', ONES],
    ['*', ALL],
    ['{*}', ALL],
    ['***', ALL],
    ['a*', A_NAMES],
    ['a**', A_NAMES],
    ['a?', ['a!', 'a]', 'a^', 'ab']],
    ['**.txt', ['a.txt']],
    ['**/a', ['a', 'd1/a', 'd1/d/a', 'd[1]/a', 'q/q/q/a']],
    ['**/**/a', ['d1/a', 'd1/d/a', 'd[1]/a', 'q/q/q/a']],
    ['**/q/**', ['q/q', 'q/q/q', 'q/q/q/a']],
    ['**/a/**', []],
    ['d1/**', ['d1/a', 'd1/d', 'd1/d/a']],
    ['d1/**\\', ['d1/a', 'd1/d', 'd1/d/a']],
    ['d1/**/a', ['d1/a', 'd1/d/a']],
    ['d1/**/..', []],
    ['*/a', ['d1/a', 'd[1]/a']],
    ['*/.h', []],
    ['*/.', []],
    ['.*', []],
    ['.hid', ['.hid']],
    ['.dot/*', ['.dot/a']],
    ['.dot/.h', ['.dot/.h']],
    ['d1//a', ['d1/a']],
    ['d1/a/', ['d1/a']],
    ['d1/../a', ['d1/../a']],
    ['[ab]', ['a', 'b']],
    ['[a-b]', ['a', 'b']],
    ['[b-a]', ['a', 'b']],
    ['[^a]', ['a']],
    ['a[!^]', ['a!', 'a^']],
    ['[A-]x]', ['A', 'Z', '\\']],
    ['x[]]', ['x]']],
    ['[]x]', []],
    ['[x', ['[x']],
    ['[[]x', ['[x']],
    ['[\\[]x', ['[x']],
    ['a[,]b', ['a,b']],
    ['{a,b}', ['a', 'b']],
    ['{a,ab}{c,}', ['a', 'ab', 'abc']],
    ['{,a}b', ['ab', 'b']],
    ['a{.*,-?}', ['a-b', 'a.txt']],
    ['{a[,}]b,x]}', ['a,b', 'x]']],
    ['{a}@e?', []],
    ['{a}@eb', ['ab']],
    ['\\*', ['*']],
    ['\\{x', ['{x']],
    ['\\\\', ['@e']],
    ['\\@', ['@@']],
    ['@e', ['@e']],
    ['a\\', ['a']],
    ['d[1]/*', ['d1/a', 'd1/d']],
    ['d\\[1]/*', ['d[1]/a']],
    ['gone', []],
    ['a/b', []],
    ['a\0b', []],
    ['a\0b/*', []],
  ])('%j', async (pattern, expected) => {
    touch(...TREE);
    expect(await find(pattern)).toEqual(expected);
  });

  it('goes up behind a wildcard, as Erlang does and Elixir since 1.14.3', async () => {
    touch('d/x', 'e/y', 'f');
    symlinkSync('f', join(root, 'to-f'));
    expect(await find('*/../f')).toEqual(['d/../f', 'e/../f']);
    expect(await find('*/..')).toEqual(['d/..', 'e/..']);
  });

  it('takes a line break for a character like any other', async () => {
    touch('n\nl', 'n\n');
    expect(await find('n?l')).toEqual(['n\nl']);
    expect(await find('n*')).toEqual(['n\n', 'n\nl']);
    expect(await find('{n,m}?')).toEqual(['n\n']);
  });

  it.each([
    ['{a,b', 'not closed'],
    ['{a/b}', 'not closed'],
    ['{a,{b}}', 'another "{"'],
    ['x{a}{b', 'not closed'],
  ])('refuses %j, where Erlang raises', async (pattern, reason) => {
    await expect(find(pattern)).rejects.toThrow(new RegExp(`BAD_OPTION.*${reason}`));
  });

  it('finds the root itself', async () => {
    expect(await wildcard('/')).toEqual(['/']);
    expect(await wildcard('/[t]mp')).toEqual(['/tmp']);
  });
});

describe('wildcard(): symbolic links', () => {
  it('are followed, and found when they lead nowhere', async () => {
    touch('real/x');
    symlinkSync('real', join(root, 'ln'));
    symlinkSync('gone', join(root, 'dangling'));
    expect(await find('**')).toEqual(['dangling', 'ln', 'ln/x', 'real', 'real/x']);
    expect(await find('*/x')).toEqual(['ln/x', 'real/x']);
    expect(await find('dangling')).toEqual(['dangling']);
  });

  it('that lead back are followed until ELOOP, with one warning for each', async () => {
    touch('d/a', 'd/s/b');
    symlinkSync('..', join(root, 'd/s/up'));
    const told: string[] = [];
    const found = await wildcard(`${root}/d/**`, { warn: (message) => told.push(message) });
    expect(found.at(-1)).toBe(`${root}/d${'/s/up'.repeat(40)}/s/up`);
    expect(found.filter((path) => path.endsWith('/a'))).toHaveLength(41);
    expect(told).toEqual([expect.stringContaining(`${root}/d/s/up is a link to a directory above it`)]);
  });

  it('to a directory next to or below them are not a loop', async () => {
    touch('a/x', 'b/y');
    symlinkSync('../a', join(root, 'b/a'));
    symlinkSync('b', join(root, 'c'));
    const told: string[] = [];
    await wildcard(`${root}/**`, { warn: (message) => told.push(message) });
    expect(told).toEqual([]);
  });

  it('that lead back too often end in an error, not in an endless search', async () => {
    touch('d/a');
    for (const name of ['l1', 'l2', 'l3']) symlinkSync('.', join(root, 'd', name));
    await expect(wildcard(`${root}/d/**`, { maxLoops: 500 })).rejects.toThrow(
      /FILE_ACCESS.*too many links.*d\/l/,
    );
  });
});

describe('wildcard(): what cannot be found', () => {
  const told: string[] = [];
  const warn = (message: string) => told.push(message);
  beforeEach(() => {
    told.length = 0;
  });

  it('skips a name that is not UTF-8 with a warning, and keeps the similar one that is', async () => {
    touch('d/\ufffd', 'd/ok');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/d/`), Buffer.from([0xff])]), '');
    mkdirSync(Buffer.concat([Buffer.from(`${root}/d/sub`), Buffer.from([0xc3])]));
    expect(await wildcard(`${root}/d/**`, { warn })).toEqual([`${root}/d/ok`, `${root}/d/\ufffd`]);
    expect(told.toSorted()).toEqual([
      expect.stringMatching(/sub.*not UTF-8/),
      expect.stringMatching(/not UTF-8/),
    ]);
  });

  it('skips an unreadable directory with a warning', async () => {
    touch('d/secret/x', 'd/y');
    chmodSync(root, 0o755);
    chmodSync(join(root, 'd/secret'), 0);
    const found = await unprivileged(() => wildcard(`${root}/d/**`, { warn }));
    chmodSync(join(root, 'd/secret'), 0o755);
    expect(found).toEqual([`${root}/d/secret`, `${root}/d/y`]);
    expect(told).toEqual([expect.stringMatching(/d\/secret cannot be read/)]);
  });
});

/** Root may read everything: be somebody else for the time of the action. */
async function unprivileged<T>(action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

describe('byCodePoint()', () => {
  it('is the order of UTF-8 bytes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '/', '\ue000', '\uffee', '\ud7ff', '😀', '\u{10ffff}', 'ä'),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(byCodePoint(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('is the order of sortedByCodePoint(), whatever is in the paths', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '/', '\ue000', '\uffee', '\ud7ff', '😀', 'ä') });
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        expect(sortedByCodePoint(texts)).toEqual([...texts].sort(byCodePoint));
      }),
    );
  });
});

describe('wildcard() against a matcher that tries everything', () => {
  const name = fc.constantFrom('a', 'b', 'ab', 'aab', '.a', 'ä', '😀', 'a.b', '\uffee');
  const tree = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
  const piece = fc.constantFrom('a', 'b', '*', '*', '?', '.', '[ab]', '[ä-😀]', '{a,b}', '{,ab,?}', 'ä');
  const mixed = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
  const component = fc.oneof(name, fc.constantFrom('*', '**'), mixed).filter((text) => !/^\.+$/.test(text));

  it('finds the same in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.array(component, { minLength: 1, maxLength: 4 }), async (paths, pattern) => {
        rmSync(root, { recursive: true });
        mkdirSync(root);
        for (const path of paths) plant(path);
        const all = readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) =>
          relative(root, join(entry.parentPath, entry.name)),
        );
        const expected = all.filter((path) => matchesPath(pattern, path.split('/'), false));
        expected.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await find(pattern.join('/'))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  /** A path through what is a file already ends in front of it. */
  function plant(path: string[]): void {
    try {
      touch(path.join('/'));
    } catch {
      // What is there stays.
    }
  }

  const hidden = (text: string) => text.startsWith('.');
  const isPlain = (text: string) => !/[*?[{]/.test(text);

  function matchesPath(pattern: string[], names: string[], wild: boolean): boolean {
    const [first, ...rest] = pattern;
    const [name, ...others] = names;
    if (first === undefined || name === undefined) return first === undefined && name === undefined;
    if (!wild && isPlain(first)) return first === name && matchesPath(rest, others, false);
    if (hidden(name)) return false;
    if (first !== '**') return matchesName(first, name) && matchesPath(rest, others, true);
    if (rest.length === 0) return !names.some(hidden);
    const next = rest[0] === '**' ? '*' : rest[0]!;
    const here = matchesName(next, name) && matchesPath(rest.slice(1), others, true);
    return here || matchesPath(pattern, others, true);
  }

  function matchesName(pattern: string, text: string): boolean {
    const braces = /^(.*?)\{(.*?)\}(.*)$/u.exec(pattern);
    if (braces) {
      return braces[2]!.split(',').some((option) => matchesName(braces[1] + option + braces[3], text));
    }
    const tokens = pattern.match(/\[.*?\]|./gu) ?? [];
    return matchesTokens(tokens, [...text]);
  }

  function matchesTokens([token, ...rest]: string[], chars: string[]): boolean {
    if (token === undefined) return chars.length === 0;
    if (token === '*')
      return chars.some((_, at) => matchesTokens(rest, chars.slice(at))) || matchesTokens(rest, []);
    const [char, ...others] = chars;
    if (char === undefined) return false;
    if (token === '[ä-😀]') return char >= 'ä' && matchesTokens(rest, others);
    const fits =
      token === '?' || (token.length > 1 && token.startsWith('[') ? token.includes(char) : token === char);
    return fits && matchesTokens(rest, others);
  }
});
