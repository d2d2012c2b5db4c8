import { randomBytes, randomUUID } from 'node:crypto';

/** Ids that API Gateway gives a request and also answers in headers. */
export interface RequestIds {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** Fresh ids in API Gateway's form. */
export const newRequestIds = (): RequestIds => ({
  requestId: randomUUID(),
  extendedRequestId: randomBytes(11).toString('base64'),
});
