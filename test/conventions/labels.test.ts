import { expect, test } from 'vitest';
import { ownerLabels } from '../../src/conventions/labels.js';
import { labelFilter } from '../../src/docker/resources/label-filter.js';

test('ownerLabels(): what is created says whose it is, since when, and by which version of this tool', () => {
  const owner = {
    workspaceRoot: '/src/my, workspace',
    project: '@acme/alpha',
    package: 'alpha',
    version: '1.0',
  };
  expect(ownerLabels(owner, { toolVersion: '0.1.0', now: new Date(0), host: 'ci-1', mount: '/src' })).toEqual(
    {
      'nx-docker-artifact.workspace': '/src/my, workspace',
      'nx-docker-artifact.mount': '/src',
      'nx-docker-artifact.project': '@acme/alpha',
      'nx-docker-artifact.package': 'alpha',
      'nx-docker-artifact.version': '1.0',
      'nx-docker-artifact.created': '1970-01-01T00:00:00.000Z',
      'nx-docker-artifact.tool-version': '0.1.0',
      'nx-docker-artifact.host': 'ci-1',
    },
  );
});

test('ownerLabels() names the configuration, but not the default one, as older versions never did', () => {
  const owner = { workspaceRoot: '/ws', project: 'alpha', package: 'alpha', version: '1.0' };
  const maker = { toolVersion: '0.1.0', now: new Date(0), host: 'ci-1', mount: '/' };
  const label = 'nx-docker-artifact.configuration';
  expect(ownerLabels({ ...owner, configuration: 'debug' }, maker)).toMatchObject({ [label]: 'debug' });
  expect(ownerLabels({ ...owner, configuration: undefined }, maker)).not.toHaveProperty([label]);
});

test('ownerLabels(): a filter asks for all of the labels', () => {
  expect(labelFilter({ a: '1', b: 'x=y' })).toEqual({ label: ['a=1', 'b=x=y'] });
  expect(labelFilter({})).toEqual({ label: [] });
});
