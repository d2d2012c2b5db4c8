import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type RunningStack, startStack } from '../support/running-stack';
import { clientsFor } from './aws/clients';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack({ CALLER_HASH_KEY: 'key of this test' }, { CLAIM_LEASE_SECONDS: '2', NOT_DECLARED: 'x' });
});
afterAll(() => running.close());

describe('startLocalStack', () => {
  it('given variables of a test, when started, then only functions that have them in the template get them', () => {
    const leases = running.stack.deployed.functions.map(({ environment }) => environment['CLAIM_LEASE_SECONDS']);

    expect(new Set(leases)).toEqual(new Set([undefined, '2']));
    expect(running.stack.deployed.functions.some(({ environment }) => 'NOT_DECLARED' in environment)).toBe(false);
  });

  it('given schedules in the template, when all are run, then each answers', async () => {
    const results = await running.stack.runSchedules();

    expect(results).toHaveLength(running.stack.deployed.schedules.length);
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it('given a key for callers, when started, then its secret holds it', async () => {
    const { awsUrl, region } = running.stack.places;
    const { secrets, destroy } = clientsFor(awsUrl, region);
    const SecretId = running.stack.deployed.secrets['CallerHashKey'];

    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    destroy();

    expect(SecretString).toBe('key of this test');
  });
});
