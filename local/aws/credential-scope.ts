import type { IncomingMessage } from 'node:http';

/** The credential scope of a signed request. */
interface CredentialScope {
  readonly region: string;
  /** Signing name of the service: `s3`, `sqs`, `dynamodb`, `secretsmanager`, … */
  readonly service: string;
}

/**
 * Reads the scope `<key>/<date>/<region>/<service>/aws4_request` of a Signature Version 4 request, from its header or
 * from a presigned URL. Returns undefined if the request has neither, such as an upload by POST policy.
 */
export const credentialScope = (request: Pick<IncomingMessage, 'headers' | 'url'>): CredentialScope | undefined => {
  const signed = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const presigned = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('X-Amz-Credential');
  const [, , region, service] = (signed ?? presigned ?? '').split('/');
  return region === undefined || service === undefined ? undefined : { region, service };
};
