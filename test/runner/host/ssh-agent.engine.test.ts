import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archive } from '../../../src/runner/archive.js';
import { testImage } from '../../support/image.js';
import { testRun } from '../../support/runner.js';
import { testAgent } from '../../support/ssh-agent.js';
import { stepOutput } from '../../support/step-output.js';
import { busyboxOptions, TOOLBOX, testPackage, writeFiles } from '../../support/workspace.js';

/** Asks the agent for its keys: the answer's type, 12, and their number. */
const ASK = `perl -MIO::Socket::UNIX -e '$agent = IO::Socket::UNIX->new($ENV{SSH_AUTH_SOCK} // die "no agent: unset\n") or die "no agent: $!\\n"; syswrite $agent, pack("NC", 1, 11); sysread $agent, $answer, 9; print join(" ", unpack("x4 C N", $answer)), "\\n"'`;
const STEP = `${ASK}; cat /etc/ssh/ssh_known_hosts; ls -d ~/.ssh /root/.ssh /home/*/.ssh 2>/dev/null; true`;

const optionsWith = (tag: string, ssh_agent: boolean) =>
  busyboxOptions(STEP, { build_runner_config: { ssh_agent, docker: { tag, pull: 'never' } } });

test.each([0, 4321])(
  'sshAgent(): ssh_agent lets a step reach the agent and see known hosts, but no keys, as uid %i',
  async (uid) => {
    const env = await testAgent();
    await writeFiles(env.HOME, { '.ssh/known_hosts': 'host key\n', '.ssh/id_ed25519': 'secret' });
    chmodSync(join(env.HOME, '.ssh/known_hosts'), 0o600);
    chownSync(join(env.HOME, '.ssh/known_hosts'), uid, uid);
    chmodSync(env.HOME, 0o755);
    chownSync(env.SSH_AUTH_SOCK, uid, uid);
    chmodSync(env.SSH_AUTH_SOCK, 0o600);
    const tag = await testImage('RUN useradd -m -u 1005 nerves\nUSER nerves', {}, TOOLBOX);
    const pkg = await testPackage({ options: optionsWith(tag, true) });
    await archive(pkg, testRun(pkg, { env: { ...process.env, ...env }, user: { uid, gid: uid } }));
    expect(await stepOutput(pkg.paths.log)).toBe('12 0\nhost key\n');
  },
);

test('sshAgent(): ssh_agent is off unless asked for, also with an agent there', async () => {
  const env = await testAgent();
  const pkg = await testPackage({ options: optionsWith(TOOLBOX, false) });
  await archive(pkg, testRun(pkg, { env: { ...process.env, ...env } }));
  expect(await stepOutput(pkg.paths.log)).toContain('no agent:');
});

test('sshAgent(): ssh_agent reports a missing agent before an image is built or anything is created', async () => {
  const files = { VERSION: '0.1.0\n', Dockerfile: 'FROM scratch\nRUN never\n' };
  const docker = { dockerfile: 'Dockerfile', tag: 'nx-docker-artifact-test/never:1' };
  const options = busyboxOptions('true', { build_runner_config: { ssh_agent: true, docker } });
  const pkg = await testPackage({ files, options });
  const deps = testRun(pkg, { env: { ...process.env, SSH_AUTH_SOCK: undefined } });
  await expect(archive(pkg, deps)).rejects.toMatchObject({ code: 'SSH_AGENT_MISSING' });
  expect(deps.stdout.text).toMatch(
    /^\[ 0:00\] >>> alpha 0\.1\.0 on .*\n\[ 0:00\] >>> Failed after 0:00; log: .*\n$/,
  );
});
