interface More {
  readonly target?: string;
  readonly details?: readonly { readonly code: string; readonly message: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A refusal in the form of all of Azure Resource Manager:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/common-deployment-errors
 */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: More;

  constructor(status: number, code: string, message: string, more: More = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }

  /** As it stands under `error` in an answer or in an operation. */
  get body(): Readonly<Record<string, unknown>> {
    const { target, details } = this.more;
    return { code: this.code, message: this.message, ...(target !== undefined && { target }), ...(details && { details }) };
  }
}
