import { PLUGIN } from '../conventions/plugin-names.js';
import { consumerOptions } from './consumer/options.js';
import { importOptions } from './import/options.js';
import { initOptions } from './init/options.js';
import { packageOptions } from './package/options.js';
import { pinOptions } from './pin/options.js';
import { systemOptions } from './system/options.js';
import { toolchainOptions } from './toolchain/options.js';

/** What schema.json is generated from, by generator; `nx g ... --help` shows it. */
export const generatorOptions = {
  init: {
    schema: initOptions,
    title: 'Sets up a workspace',
    description: 'Adds the plugin to nx.json, and what builds leave behind to .gitignore. `nx add` runs it.',
    examples: [{ command: `nx g ${PLUGIN}:init`, description: 'Set up this workspace' }],
  },
  package: {
    schema: packageOptions,
    title: 'Creates a package that make builds',
    description:
      'Creates a package with project.json, Dockerfile, Makefile and a source, or has the Makefile that is there built in Docker. Existing files are kept.',
    examples: [
      { command: `nx g ${PLUGIN}:package hello`, description: 'A package in packages/hello, ready to build' },
      {
        command: `nx g ${PLUGIN}:package hello --directory libs/hello`,
        description: 'One in a directory that has a Makefile, or is to have one',
      },
    ],
  },
  system: {
    schema: systemOptions,
    title: 'Creates a new system',
    description:
      'Creates a package with project.json, nerves_defconfig and VERSION. Existing files are kept, but for what has a Dockerfile used.',
    examples: [
      {
        command: `nx g ${PLUGIN}:system rpi4 --platform nerves_system_br`,
        description: 'A system in systems/rpi4, built in the image of its platform',
      },
      {
        command: `nx g ${PLUGIN}:system rpi4 --platform deps/nerves_system_br --dockerfile`,
        description: 'One on a fetched platform, with its own image',
      },
    ],
  },
  toolchain: {
    schema: toolchainOptions,
    title: 'Creates a new toolchain',
    description:
      'Creates a package that crosstool-NG builds, with project.json, defconfig, VERSION and Dockerfile. Existing files are kept.',
    examples: [
      {
        command: `nx g ${PLUGIN}:toolchain riscv_toolchain`,
        description: 'One in toolchains/riscv_toolchain',
      },
    ],
  },
  import: {
    schema: importOptions,
    title: 'Imports a mix.exs',
    description:
      'Copies the literal values in the mix.exs of a Nerves package to the project.json next to it, and lists what it could not read. Nothing is evaluated.',
    examples: [
      {
        command: `nx g ${PLUGIN}:import --mixfile systems/rpi4/mix.exs`,
        description: 'Create or update systems/rpi4/project.json',
      },
    ],
  },
  pin: {
    schema: pinOptions,
    title: 'Pins the image of a project',
    description:
      'Writes the digest of the image that a project is built in into its project.json, so that a build gets this very image. Pulls the image if it is not on the engine.',
    examples: [
      {
        command: `nx g ${PLUGIN}:pin rpi4`,
        description: 'Pin the image of rpi4, or say what to pin in its Dockerfile',
      },
      { command: `nx g ${PLUGIN}:pin rpi4 --update`, description: 'Pin what its tag leads to now' },
    ],
  },
  consumer: {
    schema: consumerOptions,
    title: 'Has a target use an artifact',
    description:
      'Adds to a project what has a target built after the artifact of another project, and again when that is another one: dependsOn, inputs, and the dependency that `affected` goes by. What is there stays.',
    examples: [
      {
        command: `nx g ${PLUGIN}:consumer firmware --system rpi4`,
        description: 'The target firmware of the project firmware uses the artifact of rpi4',
      },
      {
        command: `nx g ${PLUGIN}:consumer image --system rpi4 --target pack --command "make image"`,
        description: 'A new target, or a new project',
      },
    ],
  },
};
