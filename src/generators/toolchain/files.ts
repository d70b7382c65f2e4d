import { DL_DIR, ENV_DIR } from '../../conventions/container-paths.js';
import { VERSION_FILE } from '../../conventions/versions.js';
import { newProjectJson } from '../shared/project-json.js';

/** The release that a new toolchain is built by. */
const CROSSTOOL_NG = '1.28.0';

/** The files of a new toolchain, by their names in its directory. */
export function filesOf(name: string, directory: string): Record<string, string> {
  return {
    'project.json': `${JSON.stringify(projectJson(name, directory), null, 2)}\n`,
    defconfig: defconfig(name),
    [VERSION_FILE]: '0.1.0\n',
    Dockerfile: dockerfile(name),
  };
}

/** crosstool-NG builds all of it each time, so that an empty directory costs nothing, and nothing old gets into the archive. */
function projectJson(name: string, directory: string) {
  return newProjectJson(directory, name, {
    type: 'toolchain',
    platform_config: { defconfig: 'defconfig' },
    checksum: ['defconfig', VERSION_FILE, 'Dockerfile'],
    build_runner_config: { docker: ['Dockerfile', `${name}_builder:1`], user: 'image' },
    build_runner_opts: {
      commands: {
        // downloads are kept where those of all packages are; a defconfig that has another place for them comes last
        create_build: `(echo 'CT_LOCAL_TARBALLS_DIR="${DL_DIR}"'; cat {defconfig}) >defconfig && ct-ng defconfig`,
        make: 'CT_PREFIX={workdir}/x-tools ct-ng build',
      },
      files: [{ from: 'x-tools/*/*', to: './' }],
      fresh_on: ['defconfig', 'image'],
    },
  });
}

const defconfig = (name: string) => `\
# The configuration of ${name}. To begin with that of a sample of crosstool-NG, in "nx run ${name}:shell --no-configure":
#   ct-ng list-samples && ct-ng riscv64-unknown-elf && ct-ng menuconfig
#   DEFCONFIG=${ENV_DIR}/${name}/defconfig ct-ng savedefconfig
`;

const dockerfile = (name: string) => `\
# The image that ${name} is built in: crosstool-NG, and what it requires.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \\
    bison bzip2 ca-certificates file flex g++ gawk gcc gperf help2man libc6-dev libncurses-dev libtool-bin make \\
    meson ninja-build patch python3-dev rsync texinfo unzip wget xz-utils
ADD https://github.com/crosstool-ng/crosstool-ng/releases/download/crosstool-ng-${CROSSTOOL_NG}/crosstool-ng-${CROSSTOOL_NG}.tar.xz /tmp/
RUN cd /tmp && tar -xJf crosstool-ng-${CROSSTOOL_NG}.tar.xz && cd crosstool-ng-${CROSSTOOL_NG} \\
 && ./configure --prefix=/usr/local && make && make install

# It refuses root.
RUN useradd --create-home builder
USER builder
`;
