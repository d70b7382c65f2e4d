import { WORKDIR } from '../conventions/container-paths.js';

/**
 * What editors offer for each option, by its path; `[]` is an element of a list. In schema.json by
 * `npm run generate`. Booleans and words of a given set need none.
 */
export const optionExamples: Record<string, unknown[]> = {
  package: ['my_system'],
  version: ['0.1.0'],
  platform: ['nerves_system_br', 'systems/rpi4/deps/nerves_system_br'],
  platform_config: [{ defconfig: 'nerves_defconfig' }],
  'platform_config.defconfig': ['nerves_defconfig'],
  checksum: [['nerves_defconfig', 'rootfs_overlay', 'VERSION']],
  env: [{ BR2_CCACHE_DIR: '/ccache', CI: null }],
  build_runner_config: [{ docker: ['Dockerfile', 'my_system:0.1.0'] }],
  'build_runner_config.docker': [
    ['Dockerfile', 'my_system:0.1.0'],
    { dockerfile: 'Dockerfile', tag: 'my_system:0.1.0', build_args: { JOBS: 8 } },
    { tag: 'my_registry/my_system:0.1.0', pull: 'always' },
  ],
  'build_runner_config.docker.dockerfile': ['Dockerfile', '../../images/Dockerfile'],
  'build_runner_config.docker.tag': ['my_system:0.1.0'],
  'build_runner_config.docker.context': ['../../images'],
  'build_runner_config.docker.target': ['build'],
  'build_runner_config.docker.build_args': [{ DEBIAN: 'bookworm' }],
  'build_runner_config.docker.secrets': [['id=npm,src=.npmrc']],
  'build_runner_config.docker.ssh': [['default']],
  'build_runner_config.docker.platform': ['linux/amd64'],
  'build_runner_config.workdir': [WORKDIR],
  'build_runner_config.mounts': [[{ type: 'volume', source: 'ccache', target: '/ccache' }]],
  'build_runner_config.mounts[].source': ['ccache', '../../.cache/ccache'],
  'build_runner_config.mounts[].target': ['/ccache'],
  'build_runner_config.engine': ['ssh://me@build-server', 'context:builder'],
  'build_runner_config.network': ['host', 'none'],
  'build_runner_config.memory': ['4g'],
  'build_runner_config.shm_size': ['1g'],
  'build_runner_config.cpus': [4],
  build_runner_opts: [{ make_args: ['PARALLEL_JOBS=8'] }],
  'build_runner_opts.make_args': [
    ['PARALLEL_JOBS=8'],
    ['BR2_PRIMARY_SITE={env:BR2_PRIMARY_SITE}', 'source', 'all', 'legal-info'],
  ],
  'build_runner_opts.commands': [{ make: 'make -C {package_dir} O={workdir} {make_args}' }],
  'build_runner_opts.commands.create_build': ['{package_dir}/configure --prefix=/usr'],
  'build_runner_opts.commands.make': [
    'make -C {package_dir} O={workdir} {make_args}',
    ['make', '-C', '{package_dir}', 'O={workdir}', '{make_args}'],
  ],
  'build_runner_opts.commands.archive': ['make dist && mv dist.tar.gz {artifact_name}.tar.gz'],
  'build_runner_opts.files': [
    ['bin/hello', 'images/*.img', '!images/*.tmp.img'],
    [{ from: 'out/lib*.so', to: 'lib/' }],
  ],
  'build_runner_opts.files[].from': ['out/hello', 'out/lib*.so'],
  'build_runner_opts.files[].to': ['bin/hello', 'lib/'],
  'build_runner_opts.fresh_on': [['platform_version', 'image']],
  'build_runner_opts.headline': ['^(>>> |== )'],
  dl_dir: ['.cache/dl'],
  dl_keep: [3, 'all'],
  artifact_dir: ['dist/artifacts/my_system'],
  path: ['dist'],
  build_target: ['build-artifact', 'rpi4:build-artifact:ci'],
  command: ['make linux-rebuild'],
};
