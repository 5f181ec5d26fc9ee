import { problemsOf } from './check.ts';
import { isJson, type Json } from './json.ts';
import { Refusal, refusals } from './refusal.ts';
import type { Method } from './document.ts';

/** The answer as it goes out. Throws when it does not fit the document: then the lab is wrong, and says so loudly. */
export function checkedAnswer(id: string, { response }: Method, answer: Json): Json {
  const sent: unknown = JSON.parse(JSON.stringify(answer));
  const problems = response ? problemsOf(response.$ref, sent, { kind: 'answer' }, 'answer') : [];
  if (problems.length > 0 || !isJson(sent))
    throw new Error(`${id} would answer what ${response?.$ref} is not: ${problems.map(({ message }) => message).join('; ')}`);
  return sent;
}

/** The body as Google reads it, or the Refusal. */
export function checkedBody(id: string, { request }: Method, text: string): Json {
  if (!request) {
    // Google's client for JavaScript sends an empty JSON text.
    if (!['', '{}', '""'].includes(text.trim())) throw new Refusal(400, 'badRequest', 'Invalid JSON payload received. This method takes no body.');
    return {};
  }
  const parsed = parse(text);
  const [first, ...others] = problemsOf(request.$ref, parsed, { kind: 'request', method: id });
  if (first) throw refusals.problems([first, ...others]);
  return isJson(parsed) ? parsed : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw new Refusal(400, 'parseError', 'Invalid JSON payload received. Unexpected token.', { grpcStatus: 'INVALID_ARGUMENT' });
  }
}
