import { instanceIds, asRunInstances, errorXml } from './xml.ts';
import type { Answer } from './upstream.ts';

type Ask = (form: URLSearchParams) => Promise<Answer>;

/**
 * RunInstances with a ClientToken starts once. The same request again is answered with the same instances as they are now, terminated
 * or not; the same token with other parameters is IdempotentParameterMismatch.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export class ClientTokens {
  readonly #seen = new Map<string, { readonly parameters: string; readonly first: Promise<Answer> }>();

  async run(form: URLSearchParams, ask: Ask): Promise<Answer> {
    const token = form.get('ClientToken');
    if (token === null) return ask(form);
    const parameters = [...form]
      .filter(([name]) => name !== 'ClientToken')
      .map(String)
      .toSorted()
      .join('\n');
    const known = this.#seen.get(token);
    if (!known) return this.#first(token, parameters, ask(form));
    if (known.parameters !== parameters)
      return { status: 400, body: errorXml('IdempotentParameterMismatch', 'The client token has been used with other parameters.') };
    const first = await known.first;
    if (first.status !== 200) return first;
    const again = new URLSearchParams({ Action: 'DescribeInstances', Version: form.get('Version') ?? '2016-11-15' });
    for (const [index, id] of instanceIds(first.body).entries()) again.set(`InstanceId.${index + 1}`, id);
    const seen = await ask(again);
    const body = asRunInstances(seen.body);
    return body === undefined ? seen : { status: 200, body };
  }

  async #first(token: string, parameters: string, first: Promise<Answer>): Promise<Answer> {
    this.#seen.set(token, { parameters, first });
    const answer = await first.catch((error: unknown) => {
      this.#seen.delete(token);
      throw error;
    });
    if (answer.status !== 200) this.#seen.delete(token);
    return answer;
  }
}
