import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createClients } from '../../ops/clients';
import type { Installation } from '../../ops/installation';
import { repairRestored } from '../../ops/restore';
import { type RecordingServer, startRecordingServer } from '../cli/recording-server';
import { scripted } from '../support/scripted-client';

const region = 'eu-central-1';
let elevenLabs: RecordingServer;
let voices: object;

beforeAll(async () => {
  elevenLabs = await startRecordingServer(() => ({ status: 200, body: voices }));
});

afterAll(() => elevenLabs.close());

const paused = (url: string | undefined) => {
  const sqs = scripted(new SQSClient({ region }));
  const installation: Installation = {
    title: 'Precall-test',
    isLocal: false,
    apiUrl: 'http://127.0.0.1:1',
    elevenLabsUrl: url,
    table: 'ledger',
    bucket: 'bucket',
    queues: { ErasuresQueue: 'https://sqs/erasures', VoiceDeletionsQueue: 'https://sqs/deletions' },
    secrets: { ElevenLabsApiKey: 'arn' },
    functions: {},
    alarmPrefix: '',
    clients: {
      ...createClients({ region }),
      dynamoDb: DynamoDBDocumentClient.from(
        scripted(new DynamoDBClient({ region }), { Item: { paused_at: 1 } }).client,
      ),
      s3: scripted(new S3Client({ region }), { Contents: [] }).client,
      secrets: scripted(new SecretsManagerClient({ region }), { SecretString: 'sk_1' }).client,
      sqs: sqs.client,
    },
  };
  return { installation, sqs };
};

describe('the repair of a restored ledger', () => {
  it('given a list of voices that ElevenLabs breaks off, then no voice counts as lost', async () => {
    voices = { voices: [{ voice_id: 'voice_1' }], has_more: true, next_page_token: null };
    const { installation, sqs } = paused(elevenLabs.url);

    await expect(repairRestored(installation, 0)).rejects.toThrow('ElevenLabs did not list all of its voices');
    expect(sqs.sent).toEqual([]);
  });

  it('given a stage that an older version deployed, then it says so', async () => {
    await expect(repairRestored(paused(undefined).installation, 0)).rejects.toThrow(
      'Precall-test was deployed by an older version',
    );
  });
});
