/**
 * Changes a JSON schema into what editors and Nx both make the most of. Nx answers a value that fits no `anyOf` with
 * pages of schema, and shows no type for one in its help: several types become one list of types, as each rule is for values
 * of one type only. Nx takes no list or object where there is a list of types: one that may be something else has a rule of
 * if, then and else, which editors know and Nx leaves to us.
 * @param examples by path: { 'a.b': [...], 'a.list[].c': [...] }
 */
export function forEditors(examples) {
  const visit = (schema, path) => {
    const { properties, items, additionalProperties, anyOf, ...rest } = schema;
    if (examples[path]) rest.examples = examples[path];
    if (anyOf) return { ...rest, ...union(anyOf, (one) => visit(one, path)) };
    if (items) rest.items = Array.isArray(items) ? items.map((one) => visit(one)) : visit(items, `${path}[]`);
    if (additionalProperties !== undefined)
      rest.additionalProperties = additionalProperties && visit(additionalProperties);
    if (!properties) return rest;
    const below = (name) => (path === '' ? name : `${path}.${name}`);
    const changed = Object.entries(properties).map(([name, child]) => [name, visit(child, below(name))]);
    return { ...rest, properties: Object.fromEntries(changed) };
  };
  return (schema) => visit(schema, '');
}

function union(alternatives, visit) {
  const rank = ({ type }) => ['array', 'object'].indexOf(type) + 1 || 3;
  const [first, ...others] = alternatives.toSorted((one, other) => rank(one) - rank(other));
  if (rank(first) === 3)
    return { ...Object.assign({}, ...alternatives.map(visit)), type: alternatives.map(({ type }) => type) };
  const anything = [...alternatives.map(({ type }) => ({ type })), {}];
  const rest = others.length === 1 ? visit(others[0]) : union(others, visit);
  // biome-ignore lint/suspicious/noThenProperty: JSON schema's word for it
  return { anyOf: anything, if: { type: first.type }, then: visit(first), else: rest };
}
