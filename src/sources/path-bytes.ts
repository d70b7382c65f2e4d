import { isUtf8 } from 'node:buffer';

/** A byte that is part of no UTF-8 sequence, as a lone surrogate (the rule of Python's PEP 383). */
const ESCAPED = /(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/;
const BASE = 0xdc00;

/** The name of a file as a string. In one that is not UTF-8 each byte from 0x80 on is a lone surrogate. */
export function nameFrom(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : BASE + byte)).join('');
}

/** A path of which each name is as {@link nameFrom} has it, from what a program printed, read as latin1. */
export function pathFrom(latin1: string): string {
  const names = latin1.split('/').map((name) => nameFrom(Buffer.from(name, 'latin1')));
  return names.join('/');
}

/** Whether a path has a name in it that is not UTF-8. */
export function isEscaped(path: string): boolean {
  return ESCAPED.test(path);
}

/** The bytes of a path from {@link nameFrom}. */
export function bytesOf(path: string): Buffer {
  if (!isEscaped(path)) return Buffer.from(path);
  const parts = path.split(new RegExp(`(${ESCAPED.source})`));
  return Buffer.concat(
    parts.map((part, index) => (index % 2 ? Buffer.from([part.charCodeAt(0) - BASE]) : Buffer.from(part))),
  );
}

/** The path as Node's fs takes it: a string wherever that is enough. */
export function forNode(path: string): string | Buffer {
  return isEscaped(path) ? bytesOf(path) : path;
}
