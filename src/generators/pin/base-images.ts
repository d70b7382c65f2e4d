import { parseReference } from '../../conventions/image-reference.js';

/** An image that a Dockerfile builds on. */
export interface BaseImage {
  /** The number of its line in the Dockerfile, from 1. */
  line: number;
  image: string;
  /** The instruction with another image in its place. */
  lineWith(image: string): string;
}

const FROM = /^\s*FROM\s+((?:--\S+\s+)*)(\S+)(?:\s+AS\s+(\S+))?\s*$/i;
const ARG = /^\s*ARG\s+(\w+)(?:=(?:"([^"]*)"|'([^']*)'|(\S*)))?/i;
const VARIABLE = /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g;

/**
 * The images that a Dockerfile builds on and that are not pinned yet (Dockerfile reference, FROM). One that depends on what
 * only a build knows is left out.
 * @param args the build arguments that the build is given
 */
export function baseImages(dockerfile: string, args: Record<string, string>): BaseImage[] {
  const found: BaseImage[] = [];
  const stages = new Set(['scratch']);
  const declared = new Map<string, string>();
  let isBeforeFrom = true; // an ARG counts for FROM only there
  for (const { line, text } of instructions(dockerfile)) {
    const [, argument, ...values] = ARG.exec(text) ?? [];
    const value = argument && (args[argument] ?? values.find((one) => one !== undefined));
    if (isBeforeFrom && argument && value !== undefined) declared.set(argument, value);
    const [, flags = '', name, stage] = FROM.exec(text) ?? [];
    if (name === undefined) continue;
    isBeforeFrom = false;
    const image = expanded(name, declared);
    if (image && !stages.has(image.toLowerCase()) && !parseReference(image).digest) {
      found.push({ line, image, lineWith: (other) => `FROM ${flags}${other}${stage ? ` AS ${stage}` : ''}` });
    }
    if (stage) stages.add(stage.toLowerCase());
  }
  return found;
}

/** Undefined where a variable has no value. */
function expanded(name: string, values: Map<string, string>): string | undefined {
  let isKnown = true;
  const text = name.replace(VARIABLE, (_, bare?: string, braced?: string, otherwise?: string) => {
    const value = values.get(bare ?? braced ?? '') || otherwise;
    if (!value) isKnown = false;
    return value ?? '';
  });
  return isKnown ? text : undefined;
}

/** The lines of a Dockerfile without comments; one that ends in a backslash goes on. */
function* instructions(dockerfile: string): Generator<{ line: number; text: string }> {
  let pending = '';
  let start = 0;
  for (const [index, text] of dockerfile.split(/\r?\n/).entries()) {
    if (/^\s*#/.test(text)) continue;
    if (pending === '') start = index + 1;
    pending += text.replace(/\\\s*$/, ' ');
    if (/\\\s*$/.test(text)) continue;
    yield { line: start, text: pending };
    pending = '';
  }
}
