/**
 * Replaces `{name}` in an argv. An element that is nothing but the name of a list becomes that list's elements;
 * inside a longer text a list is joined by spaces. Unknown names stay as they are, as a shell may mean them.
 */
export function fillTemplate(
  argv: readonly string[],
  values: Record<string, string | readonly string[]>,
): string[] {
  return argv.flatMap((part) => {
    const whole = /^\{(\w+)\}$/.exec(part)?.[1];
    if (whole !== undefined && Object.hasOwn(values, whole)) return values[whole] ?? [];
    return part.replaceAll(/\{(\w+)\}/g, (match, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined ? match : typeof value === 'string' ? value : value.join(' ');
    });
  });
}
