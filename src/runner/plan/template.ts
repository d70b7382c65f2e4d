import { ArtifactError } from '../../errors.js';

/** `{{name}}`, `${name}` or `{name}`; anything else in braces (`{3}`, `{a,b}`, `{NAME}`, `{{json .}}`) is not a placeholder. */
const PLACEHOLDER = /\{\{([a-z_]+|env:[A-Za-z_]\w*)\}\}|\$\{[a-z_]+\}|(\w?)\{([a-z_]+)\}/g;

/**
 * Replaces `{name}` in an argv. An element that is nothing but the name of a list becomes that list's elements; inside
 * a longer string a list is joined by spaces. `${name}` is the shell's and stays; `{{name}}` becomes `{name}`.
 * @throws ArtifactError BAD_OPTION for a name that is none of `values`
 */
export function fillTemplate(
  argv: readonly string[],
  values: Record<string, string | readonly string[]>,
): string[] {
  const lookUp = (name: string): string | readonly string[] => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw unknown(name, Object.keys(values));
    return value;
  };
  return argv.flatMap((part) => {
    const complete = /^\{([a-z_]+)\}$/.exec(part)?.[1];
    if (complete !== undefined) return lookUp(complete);
    return part.replaceAll(PLACEHOLDER, (match, escaped?: string, before = '', name?: string) => {
      if (escaped !== undefined) return `{${escaped}}`;
      const isForeign = before !== '' && !Object.hasOwn(values, name ?? ''); // a key, as Perl's $ENV{name}
      return name === undefined || isForeign ? match : before + [lookUp(name)].flat().join(' ');
    });
  });
}

function unknown(name: string, known: string[]): ArtifactError {
  return new ArtifactError('BAD_OPTION', {
    tried: 'read "build_runner_opts.commands"',
    cause: `{${name}} is not a placeholder; there are ${known.map((one) => `{${one}}`).join(', ')}`,
    hint: `Correct it, or write {{${name}}} for {${name}} as it stands.`,
  });
}
