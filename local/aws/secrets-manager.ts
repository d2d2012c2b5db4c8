import type { IncomingMessage, RequestListener } from 'node:http';
import * as z from 'zod';
import { readBody } from '../lambda/read-body';
import { answerJson } from './answer-json';
import { credentialScope } from './credential-scope';
import { type SecretValue, type StoredSecret, SecretsManagerError, SecretStore } from './secret-store';

/** Secrets Manager accepts values of at most 64 KiB; a request is only slightly larger. */
const maxBytes = 256 * 1024;

const value = { SecretString: z.string().optional(), SecretBinary: z.base64().optional() };
const named = { SecretId: z.string().min(1) };
const version = { ClientRequestToken: z.string().optional() };
const description = { Description: z.string().optional() };

const createRequest = z.object({ Name: z.string().min(1).max(512), ...value, ...version, ...description });
const putRequest = z.object({ ...named, ...value, ...version });
const updateRequest = z.object({ ...named, ...value, ...version, ...description });
const getRequest = z.object({ ...named, VersionId: z.string().optional(), VersionStage: z.string().optional() });
const describeRequest = z.object(named);

const hasValue = ({ SecretString, SecretBinary }: SecretValue): boolean => (SecretString ?? SecretBinary) !== undefined;

const identify = (secret: StoredSecret) => ({ ARN: secret.arn, Name: secret.name, VersionId: secret.current?.id });

const putValue = (store: SecretStore, secret: StoredSecret, put: z.infer<typeof putRequest>): StoredSecret => {
  const { SecretString, SecretBinary, ClientRequestToken } = put;
  return hasValue(put) ? store.put(secret, { SecretString, SecretBinary }, ClientRequestToken) : secret;
};

const getValue = (store: SecretStore, body: unknown): object => {
  const { SecretId, VersionId, VersionStage = 'AWSCURRENT' } = getRequest.parse(body);
  const secret = store.find(SecretId);
  const { current } = secret;
  if (current === undefined || VersionStage !== 'AWSCURRENT' || (VersionId ?? current.id) !== current.id) {
    const sought = VersionId === undefined ? `staging label: ${VersionStage}` : `VersionId: ${VersionId}`;
    const message = `Secrets Manager can't find the specified secret value for ${sought}`;
    throw new SecretsManagerError('ResourceNotFoundException', message);
  }
  const { SecretString, SecretBinary, createdAtS } = current;
  return { ...identify(secret), SecretString, SecretBinary, CreatedDate: createdAtS, VersionStages: [VersionStage] };
};

const describe = (store: SecretStore, body: unknown): object => {
  const { arn, name, current, createdAtS, description: text } = store.find(describeRequest.parse(body).SecretId);
  const stages = current === undefined ? {} : { VersionIdsToStages: { [current.id]: ['AWSCURRENT'] } };
  return { ARN: arn, Name: name, CreatedDate: createdAtS, Description: text, ...stages };
};

const answer = (store: SecretStore, action: string, region: string, body: unknown): object => {
  switch (action) {
    case 'CreateSecret': {
      const create = createRequest.parse(body);
      const secret = store.create(create.Name, region, create.Description);
      return identify(putValue(store, secret, { SecretId: create.Name, ...create }));
    }
    case 'PutSecretValue': {
      const put = putRequest.parse(body);
      if (!hasValue(put)) throw new SecretsManagerError('InvalidRequestException', 'You must provide a secret value.');
      return { ...identify(putValue(store, store.find(put.SecretId), put)), VersionStages: ['AWSCURRENT'] };
    }
    case 'UpdateSecret': {
      const update = updateRequest.parse(body);
      const found = store.find(update.SecretId);
      const described = update.Description === undefined ? found : store.describe(found, update.Description);
      return identify(putValue(store, described, update));
    }
    case 'GetSecretValue':
      return getValue(store, body);
    case 'DescribeSecret':
      return describe(store, body);
    default:
      throw new SecretsManagerError('UnknownOperationException', `The local Secrets Manager has no ${action}.`);
  }
};

const toError = (cause: unknown): SecretsManagerError => {
  if (cause instanceof SecretsManagerError) return cause;
  if (cause instanceof z.ZodError) return new SecretsManagerError('InvalidParameterException', z.prettifyError(cause));
  if (cause instanceof SyntaxError) return new SecretsManagerError('SerializationException', 'The body is not JSON.');
  return new SecretsManagerError('InternalServiceError', String(cause));
};

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const body = await readBody(request, maxBytes);
  if (body !== undefined) return JSON.parse(body.toString());
  throw new SecretsManagerError('InvalidParameterException', `The body has more than ${maxBytes} bytes.`);
};

/**
 * Creates an in-memory Secrets Manager with the five actions that a stack and its functions need, and the service's
 * error codes.
 */
export const createSecretsManager = (store = new SecretStore()): RequestListener => {
  return (request, response) => {
    const action = String(request.headers['x-amz-target']).replace('secretsmanager.', '');
    const region = credentialScope(request)?.region ?? 'us-east-1';
    readJson(request)
      .then((body) => {
        answerJson(response, 200, answer(store, action, region, body));
      })
      .catch((cause: unknown) => {
        const error = toError(cause);
        answerJson(response, 400, { __type: error.code, Message: error.message });
      });
  };
};
