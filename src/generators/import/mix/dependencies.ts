import { keyAndValue, pairsOf, type Term } from '../elixir/terms.js';

/**
 * The dependencies that lie at a path (`{:nerves_system_br, path: "../platform"}`), by name; paths from the mix.exs.
 * What cannot be read of the others does not matter here.
 */
export function pathDependencies(term: Term | undefined): Map<string, string> {
  const paths = new Map<string, string>();
  for (const item of term?.kind === 'list' ? term.items : []) {
    const path = pathOf(item);
    if (item.kind === 'tuple' && item.items[0]?.kind === 'atom' && path) paths.set(item.items[0].value, path);
    else if (item.kind === 'pair' && path) paths.set(item.key, path);
  }
  return paths;
}

/** `{name, options}`, `{name, requirement, options}`, `name: options`; options are a list, or pairs without brackets. */
function pathOf(item: Term): string | undefined {
  const all = item.kind === 'tuple' ? item.items : [keyAndValue(item)?.[1]];
  const options = all.flatMap((part) => {
    if (part?.kind === 'list') return part.items;
    return part?.kind === 'pair' ? part : [];
  });
  const path = pairsOf(options).get('path');
  return path?.kind === 'text' || path?.kind === 'path' ? path.value : undefined;
}
