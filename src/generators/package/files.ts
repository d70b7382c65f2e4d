import type { JsonObject } from '../shared/json-file.js';

/** The options of a package whose Makefile is ours, and builds in a directory of its own. */
export function outOfTreeOptions(name: string): JsonObject {
  return optionsOf(name, {
    commands: { make: 'make -C {package_dir} O={workdir} {make_args}' },
    make_args: ['-j4'],
    files: [`bin/${name}`],
  });
}

/** Those of one whose Makefile was there, and builds where it lies. */
export function inTreeOptions(name: string): JsonObject {
  return optionsOf(name, {
    commands: { create_build: 'cp -a {package_dir}/. .' },
    make_args: ['-j4'],
    files: [name],
  });
}

function optionsOf(name: string, build_runner_opts: JsonObject): JsonObject {
  return {
    type: 'package',
    build_runner_config: { docker: ['Dockerfile', `${name}_builder:1`] },
    build_runner_opts,
  };
}

/** The image to build in. */
export const dockerfile = (name: string) => `\
# The image that ${name} is built in: add what its build needs. The same for everybody where the FROM is pinned.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make
`;

/** A Makefile and a source, by their names. */
export const example = (name: string) => ({
  Makefile: `\
# O is the build directory, which is kept from build to build. The sources are a copy: write nothing beside them.
$(O)/bin/${name}: ${name}.c
	@echo '>>> ${name} Building'
	mkdir -p $(@D)
	$(CC) -O2 -o $@ $<
`,
  [`${name}.c`]: `\
#include <stdio.h>
int main(void) { return puts("Hello") < 0; }
`,
});
