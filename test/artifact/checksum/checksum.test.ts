import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksum, checksumFiles, checksumOfFiles } from '../../../src/artifact/checksum/checksum.js';

interface Node {
  path: string;
  type: 'file' | 'dir' | 'symlink';
  content?: string;
  contentBase64?: string;
  mode?: number;
  target?: string;
}

interface Case {
  id: string;
  packageDir: string;
  tree: Node[];
  checksum: string[] | null;
  expected: { checksum: string; short: string; files: string[] };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/nerves-artifact.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

let base = '';
let root = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'checksum-'));
  root = join(base, 'pkg');
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

function plant(directory: string, tree: Node[]): void {
  mkdirSync(directory, { recursive: true });
  for (const { path, type, content, contentBase64, mode, target } of tree) {
    const full = join(directory, path);
    mkdirSync(type === 'dir' ? full : dirname(full), { recursive: true });
    if (type === 'symlink') symlinkSync(target!, full);
    if (type === 'file') writeFileSync(full, contentBase64 ? Buffer.from(contentBase64, 'base64') : content!);
    if (mode) chmodSync(full, mode);
  }
}

function plantFiles(...paths: string[]): void {
  plant(
    root,
    paths.map((path) => ({ path, type: 'file', content: path })),
  );
}

async function filesAndWarnings(patterns: string[] | null): Promise<{ files: string[]; warnings: string[] }> {
  const warnings: string[] = [];
  const found = await checksumFiles(root, patterns, { warn: (message) => warnings.push(message) });
  return { files: found.map((file) => relative(root, file)), warnings };
}

describe('checksum() as calculated by Nerves', () => {
  it.each(cases)('$id', async ({ packageDir, tree, checksum: patterns, expected }) => {
    root = join(base, packageDir);
    plant(root, tree);
    const files = await checksumFiles(root, patterns);
    expect(files.map((file) => relative(root, file))).toEqual(expected.files);
    const value = await checksum(root, patterns);
    expect(value).toBe(expected.checksum);
    expect(value.slice(0, 7)).toBe(expected.short);
  });
});

describe('checksumFiles()', () => {
  it('re-roots an absolute entry, however many slashes it has', async () => {
    plantFiles('etc/x');
    for (const entry of ['/etc/x', '//etc//x', 'etc/x/']) {
      expect((await filesAndWarnings([entry])).files).toEqual(['etc/x']);
    }
  });

  it('takes a root with a slash at its end, or relative to the working directory', async () => {
    plantFiles('a');
    const expected = [join(root, 'a')];
    expect(await checksumFiles(`${root}/`, ['a'])).toEqual(expected);
    expect(await checksumFiles(relative(process.cwd(), root), ['a'])).toEqual(expected);
    expect(await checksumFiles('', ['package.json'])).toEqual([join(process.cwd(), 'package.json')]);
  });

  it('finds a scoped package, whose "@" Erlang treats specially', async () => {
    root = join(base, '@e@@/pkg');
    plantFiles('a', '@e');
    expect((await filesAndWarnings(['*'])).files).toEqual(['@e', 'a']);
  });

  it('expands ".." by name and not through a link, as Path.expand does', async () => {
    plantFiles('a', 'other/deep/x', 'other/a');
    symlinkSync('other/deep', join(root, 'ln'));
    expect((await filesAndWarnings(['ln/../a'])).files).toEqual(['a']);
  });

  it('is empty for a package that is not there', async () => {
    expect(await checksumFiles(join(base, 'gone'), ['**', 'a', '.'])).toEqual([]);
  });
});

describe('checksumFiles() warns', () => {
  it('of nothing where every entry finds what it names', async () => {
    plantFiles('a', 'd/x', 'f1', '.config');
    expect((await filesAndWarnings(['a', 'd', 'f?', '.config', '{a,f1}', 'd/*'])).warnings).toEqual([]);
  });

  it('of no list at all', async () => {
    const line = [expect.stringMatching(/^checksum: the list is empty.*list its sources$/)];
    expect((await filesAndWarnings(null)).warnings).toEqual(line);
    expect((await filesAndWarnings([])).warnings).toEqual(line);
  });

  it('of entries that find no file: missing, hidden, an empty directory, a link to nowhere', async () => {
    plantFiles('a', '.hid');
    mkdirSync(join(root, 'empty'));
    symlinkSync('gone', join(root, 'ln'));
    const entries = ['b', '.h*', 'empty', 'ln', 'x\ny', 'nul\0'];
    const { files, warnings } = await filesAndWarnings(['a', ...entries]);
    expect(files).toEqual(['a']);
    expect(warnings).toEqual(
      entries.map((entry) =>
        expect.stringMatching(
          `checksum entry ${JSON.stringify(entry)}: matches no file`.replace(/[\\*.]/g, '\\$&'),
        ),
      ),
    );
    expect(warnings.join('')).not.toContain('\n');
  });

  it('of an entry that is a wildcard and misses the file of its name, whether it finds others or not', async () => {
    plantFiles('a[1]', 'a1', 'b{c}');
    const { files, warnings } = await filesAndWarnings(['a[1]', '/b{c}']);
    expect(files).toEqual(['a1']);
    expect(warnings).toEqual([
      expect.stringMatching(/entry "a\[1\]": .* misses the file with exactly that name: escape/),
      expect.stringMatching(/entry "\/b\{c\}": .* misses the file with exactly that name: escape/),
    ]);
  });

  it('with advice that helps', async () => {
    plantFiles('a[1]', 'a1');
    expect(await filesAndWarnings(['a\\[1]'])).toEqual({ files: ['a[1]'], warnings: [] });
  });

  it.each(['[1]', '{a}', 'a*', 'a?', 'a\\b'])('of a package below a directory named %j', async (name) => {
    root = join(base, name, 'pkg');
    plantFiles('a');
    const { warnings } = await filesAndWarnings(['a']);
    expect(warnings[0]).toMatch(/^checksum: the ".*" turns the directory .* into a wildcard, .*: rename it$/);
    expect(warnings.slice(1).join()).not.toContain('exactly that name');
  });

  it('of a directory that is matched and then read as a wildcard', async () => {
    plantFiles('w/d[1]/x', 'w/d1/x');
    const { files, warnings } = await filesAndWarnings(['w/*']);
    expect(files).toEqual(['w/d1/x']);
    expect(warnings).toEqual([
      expect.stringMatching(/entry "w\/\*": the "\[" .*w\/d\[1\] into a wildcard, .*: rename it/),
    ]);
  });

  it('of a link that leads back, once', async () => {
    plantFiles('d/a');
    symlinkSync('.', join(root, 'd/loop'));
    const { files, warnings } = await filesAndWarnings(['d']);
    expect(files).toHaveLength(41);
    expect(warnings).toEqual([
      expect.stringMatching(/entry "d": .*d\/loop is a link to .*: remove the link/),
    ]);
  });
});

describe('checksumFiles() outside the package', () => {
  it.each([
    ['by ..', '../victim/secret', () => {}],
    ['behind a link to a file', 'ln', () => symlinkSync('../victim/secret', join(root, 'ln'))],
    ['behind a link to a directory', 'ln', () => symlinkSync('../victim', join(root, 'ln'))],
    ['behind a link, by a wildcard', '*/secret', () => symlinkSync(join(base, 'victim'), join(root, 'ln'))],
  ])('hashes and reports %s, as Nerves does', async (_, entry, link) => {
    plantFiles('a');
    plant(base, [{ path: 'victim/secret', type: 'file', content: 's' }]);
    link();
    const { files, warnings } = await filesAndWarnings([entry, 'a']);
    expect(files).toHaveLength(2);
    expect(warnings).toEqual([expect.stringMatching(/^checksum entry ".*": reads .*, outside the package/)]);
  });

  it('counts a package that is reached through a link, and links within it, as inside', async () => {
    plantFiles('a', 'd/x');
    symlinkSync('../a', join(root, 'd/ln'));
    symlinkSync(root, join(base, 'other'));
    const warnings: string[] = [];
    await checksumFiles(join(base, 'other'), ['a', 'd'], { warn: (message) => warnings.push(message) });
    expect(warnings).toEqual([]);
  });
});

describe('checksum() errors', () => {
  it('name the braces that Nerves cannot read either', async () => {
    plantFiles('a');
    await expect(checksum(root, ['{a,b'])).rejects.toThrow(/BAD_OPTION.*"\{a,b"/);
  });

  it('name a file that cannot be read', async () => {
    await expect(checksumOfFiles([join(base, 'gone')])).rejects.toThrow(/FILE_ACCESS.*gone.*ENOENT/);
    await expect(checksumOfFiles([base])).rejects.toThrow(/FILE_ACCESS.*EISDIR/);
  });
});

describe('checksumOfFiles()', () => {
  const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();
  const MiB = 1024 * 1024;

  it('hashes files of any size, in the order given', async () => {
    mkdirSync(root);
    const sizes = [3 * MiB + 5, 0, 1, MiB - 1, MiB, MiB + 1];
    const contents = sizes.map((size) => Buffer.alloc(size, `${size} bytes, `));
    const files = contents.map((content, index) => {
      const file = join(root, `${index}`);
      writeFileSync(file, content);
      return file;
    });
    const expected = sha256(Buffer.concat(contents.map(sha256)));
    expect(await checksumOfFiles(files)).toBe(expected.toString('hex').toUpperCase());
  });

  it('is the hash of nothing for no files', async () => {
    expect(await checksumOfFiles([])).toBe(sha256('').toString('hex').toUpperCase());
  });

  it('yields to the event loop in between', async () => {
    plantFiles('a');
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    await checksumOfFiles(Array(20_000).fill(join(root, 'a')));
    clearInterval(count);
    expect(turns).toBeGreaterThan(10);
  });
});
