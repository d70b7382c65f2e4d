/** The Markdown table of an executor's options, from its JSON schema; nested options as `a.b`. */
export function optionTable(schema) {
  const rows = rowsOf(schema.properties, '');
  return ['| option | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(properties, prefix) {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = `${prefix}${key}`;
    if (schema.properties) return rowsOf(schema.properties, `${name}.`);
    const row = `| \`${name}\` | ${forTable(typeOf(schema))} | ${defaultOf(schema)} | ${forTable(schema.description ?? '')} |`;
    return [row, ...innerRows(name, schema)];
  });
}

/** The options of the objects in a list, or of an object that stands for something shorter. */
function innerRows(name, schema) {
  const inner = schema.anyOf?.find((one) => one.properties);
  if (inner) return rowsOf(inner.properties, `${name}.`);
  const items = schema.items?.anyOf?.find((one) => one.properties) ?? schema.items;
  return items?.properties ? rowsOf(items.properties, `${name}[].`) : [];
}

function typeOf(schema) {
  if (schema.enum) return schema.enum.join(', ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array')
    return Array.isArray(schema.items) ? 'list' : `list of ${typeOf(schema.items ?? {})}`;
  return schema.type ?? '';
}

function defaultOf(schema) {
  const isEmpty = schema.default === undefined || JSON.stringify(schema.default).length <= 2;
  return isEmpty ? '' : `\`${schema.default}\``;
}

function forTable(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
