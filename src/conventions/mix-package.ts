/** The platforms of Nerves, by the names of their packages. */
export const NERVES_SYSTEM_BR = 'nerves_system_br';
export const NERVES_TOOLCHAIN_CTNG = 'nerves_toolchain_ctng';

/** The file in which a Mix package says what it is called. */
export const MIX_FILE = 'mix.exs';

/**
 * The name of a package as its mix.exs has it, `app: :name` of the function `project`, or an attribute that is an atom.
 * Whatever its folder or its project in a workspace is called, by this name Nerves knows it.
 * @param source undefined where there is no such file
 * @returns undefined where it does not say so literally
 */
export function mixPackageName(source: string | undefined): string | undefined {
  const code = source?.replaceAll(/^\s*#.*$/gm, '') ?? '';
  const functions = code.split(/^\s*(?=defp?\s)/m);
  const project = functions.find((text) => /^def\s+project\b/.test(text)) ?? '';
  const [, atom, attribute] = /[[,\s]app:\s*(?::(\w+)\b|@(\w+))/.exec(project) ?? [];
  if (attribute === undefined) return atom;
  return new RegExp(`^\\s*@${attribute}\\s+:(\\w+)\\s*$`, 'm').exec(code)?.[1];
}
