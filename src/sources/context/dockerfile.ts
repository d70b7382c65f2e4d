/** Whether the lines of a Dockerfile take something from the build context; rather yes than no. */
export function usesContext(dockerfile: string): boolean {
  return /^\s*(ONBUILD\s+)?(COPY(?!\s+--from)|ADD)\s|^\s*#\s*syntax\s*=|--mount=/im.test(dockerfile);
}

/**
 * The images that the stages of a Dockerfile are based on, with the ARGs in front of its first FROM substituted;
 * undefined for one that only the builder knows.
 */
export function baseImages(
  dockerfile: string,
  buildArgs: Record<string, string> = {},
): (string | undefined)[] {
  const lines = instructions(dockerfile);
  if (!lines) return [undefined];
  const args: Args = new Map();
  const stages = new Set(['scratch']);
  const bases: (string | undefined)[] = [];
  for (const line of lines) {
    if (/^ARG\s/i.test(line) && bases.length === 0) declare(args, line.slice(4), buildArgs);
    if (!/^FROM\s/i.test(line)) continue;
    const [, image, stage] = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line) ?? [];
    const base = image && substituted(image, args);
    bases.push(base && stages.has(base.toLowerCase()) ? 'scratch' : base);
    if (stage) stages.add(stage.toLowerCase());
  }
  return bases.filter((base) => base !== 'scratch');
}

/** Undefined for one without a value. */
type Args = Map<string, string | undefined>;

function declare(args: Args, words: string, buildArgs: Record<string, string>): void {
  for (const [, name = '', value] of words.matchAll(/(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
    args.set(name, buildArgs[name] ?? (value === undefined ? undefined : substituted(value, args)));
  }
}

/** `$A`, `${A}`, `${A:-default}` and `${A:+other}`; undefined where a variable is not known. */
function substituted(text: string, args: Args): string | undefined {
  let known = true;
  const result = text
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/\$(?:(\w+)|\{(\w+)(?::([-+])([^{}$]*))?\})/g, (...found) => {
      const [, plain, braced, operator, word] = found as (string | undefined)[];
      const value = args.get(plain ?? braced ?? '');
      if (operator === '+') return value ? (word ?? '') : '';
      if (operator === '-') return value || (word ?? '');
      known &&= value !== undefined;
      return value ?? '';
    });
  return known && !/[$\\"']/.test(result) ? result : undefined;
}

/** A Dockerfile's instructions, each in one line, without comments and heredocs; undefined where one has no end. */
function instructions(dockerfile: string): string[] | undefined {
  const continued = /^\s*#\s*escape\s*=\s*`/im.test(dockerfile) ? /`\s*$/ : /\\\s*$/;
  const lines: string[] = [];
  let [line, heredocs]: [string, string[]] = ['', []];
  for (const text of dockerfile.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (heredocs.length > 0) {
      if (text.replace(/^\t+/, '') === heredocs[0]) heredocs = heredocs.slice(1);
      continue;
    }
    if (/^\s*(#|$)/.test(text)) continue;
    line += text.replace(continued, '');
    if (continued.test(text)) continue;
    lines.push(line.trim());
    const opened = /^\s*(ONBUILD\s+)?(RUN|COPY|ADD)\s/i.test(line) ? line.matchAll(HEREDOC) : [];
    heredocs = [...opened].map(([, , word = '']) => word);
    line = '';
  }
  return heredocs.length > 0 ? undefined : [...lines, line.trim()];
}

const HEREDOC = /(?<=\s)\d*<<-?(["']?)([^\s<"']+)\1(?=\s|$)/g;
