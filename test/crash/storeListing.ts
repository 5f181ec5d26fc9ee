/** The store's own listing, by its HTTP interface: every key under the prefix. */
export async function keysOf(storeUrl: string, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const query: string = new URLSearchParams({ 'list-type': '2', prefix, ...(token ? { 'continuation-token': token } : {}) }).toString();
    const answer = await fetch(`${storeUrl}/muster?${query}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the store answered ${answer.status}: ${text}`);
    keys.push(...[...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key));
    token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1];
  }
  return keys;
}

/** An operator's retention: without it each recovery point of a long row of drills would be kept. */
export async function keepNewest(storeUrl: string, prefix: string, keep: number): Promise<void> {
  for (const key of (await keysOf(storeUrl, prefix)).toSorted().slice(0, -keep)) await fetch(`${storeUrl}/muster/${encodeURI(key)}`, { method: 'DELETE' });
}
