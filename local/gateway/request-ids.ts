import { randomBytes, randomUUID } from 'node:crypto';

/** Ids that API Gateway gives a request and also returns in headers. */
export interface RequestIds {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** Generates new ids in API Gateway's format. */
export const newRequestIds = (): RequestIds => ({
  requestId: randomUUID(),
  extendedRequestId: randomBytes(11).toString('base64'),
});
