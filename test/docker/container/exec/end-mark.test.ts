import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutputChunk } from '../../../../src/backend/types.js';
import { EndMark } from '../../../../src/docker/container/exec/end-mark.js';

const text = (chunks: readonly OutputChunk[], of: 1 | 2) =>
  Buffer.concat(chunks.filter(({ source }) => source === of).map(({ data }) => data)).toString('latin1');

/** Runs what `argv()` makes of a command in the real sh, until its outputs have ended. */
async function run(mark: EndMark, ...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  const [program = '', ...args] = mark.argv(argv);
  const stays = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const outputs = await Promise.all([buffer(stays.stdout), buffer(stays.stderr)]);
  const [stdout = '', stderr = ''] = outputs.map((output) => output.toString('latin1'));
  stays.kill();
  return { stdout, stderr };
}

const sh = (script: string) => ['sh', '-c', script];

async function taken(...argv: string[]) {
  const mark = new EndMark();
  const { stdout, stderr } = await run(mark, ...argv);
  const chunks = mark.take([
    { source: 1, data: Buffer.from(stdout, 'latin1') },
    { source: 2, data: Buffer.from(stderr, 'latin1') },
  ]);
  return { code: mark.exitCode, stdout: text(chunks, 1), stderr: text(chunks, 2) };
}

test.each([
  [sh('echo a; echo b >&2'), { code: 0, stdout: 'a\n', stderr: 'b\n' }],
  [sh('printf "no line feed"; exit 3'), { code: 3, stdout: 'no line feed', stderr: '' }],
  [sh('kill -9 $$'), { code: 137, stdout: '', stderr: '' }],
  [sh('kill -TERM $$'), { code: 143, stdout: '', stderr: '' }],
  [['echo', '-e', 'a\\nb c'], { code: 0, stdout: 'a\nb c\n', stderr: '' }],
  [['true'], { code: 0, stdout: '', stderr: '' }],
  [['cat'], { code: 0, stdout: '', stderr: '' }],
  [sh('if { true >&3; } 2>/dev/null; then echo open; fi'), { code: 0, stdout: '', stderr: '' }],
  [sh('printf "\\000\\000"; printf "\\000x" >&2'), { code: 0, stdout: '\0\0', stderr: '\0x' }],
] as const)('EndMark: the output and the exit code of %j are its own', async (argv, expected) => {
  expect(await taken(...argv)).toEqual(expected);
});

test('EndMark: a program that is not there is said by its name', async () => {
  expect(await taken('no-such-program', 'x')).toMatchObject({
    code: 127,
    stdout: '',
    stderr: expect.stringMatching(/^sh: .*no-such-program: not found\n$/),
  });
  expect(await taken('/etc/passwd')).toMatchObject({ code: 126 });
});

test("EndMark.exitCode is known when both outputs have ended; what comes later is a background child's", async () => {
  const mark = new EndMark();
  const { stdout, stderr } = await run(mark, ...sh('echo a; exit 4'));
  const chunk = (source: 1 | 2, data: string) => [{ source, data: Buffer.from(data, 'latin1') }];
  expect(text(mark.take(chunk(1, `${stdout}late\n`)), 1)).toBe('a\nlate\n');
  expect(mark.exitCode).toBeUndefined();
  expect(text(mark.take(chunk(1, 'later\n')), 1)).toBe('later\n');
  expect(mark.take(chunk(2, stderr))).toEqual([]);
  expect(mark.exitCode).toBe(4);
});

test('EndMark.take() takes an output apart in whatever pieces it comes', () => {
  const byte = fc.constantFrom(0, 0, 10, 45, 97);
  const pieces = fc.array(fc.nat(70), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), pieces, fc.boolean(), (bytes, sizes, cut) => {
      const mark = new EndMark();
      const id = mark.argv([])[4] ?? '';
      const own = Buffer.concat([Buffer.from(bytes), Buffer.from(`\0${id.slice(0, 9)}\0`)]);
      const all = Buffer.concat([own, ...(cut ? [] : [Buffer.from(`\0${id} 12\n`)])]);
      const chunks: OutputChunk[] = [];
      let at = 0;
      for (const size of [...sizes, all.length]) {
        chunks.push(...mark.take([{ source: 1, data: all.subarray(at, at + size) }]));
        at += size;
      }
      mark.take([{ source: 2, data: Buffer.from(`\0${id} 12\n`) }]);
      expect(mark.exitCode).toBe(cut ? undefined : 12);
      expect(text([...chunks, ...mark.rest()], 1)).toBe(own.toString('latin1'));
    }),
  );
});
