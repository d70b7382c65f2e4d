import { expect, test } from 'vitest';
import { proxyVariables, unset } from '../../../src/docker/cli/proxies.js';

test('proxyVariables() has those of the engine, else the default ones, in both spellings', () => {
  const config = {
    proxies: {
      default: { httpProxy: 'http://p:1', httpsProxy: '', noProxy: 'a,b' },
      'tcp://build:2375': { allProxy: 'socks5://q' },
    },
  };
  expect(proxyVariables(config, 'unix:///var/run/docker.sock')).toEqual({
    HTTP_PROXY: 'http://p:1',
    http_proxy: 'http://p:1',
    NO_PROXY: 'a,b',
    no_proxy: 'a,b',
  });
  expect(proxyVariables(config, 'tcp://build:2375')).toEqual({
    ALL_PROXY: 'socks5://q',
    all_proxy: 'socks5://q',
  });
});

test.each([
  [{}],
  [{ proxies: null }],
  [{ proxies: { default: 1 } }],
  [{ proxies: { default: { httpProxy: 7 } } }],
])('proxyVariables() has none in %j', (config) => {
  expect(proxyVariables(config as never, 'unix:///x')).toEqual({});
});

test('unset() leaves what is set already, in either spelling', () => {
  const variables = { HTTP_PROXY: 'p', http_proxy: 'p', NO_PROXY: 'n', no_proxy: 'n' };
  expect(unset(variables, ['http_proxy=mine', 'X=1'])).toEqual(['NO_PROXY=n', 'no_proxy=n']);
  expect(unset(variables, ['HTTP_PROXY'])).toEqual(['NO_PROXY=n', 'no_proxy=n']);
});
