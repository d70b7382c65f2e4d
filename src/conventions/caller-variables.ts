/** `{env:NAME}` takes the value of the caller's variable; `${env:...}` is make's, `{{env:NAME}}` stands for `{env:NAME}`. */
export const CALLER_VARIABLE = /(?<![{$])\{env:([A-Za-z_]\w*)\}/g;

/** The caller's variables that arguments take values from, each once. */
export function callerVariables(args: readonly string[]): string[] {
  const names = args.flatMap((arg) =>
    Array.from(arg.matchAll(CALLER_VARIABLE), ([, name]) => name as string),
  );
  return [...new Set(names)];
}

/** How `{env:NAME}` is written where it stands for itself. */
export function escapeCallerVariables(text: string): string {
  return text.replaceAll(CALLER_VARIABLE, '{{env:$1}}');
}
