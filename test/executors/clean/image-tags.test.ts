import { expect, test } from 'vitest';
import { imageTags } from '../../../src/executors/clean/image-tags.js';

const target = (docker: unknown, configurations?: Record<string, unknown>) => ({
  options: { build_runner_config: { docker } },
  configurations,
});

test('imageTags() are those of all projects, targets and configurations, each once', () => {
  const debug = { build_runner_config: { docker: { tag: 'debug:1' } } };
  const projects = {
    alpha: { root: 'a', targets: { build: target(['Dockerfile', 'alpha:1'], { debug, plain: {} }) } },
    beta: { root: 'b', targets: { build: target({ tag: 2 }), other: target(['D', 'alpha:1']) } },
    docs: { root: 'docs' },
  };
  expect(imageTags(projects)).toEqual(['alpha:1', 'debug:1', '2']);
});

test('imageTags() are none of options that are wrong', () => {
  const odd = [undefined, null, 'x', [], ['D'], ['D', null], {}, { tag: [] }].map((docker) => target(docker));
  const targets = {
    ...Object.fromEntries(odd.entries()),
    none: {},
    text: { options: { build_runner_config: 'x' } },
  };
  expect(imageTags({ alpha: { root: 'a', targets } })).toEqual([]);
});
