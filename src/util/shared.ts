/** What has been calculated, by what it was calculated from; its owner says for how long that is still right. */
export type Shared<T> = Map<string, T>;

/** What is there already for the same input, else what is calculated now; without `shared` it always is. */
export async function sharedOr<T>(
  shared: Shared<T> | undefined,
  input: unknown,
  calculate: () => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(input);
  const found = shared?.get(key);
  if (found !== undefined) return found;
  const made = await calculate();
  shared?.set(key, made);
  return made;
}
