/** The secret as it might stand somewhere: as it is, in JSON, in a URL, in HTML, in hex, and in Base64 wherever in a longer text it begins. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = ['', 'x', 'xy'].flatMap((before) => {
    const all = Buffer.from(`${before}${secret}`).toString('base64');
    const own = all.slice(Math.ceil((before.length * 4) / 3), Math.floor(((before.length + bytes.length) * 4) / 3));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inHex = bytes.toString('hex');
  return [
    ...new Set([
      secret,
      bytes.toString('latin1'),
      inJson,
      JSON.stringify(inJson).slice(1, -1),
      secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
      inHex,
      inHex.toUpperCase(),
      ...inBase64,
    ]),
  ];
}

/** Which of these secrets, by name, the text holds in any form. */
export function leakedIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => (formsOf(secret).some((form) => text.includes(form)) ? [name] : []));
}

/** Everything in a history as one text: names, texts, and payloads both decoded and as they are kept. */
export function textOfHistory(value: unknown): string {
  if (value instanceof Uint8Array)
    return `${Buffer.from(value).toString('latin1')}\n${Buffer.from(value).toString('utf8')}\n${Buffer.from(value).toString('base64')}\n`;
  if (typeof value === 'string') return `${value}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, each]) => `${name}\n${textOfHistory(each)}`)
    .join('');
}
