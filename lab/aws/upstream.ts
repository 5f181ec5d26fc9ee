import type { IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request of the query protocol on to the server behind. */
export async function ask(url: string, form: URLSearchParams, headers: IncomingHttpHeaders): Promise<Answer> {
  const authorization = headers.authorization;
  const response = await fetch(url, {
    method: 'POST',
    body: form.toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      // The region is read from it.
      ...(authorization !== undefined && { authorization }),
      // By its host the service is known, when nobody signed.
      ...(headers['x-amz-date'] !== undefined && { 'x-amz-date': String(headers['x-amz-date']) }),
    },
  });
  return { status: response.status, body: await response.text() };
}
