/** A version as an engine or a command line prints it. */
export interface DockerVersion {
  major: number;
  minor: number;
  /** 0 where the string has none. */
  patch: number;
  /** What follows the numbers, with its separator: `-ce`, `+dfsg1`, `.azure`, `-rc.1`, or ''. */
  suffix: string;
  /** The version as it was written, without banner and `v`. */
  text: string;
}

// One line: optionally a short banner up to the word "version", then the number. Every repetition but the
// suffix is bounded, and starts at the beginning of a line, so the search is linear in the text.
const VERSION =
  /^[ \t]{0,32}(?:[^\n]{0,64}?\bversion:?[ \t]{1,32})?v?((\d{1,9})\.(\d{1,9})(?!\d)(?:\.(\d{1,9})(?!\d))?([^\s,]*))/im;

/**
 * Reads the version of a Docker-like engine or client from its bare text or its banner.
 * Accepts what real ones print: `17.09.0-ce`, `20.10.7.azure`, `24.0`, `podman version 4.3.1`,
 * `Docker version 28.2.2, build e6534b4`. At least major and minor are needed.
 * @returns undefined for anything else (`dev`, '', garbage); never throws; linear in the length.
 */
export function parseDockerVersion(text: string): DockerVersion | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const [, version = '', major, minor, patch = '0', suffix = ''] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), suffix, text: version };
}

/** The API version we would like, and what the engine's `/version` gives as MinAPIVersion and ApiVersion. */
interface ApiVersionRange {
  wanted: string;
  /** Undefined or '' where the engine names none (before 1.12): then there is no lower bound. */
  min?: string | undefined;
  max: string;
}

/**
 * The API version to speak: `wanted`, clamped into what the engine accepts. Compared by number, part by part:
 * "1.9" is below "1.41". Nothing else negotiates: engine 29 rejects calls below 1.44, 20.10 those above 1.41.
 * @returns one of the three strings, or undefined where one is not a version or `min` is above `max`.
 */
export function negotiateApiVersion({ wanted, min, max }: ApiVersionRange): string | undefined {
  const lowest = min || '0';
  if (![wanted, lowest, max].every((text) => /^\d+(\.\d+)*$/.test(text))) return undefined;
  if (compare(lowest, max) > 0) return undefined;
  if (compare(wanted, max) > 0) return max;
  return compare(wanted, lowest) < 0 ? lowest : wanted;
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
