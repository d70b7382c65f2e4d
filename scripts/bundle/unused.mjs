/**
 * Modules of dependencies that nothing here calls, and what each is: the user's own ssh and docker CLI do the same for us
 * (src/docker/connection, src/docker/image/buildkit.ts), and we read no certificates of DOCKER_CERT_PATH by docker-modem.
 * With them go ssh2, which compiles native code when it is installed, and @grpc/grpc-js.
 */
export const UNUSED = {
  'docker-modem/lib/ssh.js': 'ssh by docker-modem',
  'split-ca/index.js': 'DOCKER_CERT_PATH by docker-modem',
  'dockerode/lib/session.js': 'a BuildKit session of dockerode',
  'dockerode/lib/buildkit.js': 'followProgress of dockerode',
};

/** Puts a function that throws in the place of each. @returns {import('rolldown').Plugin} */
export function withoutUnused() {
  return {
    name: 'without-unused',
    load(id) {
      const name = unusedModule(id);
      if (!name) return null;
      const message = JSON.stringify(`${UNUSED[name]} is not part of nx-docker-artifact`);
      return `module.exports = () => { throw new Error(${message}); };`;
    },
  };
}

/** Which of them a path is of. @returns {string | undefined} */
export function unusedModule(path) {
  return Object.keys(UNUSED).find((name) => path.replaceAll('\\', '/').endsWith(`/node_modules/${name}`));
}
