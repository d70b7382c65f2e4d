import { expect, test } from 'vitest';
import { readProject } from '../../../../src/generators/import/elixir/project.js';
import type { Term } from '../../../../src/generators/import/elixir/terms.js';

/** What a reader of the test sees of a term; what is not read is its reason, between angle brackets. */
function plain(term: Term): unknown {
  if (term.kind === 'unread') return `<${term.why}>`;
  if (term.kind === 'text') return term.value;
  if ('items' in term) return term.kind === 'list' ? term.items.map(plain) : { tuple: term.items.map(plain) };
  if (term.kind === 'pair') return { [term.key]: plain(term.value) };
  if (term.kind === 'content') return { contentOf: term.path };
  if (term.kind === 'template') return { template: term.parts };
  if (term.kind === 'variable') return { variable: term.name };
  return { [term.kind]: term.value };
}

/** What `project` gives when it is this expression, in a module with these definitions. */
function value(expression: string, definitions = ''): unknown {
  const source = `defmodule Test do\n${definitions}\ndef project do\n${expression}\nend\nend\n`;
  const term = readProject(source, (path) => (path === 'VERSION' ? '1.2.3' : undefined));
  return term && plain(term);
}

test.each([
  ['"text"', 'text'],
  ['"a\\n\\t\\s\\"\\\\\\#{b}\\e\\x41\\u00e9\\u{1f600}\\0"', 'a\n\t "\\#{b}\x1bAé😀\0'],
  ['"two \\\nlines"', 'two lines'],
  ['"two\nlines"', 'two\nlines'],
  ["'charlist'", 'charlist'],
  ['"\\u{110000}"', 'u{110000}'],
  [':atom', { atom: 'atom' }],
  [':ready?', { atom: 'ready?' }],
  [':"quoted atom"', { atom: 'quoted atom' }],
  ['true', { atom: 'true' }],
  ['nil', { atom: 'nil' }],
  ['42', { number: '42' }],
  ['1_000.5e3', { number: '1_000.5e3' }],
  ['0xFF', { number: '0xFF' }],
  ['?a', { number: '?a' }],
  ['Nerves.System.BR', { module: 'Nerves.System.BR' }],
  ['~s(a "b" c)', 'a "b" c'],
  ['~s(a\\)b)', 'a)b'],
  ['~S(a\\nb\\)c)', 'a\\nb)c'],
  ['~s|a|', 'a'],
  ['~c"a"', 'a'],
  ['~w(a b\n  c)', ['a', 'b', 'c']],
  ['~w[a (b]', ['a', '(b']],
  ['~w<a>', ['a']],
  ['~w(a b)a', [{ atom: 'a' }, { atom: 'b' }]],
  ['~w(a b)s', ['a', 'b']],
  ['~W(a#{b})', ['a#{b}']],
  ['[]', []],
  ['[ "a", :b, ]', ['a', { atom: 'b' }]],
  ['[a: 1, "b c": 2]', [{ a: { number: '1' } }, { 'b c': { number: '2' } }]],
  ['["x", a: :b]', ['x', { a: { atom: 'b' } }]],
  ['{:a, "b"}', { tuple: [{ atom: 'a' }, 'b'] }],
  ['{:a, "~> 1", only: :dev}', { tuple: [{ atom: 'a' }, '~> 1', { only: { atom: 'dev' } }] }],
  ['("a")', 'a'],
  ['["a"] ++ ["b"] ++ ~w(c)', ['a', 'b', 'c']],
  ['["a"] ++\n  ["b"]', ['a', 'b']],
  ['["a"]\n  ++ ["b"]', ['a', 'b']],
  ['["a" # "b",\n, "c"]', ['a', 'c']],
])('readProject() reads %s', (expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

test.each([
  ['@a', '@a "x"', 'x'],
  ['"#{@a}-#{@b}"', '@a "x"\n@b :y', 'x-y'],
  ['"#{ @a }#{nil}#{7}"', '@a "x"', 'x7'],
  ['~w(#{@a}.c b)', '@a "x y"', ['x', 'y.c', 'b']],
  [':"#{@a}_system"', '@a "x"', { atom: 'x_system' }],
  ['"#{"#{@a}"}"', '@a "x"', 'x'],
  ['@a', '@a "x"\n@a "y"', 'y'],
  ['@b', '@a "x"\n@b @a\n@a "y"', 'x'],
  ['@a', '@a("x")', 'x'],
  ['@a', '@a ["x"]\n@a[:x]', ['x']],
  ['list()', 'defp list, do: ["x"]', ['x']],
  ['list', 'defp list(), do: ["x"]', ['x']],
  ['list()', 'defp list,\n  do: ["x"]', ['x']],
  ['list()', 'def list do\n  # only\n  ["x"]\nend', ['x']],
  ['list()', 'def list() do ["x"] end', ['x']],
  ['list()', 'def list do\n  IO.puts("hm")\n  ["x"]\nend', ['x']],
  ['list()', 'def list(a), do: [a]\ndef list, do: ["x"]', ['x']],
  ['["a"] ++ list()', 'def list, do: other() ++ ["c"]\ndef other, do: ["b"]', ['a', 'b', 'c']],
])('readProject() reads %s in a module with %s', (expression, definitions, expected) => {
  expect(value(expression, definitions)).toEqual(expected);
});

test.each([
  'Path.join(__DIR__, "VERSION") |> File.read!() |> String.trim()',
  'Path.join(__DIR__, "VERSION")\n |> File.read!\n |> String.trim',
  'Path.join([__DIR__, "VERSION"]) |> File.read!()',
  '__DIR__ |> Path.join("VERSION") |> File.read!() |> String.trim_trailing()',
  '"VERSION" |> File.read!() |> String.strip()',
  'String.trim(File.read!("VERSION"))',
  'String.trim(File.read!("./VERSION"))',
  'File.read!("#{__DIR__}/VERSION") |> String.trim()',
  'File.read!(Path.expand("VERSION", __DIR__)) |> String.trim()',
  'File.read!(Path.expand("VERSION")) |> String.trim()',
  '@version',
])('readProject() reads %s as the file VERSION', (expression) => {
  const definitions = '@file "VERSION"\n@version @file |> File.read!() |> String.trim()';
  expect(value(expression, definitions)).toEqual({ contentOf: 'VERSION' });
});

test('readProject() inserts the content of an existing file into a string', () => {
  expect(value('"my:#{@v}"', '@v File.read!("VERSION")')).toBe('my:1.2.3');
  expect(value('"my:#{@v}"', '@v File.read!("OTHER")')).toBe('<there is no version in OTHER>');
});

test.each([
  ['System.get_env("X")', 'a call, which only Mix can make'],
  ['System.get_env("X") || "a"', 'not a literal'],
  ['Enum.map(["a"], & &1)', 'a call, which only Mix can make'],
  ['case x do\n  :a -> ["b"]\nend', 'decided when Mix runs'],
  ['if x, do: ["a"], else: ["b"]', 'decided when Mix runs'],
  ['if(x, do: ["a"])', 'decided when Mix runs'],
  ['with_arguments("a")', 'a function with arguments'],
  ['with_arguments()', 'a function with arguments'],
  ['guarded()', 'a function in an unsupported form'],
  ['rescued()', 'a function that may fail'],
  ['broken()', 'a function whose brackets do not match'],
  ['twice()', 'defined more than once'],
  ['itself()', 'defined in terms of itself'],
  ['on_condition()', 'defined conditionally'],
  ['@on_condition', 'defined conditionally'],
  ['deep_condition()', 'defined conditionally'],
  ['with_variable()', 'a variable'],
  ['absent()', 'not defined here'],
  ['@absent', 'not defined here'],
  ['@later', 'not defined here'],
  ['"a#{System.get_env("X")}"', 'a call, which only Mix can make'],
  ['"a#{}"', 'not a literal'],
  ['"a#{["b"]}"', 'not a literal'],
  ['"""\n  a\n  """', 'a heredoc or an unsupported sigil'],
  ['~r/a/', 'a heredoc or an unsupported sigil'],
  ['%{a: 1}', 'not a literal'],
  ['<<1, 2>>', 'not a literal'],
  ['-1', 'not a literal'],
  ['"a" <> "b"', 'not a literal'],
  ['["a"] -- ["a"]', 'not a literal'],
  ['["a", "b"] -- ["a"] ++ ["b"]', 'not a literal'],
  ['x = ["a"] ++ ["b"]', 'not a literal'],
  ['Enum.reverse ["a"] ++ ["b"]', 'not a literal'],
  ['["a"] ++ ["b"] |> Enum.reverse()', 'not a literal'],
  ['one() ++ two()', 'not a literal'],
  ['[a: 1][:a]', 'not a literal'],
  ['Path.join("a", "b")', 'a call, which only Mix can make'],
  ['Path.expand("/VERSION") |> File.read!()', 'a call, which only Mix can make'],
  ['Path.expand("VERSION", "/etc") |> File.read!()', 'a call, which only Mix can make'],
  ['Path.expand("~/VERSION") |> File.read!()', 'a call, which only Mix can make'],
  ['String.trim(" a ")', 'a call, which only Mix can make'],
  ['File.read!("VERSION") |> String.trim("v")', 'a call, which only Mix can make'],
  ['File.read!("VERSION", "x")', 'a call, which only Mix can make'],
  ['__MODULE__', 'not defined here'],
  ['()', 'not a literal'],
])('readProject() does not read %s: %s', (expression, why) => {
  const definitions = `
    def with_arguments(a), do: a
    def guarded() when true, do: "a"
    def rescued do
      "a"
    rescue
      _ -> "b"
    end
    def twice, do: "a"
    def twice, do: "b"
    def itself, do: itself()
    def with_variable do
      absent = "a"
      absent
    end
    def broken do ["a"]] end
    if System.get_env("X") do
      def on_condition, do: "a"
      @on_condition "a"
      if true do
        def deep_condition, do: "a"
      end
    end`;
  expect(value(expression, definitions)).toBe(`<${why}>`);
});

test('readProject() reads the readable parts of a list', () => {
  const unread = '<a call, which only Mix can make>';
  expect(value('["a", f("b"), "c"]', 'def f(x), do: x')).toEqual(['a', '<a function with arguments>', 'c']);
  expect(value('x() ++ ["a"] ++ Mix.compilers()', 'def x, do: "not a list"')).toEqual([
    '<not a list>',
    'a',
    unread,
  ]);
  expect(value('["a" | Mix.compilers()]')).toEqual(['<not a literal>']);
  expect(value('["a", <<1, 2>>, %{b: "c", d: "e"}, fn x, y -> x end, "f"]')).toEqual([
    'a',
    ...Array(3).fill('<not a literal>'),
    'f',
  ]);
  expect(value('["a", b: ]')).toEqual(['a', { b: '<a key without a value>' }]);
});

test.each([
  ['of text', '@moduledoc """\n  def project, do: [:text]\n  """'],
  ['of a comment', '# def project, do: [:comment]'],
  ['of a sigil', "@doc ~S'''\n  end end\n  def project, do: [:sigil]\n  '''"],
  ['of a nested module', 'defmodule Inner do\n  def project, do: [:inner]\nend'],
  ['with arguments', 'def project(x), do: [x]'],
])('readProject() does not take the function that %s', (_, definitions) => {
  expect(value('[:right]', definitions)).toEqual([{ atom: 'right' }]);
});

test('readProject() takes the first module that has the function', () => {
  const other = 'defmodule Other do\n  def projects, do: []\nend\n';
  const source = `${other}defmodule A.B do def project(), do: ["a"] end\ndefmodule C do def project, do: ["c"] end`;
  expect(plain(readProject(source, () => undefined)!)).toEqual(['a']);
  expect(readProject(other, () => undefined)).toBeUndefined();
  expect(readProject('', () => undefined)).toBeUndefined();
});

const SITE = { template: ['SITE=', { variable: 'BR2_PRIMARY_SITE' }, ''] };
const get = 'System.get_env("BR2_PRIMARY_SITE")';

test.each([
  [`case ${get} do\n nil -> []\n site -> ["SITE=#{site}"]\nend`, [SITE]],
  [`case ${get} do\n nil ->\n  []\n\n site ->\n  ["SITE=#{site}"]\nend`, [SITE]],
  [`case ${get} do nil -> []; "" -> []; site -> [make_args: ["SITE=#{site}"]] end`, [{ make_args: [SITE] }]],
  [`if site = ${get} do\n ["SITE=#{site}", "SITE=#{site}"]\nelse\n []\nend`, [SITE, SITE]],
  [`(case ${get} do nil -> []; site -> ["SITE=#{site}"] end) ++ ["all"]`, [SITE, 'all']],
  [
    `case ${get} do nil -> []; s -> ["#{@a}=#{s}/#{s}"] end`,
    [
      {
        template: ['', 'A', '=', { variable: 'BR2_PRIMARY_SITE' }, '/', { variable: 'BR2_PRIMARY_SITE' }, ''],
      },
    ],
  ],
])('readProject() reads %s, which is nothing where the variable is not set', (expression, expected) => {
  expect(value(expression, '@a "A"')).toEqual(expected);
});

test.each([
  `case ${get} do nil -> ["all"]; site -> ["SITE=#{site}"] end`,
  `case ${get} do nil -> []; site -> ["SITE=#{site}", "all"] end`,
  `case ${get} do nil -> []; site -> [] end`,
  `case ${get} do nil -> []; site -> ["all"] end`,
  `case ${get} do nil -> []; site -> "SITE=#{site}" <> "" end`,
  `case ${get} do nil -> []; site -> ["SITE=#{String.trim(site)}"] end`,
  `case ${get} do nil -> []; site -> ["SITE=#{other()}"] end`,
  `case ${get} do nil -> []; site when site != "" -> ["SITE=#{site}"] end`,
  `case ${get} do nil -> []; _ -> ["SITE=#{_}"] end`,
  `case ${get} do nil -> []; true -> ["SITE=#{true}"] end`,
  `case ${get} do "x" -> []; site -> ["SITE=#{site}"] end`,
  `case ${get} do site -> ["SITE=#{site}"]; nil -> [] end`,
  `case ${get} do site -> ["SITE=#{site}"] end`,
  `case ${get} do nil -> []; site -> x = 1; ["SITE=#{site}"] end`,
  'case System.get_env("A", "b") do nil -> []; site -> ["SITE=#{site}"] end',
  'case System.get_env("A#{1}") do nil -> []; site -> ["SITE=#{site}"] end',
  'case System.get_env("A-B") do nil -> []; site -> ["SITE=#{site}"] end',
  'case Other.get_env("A") do nil -> []; site -> ["SITE=#{site}"] end',
  'case System.fetch_env("A") do nil -> []; site -> ["SITE=#{site}"] end',
  `case site = ${get} do nil -> []; site -> ["SITE=#{site}"] end`,
  `if ${get} do ["SITE=#{site}"] else [] end`,
  `if site = ${get} do ["SITE=#{site}"] else ["all"] end`,
  `if site = ${get} do ["SITE=#{site}"] end`,
  `unless site = ${get} do [] else ["SITE=#{site}"] end`,
])('readProject() does not read %s', (expression) => {
  expect(JSON.stringify(value(expression) ?? '<')).toContain('<');
  expect(JSON.stringify(value(expression) ?? '')).not.toContain('variable');
});

test("readProject() takes a value's name for nothing outside of its own expression", () => {
  const helper = 'def helper, do: ["SITE=#{site}"]';
  expect(value(`case ${get} do nil -> []; site -> helper() end`, helper)).toBe('<decided when Mix runs>');
});
