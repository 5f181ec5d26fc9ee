/** Why no answer came, in one line: `fetch` hides it in the cause, and a host with several addresses in a list of errors without a message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TypeError && error.cause instanceof Error) return reasonOf(error.cause);
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error.message === '' ? error.name : error.message;
}
