import { expect, test } from 'vitest';
import { readMixfile } from '../../../../src/generators/import/mix/mixfile.js';

function read(project: string, definitions = '', files: Record<string, string> = {}) {
  const text = `defmodule M do\n${definitions}\n  def project, do: ${project}\nend\n`;
  return readMixfile(text, 'lib/mix.exs', {
    contentOf: (path) => files[path],
    exists: (path) => path in files,
  });
}

/** Of `nerves_package`, and the findings in short. */
function nerves(list: string, definitions = '', files: Record<string, string> = {}) {
  const { nervesPackage, findings } = read(`[nerves_package: ${list}]`, definitions, files);
  const short = ({ key, source, why }: { key: string; source: string; why: string }) =>
    `${key}: ${source} (${why})`;
  return {
    read: nervesPackage,
    notRead: findings.notRead.map(short),
    left: findings.notImported.map(({ key }) => key),
    warnings: findings.warnings,
  };
}

test.each([
  ['type: :system', { type: 'system' }],
  ['type: :toolchain', { type: 'toolchain' }],
  ['type: :package', { type: 'package' }],
  ['platform_config: [defconfig: "a/b_defconfig"]', { defconfig: 'a/b_defconfig' }],
  ['checksum: []', { checksum: [] }],
  ['checksum: ["a", "b"]', { checksum: ['a', 'b'] }],
  ['build_runner_config: [docker: {"Dockerfile", "x:1"}]', { docker: ['Dockerfile', 'x:1'] }],
  ['build_runner_config: []', {}],
  ['build_runner_opts: [make_args: ["A=1"]]', { make_args: ['A=1'] }],
  ['type: :system, type: :package', { type: 'system' }],
])('readMixfile() reads %s completely', (list, expected) => {
  const { read, notRead, left } = nerves(
    `[checksum: ["x"], ${list}]`.replace(/checksum: \["x"\], (?=checksum)/, ''),
  );
  expect(read).toEqual('checksum' in expected ? expected : { checksum: ['x'], ...expected });
  expect([notRead, left]).toEqual([[], []]);
});

test.each([
  ['type: :sytem', 'type: :sytem (not :system, :toolchain or :package)'],
  ['type: "system"', 'type: "system" (not :system, :toolchain or :package)'],
  ['platform_config: "x"', 'platform_config: "x" (not a keyword list)'],
  ['platform_config: [defconfig: :x]', 'platform_config.defconfig: :x (not a string)'],
  ['platform_config: [defconfig: [linux: "a"]]', 'platform_config.defconfig: [linux: "a"] (not a string)'],
  ['checksum: "x"', 'checksum: "x" (not a list)'],
  ['checksum: files(1)', 'checksum: files(1) (a function with arguments)'],
  ['checksum: [System.get_env("X")]', 'checksum: System.get_env("X") (a call, which only Mix can make)'],
  ['build_runner_config: [docker: "x"]', 'build_runner_config.docker: "x" (not {dockerfile, tag})'],
  ['build_runner_config: [docker: {"a"}]', 'build_runner_config.docker: {"a"} (not {dockerfile, tag})'],
  ['build_runner_config: [docker: {"a", tag}]', 'build_runner_config.docker: tag (not defined here)'],
  ['build_runner_opts: [make_args: args]', 'build_runner_opts.make_args: args (not defined here)'],
  ['build_runner_opts: ["make_args"]', 'build_runner_opts: "make_args" (not a pair)'],
])('readMixfile() does not read %s', (list, expected) => {
  const { read, notRead } = nerves(`[${list}${list.startsWith('checksum') ? '' : ', checksum: ["x"]'}]`);
  expect(notRead).toEqual([expected]);
  const { checksum, ...rest } = read;
  expect(Object.values(rest).filter((value) => value !== undefined)).toEqual([]);
  expect(checksum).toEqual(list.startsWith('checksum') ? undefined : ['x']);
});

test('readMixfile() imports the readable parts of a list, and lists the rest', () => {
  const { read, notRead } = nerves('[checksum: more() ++ ["a", @b] ++ ["c"]]');
  expect(read.checksum).toEqual(['a', 'c']);
  expect(notRead).toEqual(['checksum: more() (not defined here)', 'checksum: @b (not defined here)']);
});

test('readMixfile() takes a missing checksum for an empty list, as Nerves does, unless it may have been overlooked', () => {
  expect(nerves('[type: :system]').read.checksum).toEqual([]);
  expect(nerves('[type: :system] ++ common()').read.checksum).toBeUndefined();
  expect(nerves('common()').read.checksum).toBeUndefined();
  expect(nerves('common()').notRead).toEqual(['nerves_package: common() (not defined here)']);
  expect(nerves('common()', 'def common, do: [checksum: ["x"]]').read.checksum).toEqual(['x']);
});

test('readMixfile() reads the values of the caller in make_args as {env:NAME}', () => {
  const definitions = `
  defp primary_site() do
    case System.get_env("BR2_PRIMARY_SITE") do
      nil -> []
      primary_site -> ["BR2_PRIMARY_SITE=#{primary_site}"]
    end
  end
  defp parallel_jobs do
    if jobs = System.get_env("PARALLEL_JOBS") do
      ["PARALLEL_JOBS=#{jobs}", "{env:X}=#{jobs}"]
    else
      []
    end
  end
  defp opts() do
    case System.get_env("BR2_PRIMARY_SITE") do
      nil -> []
      primary_site -> [make_args: ["BR2_PRIMARY_SITE=#{primary_site}"]]
    end
  end`;
  const list =
    '[checksum: [], build_runner_opts: [make_args: primary_site() ++ parallel_jobs() ++ ["all", "{env:A}"]]]';
  const all = nerves(list, definitions);
  const site = 'BR2_PRIMARY_SITE={env:BR2_PRIMARY_SITE}';
  const jobs = ['PARALLEL_JOBS={env:PARALLEL_JOBS}', '{{env:X}}={env:PARALLEL_JOBS}'];
  expect(all.read.make_args).toEqual([site, ...jobs, 'all', '{{env:A}}']);
  expect([all.notRead, all.left]).toEqual([[], []]);
  expect(nerves('[checksum: [], build_runner_opts: opts()]', definitions).read.make_args).toEqual([site]);
  const elsewhere = nerves('[checksum: primary_site()]', definitions);
  expect(elsewhere.read.checksum).toBeUndefined();
  expect(elsewhere.notRead).toEqual([
    'checksum: "BR2_PRIMARY_SITE=#{primary_site}" (a value of the caller\'s, which only make_args can take)',
  ]);
});

test("readMixfile() reads Nerves 2's source_fingerprint_files for checksum, and before it", () => {
  const { read, left, notRead } = nerves('[source_fingerprint_files: ["mix.exs", "VERSION"]]');
  expect(read.checksum).toEqual(['mix.exs', 'VERSION']);
  expect([notRead, left]).toEqual([[], []]);
  for (const list of [
    'checksum: ["a"], source_fingerprint_files: ["b"]',
    'source_fingerprint_files: ["b"], checksum: ["a"]',
  ]) {
    const both = nerves(`[${list}]`);
    expect(both.read.checksum).toEqual(['b']);
    expect(both.left).toEqual(['checksum']);
  }
  expect(nerves('[source_fingerprint_files: files(1)]').read.checksum).toBeUndefined();
});

test('readMixfile() lists what has no place here with its reason', () => {
  const list = `[checksum: [], env: [{"A", "b"}], artifact_sites: [{:prefix, "https://x.example"}], build_runner: X,
    provider_config: [docker: {"a", "b"}], anything: 1, build_runner_config: [other: 1], build_runner_opts: [timeout: 1]]`;
  const { left, notRead } = nerves(list);
  expect(left).toEqual([
    ...['env', 'artifact_sites', 'build_runner', 'provider_config', 'anything'],
    ...['build_runner_config.other', 'build_runner_opts.timeout'],
  ]);
  expect(notRead).toEqual([]);
  const { findings } = read(`[nerves_package: ${list}]`);
  for (const { why } of findings.notImported) expect(why.length).toBeGreaterThan(5);
  expect(findings.notImported[0]?.why).toBe(
    'Nerves passes it to the compilation of applications, not to the container',
  );
});

test.each([
  ['"1.2.3"', '1.2.3', []],
  ['@version', undefined, []],
  ['"#{@version}-dev"', '0.9.0-dev', []],
  ['File.read!("version.txt")', undefined, ['it is in version.txt; here it can be in the file VERSION']],
  ['version()', undefined, ['not defined here']],
  [':"1.0"', undefined, ['not a string']],
])('readMixfile() reads version: %s', (version, expected, why) => {
  const result = read(
    `[version: ${version}, nerves_package: []]`,
    '@version Path.join(__DIR__, "VERSION") |> File.read!() |> String.trim()',
    { VERSION: '0.9.0' },
  );
  expect(result.version).toBe(expected);
  expect(result.findings.notRead.map((finding) => finding.why)).toEqual(why);
});

test('readMixfile() warns that a tag with the content of VERSION is a snapshot', () => {
  const { read, warnings } = nerves(
    '[build_runner_config: [docker: {"Dockerfile", "x:#{@version}"}]]',
    '@version File.read!("VERSION") |> String.trim()',
    { VERSION: '0.9.0' },
  );
  expect(read.docker).toEqual(['Dockerfile', 'x:0.9.0']);
  expect(warnings).toEqual([
    'build_runner_config.docker "x:0.9.0" contains the current content of VERSION, and will not follow changes to it',
  ]);
});

test.each([
  ['{:br, path: "../br"}'],
  ['{:br, [path: "../br", runtime: false]}'],
  ['{:br, "~> 1.0", path: "../br", override: true}'],
  ['{:br, ">= 0.0.0", [only: :dev, path: "../br"]}'],
  ['br: [path: "../br"]'],
  ['{:br, path: Path.join(__DIR__, "../br")}'],
  ['{:br, path: Path.expand("../br", __DIR__)}'],
])('readMixfile() takes the path of the dependency %s', (dependency) => {
  const { pathDependencies } = read(`[deps: [{:a, "~> 1"}, x(), ${dependency}], nerves_package: []]`);
  expect([...pathDependencies]).toEqual([['br', '../br']]);
});

test.each(['{:br, "~> 1.0"}', '{:br, git: "../br"}', '{"br", path: "../br"}', '{:br, path: path()}', ':br'])(
  'readMixfile() finds no path in the dependency %s',
  (dependency) => {
    expect([...read(`[deps: [${dependency}], nerves_package: []]`).pathDependencies]).toEqual([]);
  },
);

test('readMixfile() reports line numbers and sources of the file, whatever its line ends', () => {
  const lines = [
    'defmodule M do',
    '  def project, do: [nerves_package: package()]',
    '  def package, do: [',
    '    checksum: ["a"],',
    '    platform_config: [defconfig: System.get_env(',
    `      "A_LONG_NAME"${', "A_LONG_NAME"'.repeat(9)})]`,
    '  ]',
    'end',
  ];
  for (const text of [lines.join('\n'), `\uFEFF${lines.join('\r\n')}`]) {
    const { findings } = readMixfile(text, 'mix.exs', { contentOf: () => undefined, exists: () => false });
    expect(findings.notRead).toEqual([
      {
        key: 'platform_config.defconfig',
        line: 5,
        source: 'System.get_env( "A_LONG_NAME", "A_LONG_NAME", "A_LONG_NAME", "A_LONG_N...',
        why: 'a call, which only Mix can make',
      },
    ]);
  }
});

test.each([
  ['', /there is no Mix project in it/],
  ['not Elixir at all {{{', /there is no Mix project in it/],
  ['defmodule M do\ndef project(x), do: [nerves_package: x]\nend', /there is no Mix project in it/],
  [
    'defmodule M do\ndef project, do: common()\nend',
    /could not read its function "project" \(line 2: not defined here/,
  ],
  [
    'defmodule M do\ndef project, do: %{nerves_package: []}\nend',
    /could not read its .*line 2: not a literal/,
  ],
  [
    'defmodule M do\ndef project, do: [app: :m] ++\n  common()\nend',
    /found no nerves_package, and could not read everything \(line 3: not defined here\)/,
  ],
  ['defmodule M do\ndef project, do: [app: :m]\nend', /it is not a Nerves package/],
  ['defmodule M do\ndef project, do: [nerves_package: [type: :system_platform]]\nend', /it is a platform/],
  ['defmodule M do\ndef project, do: [nerves_package: [type: :toolchain_platform]]\nend', /it is a platform/],
])('readMixfile() refuses %j in one line with a hint', (text, cause) => {
  let message = '';
  try {
    readMixfile(text, 'lib/mix.exs', { contentOf: () => undefined, exists: () => false });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(/^MIXFILE_BAD: could not import lib\/mix\.exs: .+\n {2}-> .+$/);
  expect(message).toMatch(cause);
});
