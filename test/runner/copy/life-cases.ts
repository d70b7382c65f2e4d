import { execFileSync } from 'node:child_process';
import { chmod, link, lutimes, mkdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ODD } from './life-platform.js';

/** What a row does in its own directory of the host. */
export class Place {
  constructor(readonly root: string) {}
  path = (name: string) => join(this.root, name);

  async write(name: string, content: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }
  /** Another file in its place, as most tools write, with the time that it had where it comes from. */
  async restore(name: string, content: string, time = OLD): Promise<void> {
    const backup = '../../backup';
    await this.write(backup, content);
    await utimes(this.path(backup), time, time);
    await rename(this.path(backup), this.path(name));
  }
  async link(target: string | Buffer, name: string): Promise<void> {
    await rm(this.path(name), { recursive: true, force: true });
    await symlink(target, this.path(name));
  }
  remove = (name: string) => rm(this.path(name), { recursive: true });
  rename = (from: string, to: string) => rename(this.path(from), this.path(to));
  mkdir = (name: string) => mkdir(this.path(name), { recursive: true });
  chmod = (name: string, mode: number) => chmod(this.path(name), mode);
  touch = (name: string, time: number | Date) => utimes(this.path(name), time, time);
  /** All that is there is old. */
  async age(): Promise<void> {
    const names = execFileSync('find', ['.', '-print0'], { cwd: this.root, encoding: 'latin1' }).split('\0');
    for (const name of names.reverse().filter(Boolean)) {
      await lutimes(Buffer.from(`${this.root}/${name}`, 'latin1'), OLD, OLD);
    }
  }
}

type Edit = (at: Place) => Promise<unknown>;

/**
 * A row: what happens in a directory of the package, or of the platform, in the order of these lines. The builds are the same for
 * all rows.
 */
export interface Life {
  what: string;
  of?: 'platform';
  /** What is there for build 1; the file `a` if unset. */
  first?: Edit;
  /** It keeps the time that it gets there; all else is old. */
  ahead?: true;
  edit?: Edit;
  /** In build 2: what create-build does there, before make. */
  step?: string;
  /** In build 2: on the host, while that step runs. */
  during?: { step: DuringStep; edit: Edit };
  shell?: string;
  /** Ahead of a build that fails before anything is made. */
  failing?: Edit;
  /** Ahead of build 3. */
  again?: Edit;
  /** Make has nothing to do. */
  nothingToDo?: true;
}

export type DuringStep = 'create-build' | 'make' | 'make system';

const OLD = 1_000_000_000;
const OLDER = 900_000_000;
const AHEAD = 2_000_000_000;

/** Names that are not UTF-8. */
const bytes = (at: Place, ...name: number[]) => Buffer.from([...Buffer.from(`${at.path(ODD)}/`), ...name]);

/** Two directories with the same names in them. */
const twoDirectories: Edit = async (at) => {
  await at.write('debug/config.h', 'debug\n');
  await at.write('release/config.h', 'release\n');
};

export const LIVES: Life[] = [
  { what: 'nothing', nothingToDo: true },
  { what: 'an edit in the second in which the object was made', edit: (at) => at.write('a', 'b\n') },
  { what: 'cp -p of an older file', edit: (at) => at.restore('a', 'older\n', OLDER) },
  {
    what: 'cp -p of an older file over it, in place',
    edit: async (at) => {
      await at.write('a', 'older\n');
      await at.touch('a', OLDER);
    },
  },
  {
    what: 'mv of an older file over it',
    first: async (at) => {
      await at.write('a', 'a\n');
      await at.write('b', 'b\n');
    },
    edit: (at) => at.rename('b', 'a'),
  },
  { what: 'rsync -a: another file of the same size and time', edit: (at) => at.restore('a', 'b\n') },
  {
    what: 'touch -r: an edit of the same size and time, in place',
    edit: async (at) => {
      const { mtime } = await stat(at.path('a'));
      await at.write('a', 'b\n');
      await at.touch('a', mtime);
    },
  },
  { what: 'git checkout: a new time alone', edit: (at) => at.touch('a', new Date()), nothingToDo: true },
  { what: 'git-restore-mtime: an older time alone', edit: (at) => at.touch('a', OLDER), nothingToDo: true },
  { what: 'an edit from a machine whose clock is ahead', edit: (at) => at.restore('a', 'b\n', AHEAD) },
  {
    what: 'an edit, of a file whose time is ahead',
    first: (at) => at.restore('a', 'a\n', AHEAD),
    ahead: true,
    edit: (at) => at.restore('a', 'b\n'),
  },
  {
    what: 'file -> directory',
    edit: async (at) => {
      await at.remove('a');
      await at.write('a/b', 'b\n');
    },
  },
  {
    what: 'directory -> file, which is old',
    first: (at) => at.write('a/b', 'b\n'),
    edit: async (at) => {
      await at.remove('a');
      await at.restore('a', 'a\n');
    },
  },
  {
    what: 'file -> link to an older file',
    first: async (at) => {
      await at.write('a', 'a\n');
      await at.write('b', 'b\n');
    },
    edit: (at) => at.link('b', 'a'),
  },
  {
    what: 'link -> file, which is old',
    first: async (at) => {
      await at.write('b', 'b\n');
      await at.link('b', 'a');
    },
    edit: async (at) => {
      await at.remove('a');
      await at.restore('a', 'a\n');
    },
  },
  {
    what: 'file -> FIFO, which is no source',
    first: async (at) => {
      await at.write('a', 'a\n');
      await at.write('b', 'b\n');
    },
    edit: async (at) => {
      await at.remove('a');
      execFileSync('mkfifo', [at.path('a')]);
    },
  },
  {
    what: 'a link leads to another file',
    first: async (at) => {
      await twoDirectories(at);
      await at.link('debug/config.h', 'config.h');
    },
    edit: (at) => at.link('release/config.h', 'config.h'),
  },
  {
    what: 'a link leads to another link',
    first: async (at) => {
      await twoDirectories(at);
      await at.link('debug/config.h', 'd');
      await at.link('release/config.h', 'r');
      await at.link('d', 'config.h');
    },
    edit: (at) => at.link('r', 'config.h'),
  },
  {
    what: 'a link leads to another directory',
    first: async (at) => {
      await twoDirectories(at);
      await at.link('debug', 'include');
    },
    edit: (at) => at.link('release', 'include'),
  },
  {
    what: 'a link leads through a link to another directory',
    first: async (at) => {
      await twoDirectories(at);
      await at.link('debug', 'include');
      await at.link('include/config.h', 'config.h');
    },
    edit: (at) => at.link('release', 'include'),
  },
  {
    what: 'directory -> link to an older one',
    first: async (at) => {
      await twoDirectories(at);
      await at.write('include/config.h', 'own\n');
    },
    edit: (at) => at.link('release', 'include'),
  },
  {
    what: 'link -> directory, which is old',
    first: async (at) => {
      await twoDirectories(at);
      await at.link('release', 'include');
    },
    edit: async (at) => {
      await at.remove('include');
      await at.mkdir('include');
      await at.restore('include/config.h', 'own\n');
    },
  },
  { what: 'chmod +x', edit: (at) => at.chmod('a', 0o755), nothingToDo: true },
  {
    what: 'chmod -x',
    first: async (at) => {
      await at.write('a', 'a\n');
      await at.chmod('a', 0o755);
    },
    edit: (at) => at.chmod('a', 0o644),
    nothingToDo: true,
  },
  {
    what: 'chmod of a directory, and an old file that is new in it',
    first: (at) => at.write('sub/a', 'a\n'),
    edit: async (at) => {
      await at.restore('sub/b', 'b\n');
      await at.chmod('sub', 0o750);
      await at.touch('sub', OLD);
    },
  },
  {
    what: 'cp -p of an older file, a build that fails, and chmod +x',
    failing: (at) => at.restore('a', 'older\n', OLDER),
    again: (at) => at.chmod('a', 0o755),
  },
  {
    what: 'cp -p of an older file, a build that fails, and the first one back',
    failing: (at) => at.restore('a', 'older\n', OLDER),
    again: (at) => at.restore('a', 'a\n', OLDER),
  },
  { what: 'a deletion', edit: (at) => at.remove('a') },
  {
    what: 'a rename',
    edit: (at) => at.rename('a', 'b'),
  },
  { what: 'a rename to upper case', edit: (at) => at.rename('a', 'A') },
  {
    what: 'a rename of a directory',
    first: twoDirectories,
    edit: async (at) => {
      await at.rename('debug', 'other');
      await at.rename('release', 'debug');
    },
  },
  {
    what: 'a deletion, and the file comes back, with its content and time',
    edit: (at) => at.remove('a'),
    again: (at) => at.restore('a', 'a\n'),
  },
  {
    what: 'an edit, and the content comes back, with its time',
    edit: (at) => at.write('a', 'b\n'),
    again: (at) => at.restore('a', 'a\n'),
  },
  {
    what: 'a directory is removed, and another one of its time comes in its place',
    first: twoDirectories,
    edit: (at) => at.remove('debug'),
    again: async (at) => {
      await at.mkdir('debug');
      await at.restore('debug/other.h', 'other\n');
      await at.touch('debug', OLD);
    },
  },
  {
    what: 'one of two hard links is written anew',
    first: async (at) => {
      await at.write('a', 'a\n');
      await link(at.path('a'), at.path('b'));
    },
    edit: (at) => at.restore('b', 'b\n'),
  },
  { what: 'a new file that is old', edit: (at) => at.restore('b', 'b\n') },
  {
    what: 'an empty directory comes, and another one goes',
    first: (at) => at.mkdir('gone'),
    edit: async (at) => {
      await at.remove('gone');
      await at.mkdir('sub/empty');
    },
  },
  {
    what: 'a name with a line break: an edit, and a deletion',
    first: async (at) => {
      for (const name of ['a\nb', 'c\nd', '-rf', '@e', "q'", 'a b', 'ä/ö'])
        await at.write(`${ODD}/${name}`, 'x');
    },
    edit: async (at) => {
      await at.restore(`${ODD}/a\nb`, 'y');
      await at.remove(`${ODD}/c\nd`);
      await at.remove(`${ODD}/-rf`);
    },
  },
  {
    what: 'a name that is not UTF-8: an edit, a new link, and a deletion',
    first: async (at) => {
      await at.mkdir(ODD);
      for (const name of [0xc3, 0xff]) await writeFile(bytes(at, name), 'x');
    },
    edit: async (at) => {
      await writeFile(bytes(at, 0xc3), 'y');
      await rm(bytes(at, 0xff));
      await symlink(Buffer.from([0xc3]), bytes(at, 0xfe));
    },
    again: (at) => rm(bytes(at, 0xfe)),
  },
  {
    what: 'an edit while create-build runs',
    during: { step: 'create-build', edit: (at) => at.write('a', 'b\n') },
  },
  { what: 'an edit while make runs', during: { step: 'make', edit: (at) => at.write('a', 'b\n') } },
  {
    what: 'cp -p of an older file while the archive is made',
    during: { step: 'make system', edit: (at) => at.restore('a', 'b\n', OLDER) },
  },
  { what: 'a deletion while make runs', during: { step: 'make', edit: (at) => at.remove('a') } },
  { what: 'a step edits it: sed -i', step: 'sed -i s/a/b/ a' },
  { what: 'a step edits it, of the same size and time', step: 'touch -r a t; echo b >a; touch -r t a; rm t' },
  { what: 'a step edits it, and so does the host', step: 'echo b >a', again: (at) => at.restore('a', 'c\n') },
  {
    what: 'a step edits it, and the host to the same',
    step: 'echo b >a',
    again: (at) => at.restore('a', 'b\n'),
  },
  { what: 'a step deletes it', step: 'rm a' },
  { what: 'a step deletes a directory', first: twoDirectories, step: 'rm -r debug' },
  { what: 'a step makes it executable', step: 'chmod 755 a' },
  { what: 'a step puts a link in its place', step: 'echo b >../../made; rm a; ln -s ../../made a' },
  { what: 'a step moves it away, and leaves a link', step: 'mv a ../../moved; ln -s ../../moved a' },
  { what: 'a step puts a directory in its place', step: 'rm a; mkdir -p a/below; echo b >a/below/b' },
  {
    what: 'a step puts a file in the place of a directory',
    first: twoDirectories,
    step: 'rm -r debug; echo b >debug',
  },
  {
    what: 'a step moves a directory away, and leaves a link',
    first: twoDirectories,
    step: 'mv debug ../../debug; ln -s ../../debug debug',
  },
  {
    what: 'a step has a link lead elsewhere',
    first: async (at) => {
      await twoDirectories(at);
      await at.link('debug', 'include');
    },
    step: 'rm include; ln -s release include',
  },
  {
    what: 'a step puts a file in the place of a link',
    first: async (at) => {
      await at.write('a', 'a\n');
      await at.link('a', 'b');
    },
    step: 'rm b; echo b >b',
  },
  {
    what: 'a step makes a file where the host then has an old one',
    step: 'echo b >b',
    again: (at) => at.restore('b', 'c\n'),
  },
  {
    what: 'a step makes a directory where the host then has a file',
    step: 'mkdir b; echo b >b/b',
    again: (at) => at.restore('b', 'c\n'),
  },
  {
    what: 'a step makes a link where the host then has a directory',
    step: 'mkdir ../../other; ln -s ../../other b',
    again: async (at) => {
      await at.mkdir('b');
      await at.restore('b/a', 'c\n');
    },
  },
  {
    of: 'platform',
    what: 'the platform: cp -p of an older file',
    edit: (at) => at.restore('a', 'b\n', OLDER),
  },
  { of: 'platform', what: 'the platform: a step edits it', step: 'echo b >a' },
  {
    of: 'platform',
    what: 'the platform: a shell edits it, of the same size and time',
    shell: 'touch -r a t; echo b >a; touch -r t a; rm t',
  },
  { of: 'platform', what: 'the platform: a shell deletes it', shell: 'rm a' },
  {
    of: 'platform',
    what: 'the platform: a shell replaces the directory',
    shell: 'mv $PWD ../../moved; ln -s ../moved $PWD',
  },
  { of: 'platform', what: 'the platform: a shell adds a file', shell: 'echo b >b' },
  {
    of: 'platform',
    what: 'the platform: a shell adds a directory, a link and an odd name',
    shell: "mkdir -p d/e; echo b >d/e/f; ln -s a l; echo b >'x y'; echo b >'x\ny'",
  },
  { what: 'a shell edits the package, which is the host', shell: 'echo b >a' },
];
