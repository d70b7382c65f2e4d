// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a Dockerfile's variables
import { describe, expect, test } from 'vitest';
import { baseImages } from '../../../src/sources/context/dockerfile.js';

describe('baseImages():', () => {
  test.each<[dockerfile: string, bases: (string | undefined)[]]>([
    ['FROM debian:12', ['debian:12']],
    ['# FROM a\nfrom b AS c\nFROM c\nFROM C AS d\nFROM e', ['b', 'e']],
    ['FROM --platform=linux/arm64 a', ['a']],
    ['FROM scratch\nCOPY . /', []],
    ['\uFEFFFROM a\r\nRUN x\r\n', ['a']],
    ['FROM \\\n# why\n  a \\\n  AS b\nFROM b', ['a']],
    ['# escape=`\nFROM `\n a\nRUN dir C:\\\nFROM b', ['a', 'b']],
    ['FROM a\nRUN <<EOF cat <<-"END"\nFROM x\nEOF\n\tEND\nFROM b', ['a', 'b']],
    ['FROM a\nRUN echo $((1<<2))\nFROM b', ['a', 'b']],
    ['FROM a\nRUN cat <<EOF\nFROM x AS debian\n', [undefined]],
    ['FROM a b c', [undefined]],
    ['RUN FROM x', []],
  ])('%j', (dockerfile, bases) => {
    expect(baseImages(dockerfile)).toEqual(bases);
  });

  test.each<[dockerfile: string, bases: (string | undefined)[]]>([
    ['ARG A=x\nFROM $A', ['given']],
    ['ARG A\nFROM ${A}:1', ['given:1']],
    ['ARG B=x C="y z"\nFROM $B', ['x']],
    ["ARG B='x'\nFROM $B", ['x']],
    ['ARG A\nARG B=${A}/b\nFROM $B:1', ['given/b:1']],
    ['ARG B\nFROM $B', [undefined]],
    ['FROM a\nARG B=x\nFROM $B', ['a', undefined]],
    ['FROM ${A:-x}${B:-y}', ['xy']],
    ['ARG A\nARG E=\nFROM ${A:-x}${E:-y}', ['giveny']],
    ['ARG A\nFROM x${A:+y}${B:+z}', ['xy']],
    ['ARG A\nFROM ${A%n}', [undefined]],
    ['ARG B=${A:-${C}}\nFROM $B', [undefined]],
    ['FROM --platform=$BUILDPLATFORM a', ['a']],
    ['FROM a-$TARGETARCH', [undefined]],
  ])('%j with the build argument A=given', (dockerfile, bases) => {
    expect(baseImages(dockerfile, { A: 'given' })).toEqual(bases);
  });
});
