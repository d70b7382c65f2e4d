import { expect, test } from 'vitest';
import { shellCommand } from '../../src/runner/shell.js';

test('shellCommand() is one command line for sh, or the best shell there is', () => {
  const user = { uid: 1000, gid: 100 };
  expect(shellCommand('/nerves/build', user, 'make menuconfig && echo "$HOME"')).toMatchObject({
    argv: ['sh', '-c', 'make menuconfig && echo "$HOME"'],
    workdir: '/nerves/build',
    user: '1000:100',
  });
  expect(shellCommand('/x', user).argv[2]).toMatch(/exec bash;.*exec sh;/);
});
