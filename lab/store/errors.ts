/** The errors of S3 that this store can give, with the status each has there. */
export const STATUS = {
  BadDigest: 400,
  BucketNotEmpty: 409,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidRange: 416,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
} as const;
export type StoreCode = keyof typeof STATUS;

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreCode;

  constructor(code: StoreCode, message: string) {
    super(message);
    this.code = code;
  }
}
