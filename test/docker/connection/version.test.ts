import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiateApiVersion, parseDockerVersion } from '../../../src/docker/connection/version.js';

describe('parseDockerVersion', () => {
  it.each([
    ['17.09.0-ce', 17, 9, 0, '-ce', '17.09.0-ce'],
    ['20.10.24+dfsg1', 20, 10, 24, '+dfsg1', '20.10.24+dfsg1'],
    ['20.10.7.azure', 20, 10, 7, '.azure', '20.10.7.azure'],
    ['20.10.21-0ubuntu1~18.04.3', 20, 10, 21, '-0ubuntu1~18.04.3', '20.10.21-0ubuntu1~18.04.3'],
    ['24.0', 24, 0, 0, '', '24.0'],
    ['24.0rc1', 24, 0, 0, 'rc1', '24.0rc1'],
    ['24.0.azure', 24, 0, 0, '.azure', '24.0.azure'],
    ['27.0.0-rc.1', 27, 0, 0, '-rc.1', '27.0.0-rc.1'],
    ['1.2.3.4', 1, 2, 3, '.4', '1.2.3.4'],
    ['0.0.0-20230511-dev', 0, 0, 0, '-20230511-dev', '0.0.0-20230511-dev'],
    ['podman version 4.3.1', 4, 3, 1, '', '4.3.1'],
    ['podman version 5.0.0-dev\n', 5, 0, 0, '-dev', '5.0.0-dev'],
    ['Docker version 28.2.2, build e6534b4', 28, 2, 2, '', '28.2.2'],
    ['Docker version 20.10.7, build 20.10.7-0ubuntu1', 20, 10, 7, '', '20.10.7'],
    ['Docker Compose version v2.24.5', 2, 24, 5, '', '2.24.5'],
    ['Client:\n Version:           24.0.7\n API version:       1.43\n', 24, 0, 7, '', '24.0.7'],
    ['v27.1.1', 27, 1, 1, '', '27.1.1'],
    ['  19.03.08  ', 19, 3, 8, '', '19.03.08'],
    ['017.009.00003', 17, 9, 3, '', '017.009.00003'],
  ])('%j', (input, major, minor, patch, suffix, text) => {
    expect(parseDockerVersion(input)).toEqual({ major, minor, patch, suffix, text });
  });

  it.each([
    'dev',
    '',
    ' ',
    'garbage',
    '24',
    'v',
    '1.',
    '.1',
    '-1.2',
    'go1.20',
    'master-dockerproject-2022-03-26',
    'Docker version dev, build 20.10.7',
    'library-import',
    '1234567890123.0',
    '1.1234567890123',
    `${'a'.repeat(100)} version 1.2`,
    'command not found: docker',
  ])('no version: %j', (input) => {
    expect(parseDockerVersion(input)).toBeUndefined();
  });

  it('survives what an engine that is none may answer', () => {
    for (const wrong of [undefined, null, 24, {}, []]) {
      expect(parseDockerVersion(wrong as unknown as string)).toBeUndefined();
    }
  });

  it('never throws, and gives numbers', () => {
    const piece = fc.constantFrom(
      'v',
      'version ',
      'Docker ',
      '.',
      '0',
      '24',
      '-',
      '+',
      ' ',
      '\n',
      ',',
      'é',
      '😀',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const found = parseDockerVersion(input);
        if (!found) return;
        expect([found.major, found.minor, found.patch].every(Number.isSafeInteger)).toBe(true);
        expect(input).toContain(found.text);
        expect(found.text.endsWith(found.suffix)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads every version it can be given', () => {
    const number = fc.nat(999);
    const suffix = fc.stringMatching(/^(?:[-+~][0-9A-Za-z.~+-]{0,12})?$/);
    fc.assert(
      fc.property(number, number, number, suffix, (major, minor, patch, tail) => {
        const text = `${major}.${minor}.${patch}${tail}`;
        const version = { major, minor, patch, suffix: tail, text };
        for (const input of [
          text,
          `v${text}`,
          `podman version ${text}`,
          `Docker version ${text}, build abc`,
        ]) {
          expect(parseDockerVersion(input)).toEqual(version);
        }
      }),
    );
  });

  it.each([' ', '\n', '\n ', '1', '1.', 'version ', 'v', '.', 'a', 'a\n', '1.1'])(
    'is linear in a long run of %j',
    (unit) => {
      const started = performance.now();
      parseDockerVersion(unit.repeat(1_000_000));
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});

describe('negotiateApiVersion', () => {
  const negotiate = (wanted: string, min: string | undefined, max: string) =>
    negotiateApiVersion({ wanted, min, max });

  it('keeps what both sides speak', () => {
    expect(negotiate('1.44', '1.24', '1.51')).toBe('1.44');
    expect(negotiate('1.24', '1.24', '1.51')).toBe('1.24');
    expect(negotiate('1.51', '1.24', '1.51')).toBe('1.51');
  });

  it('clamps into the range of the engine, comparing by number and not by text', () => {
    expect(negotiate('1.50', '1.12', '1.41')).toBe('1.41');
    expect(negotiate('1.41', '1.44', '1.52')).toBe('1.44');
    expect(negotiate('1.9', '1.24', '1.41')).toBe('1.24');
    expect(negotiate('1.41', '1.9', '1.100')).toBe('1.41');
    expect(negotiate('2', '1.24', '1.41')).toBe('1.41');
    expect(negotiate('1.40', '1.40.0', '1.41')).toBe('1.40');
  });

  it('needs no lower bound: an old engine names none', () => {
    expect(negotiate('1.41', undefined, '1.24')).toBe('1.24');
    expect(negotiate('1.20', '', '1.24')).toBe('1.20');
  });

  it('gives nothing for what is no version, or no range', () => {
    for (const bad of ['', 'dev', '1.', 'v1.41', '1.x', '-1']) {
      expect(negotiate(bad, '1.24', '1.41')).toBeUndefined();
      expect(negotiate('1.30', '1.24', bad)).toBeUndefined();
    }
    expect(negotiate('1.30', 'dev', '1.41')).toBeUndefined();
    expect(negotiate('1.30', '1.42', '1.41')).toBeUndefined();
  });

  it('lies within the range, and is wanted where that does', () => {
    const version = fc.tuple(fc.nat(3), fc.nat(120));
    const value = ([major, minor]: [number, number]) => major * 1000 + minor;
    fc.assert(
      fc.property(version, version, version, (wanted, a, b) => {
        const [min, max] = value(a) <= value(b) ? [a, b] : [b, a];
        const expected = Math.min(Math.max(value(wanted), value(min)), value(max));
        const got = negotiate(wanted.join('.'), min.join('.'), max.join('.'))!;
        expect(value(got.split('.').map(Number) as [number, number])).toBe(expected);
      }),
    );
  });
});
