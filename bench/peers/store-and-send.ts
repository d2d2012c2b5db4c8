import { createHmac } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const s3 = new S3Client({ forcePathStyle: true });
const sqs = new SQSClient();

/** The least that a durable intake does: HMAC over the body, one PUT, one send. */
export const handler = async (event: { body: string; headers: Record<string, string> }): Promise<object> => {
  const [, t = '', v0 = ''] = /t=(\d+),v0=(\w+)/.exec(event.headers['ElevenLabs-Signature'] ?? '') ?? [];
  const expected = createHmac('sha256', process.env['SECRET'] ?? '')
    .update(`${t}.${event.body}`)
    .digest('hex');
  if (expected !== v0) return { statusCode: 401 };
  await s3.send(new PutObjectCommand({ Bucket: process.env['BUCKET'], Key: `bench/${expected}`, Body: event.body }));
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env['QUEUE'], MessageBody: expected }));
  return { statusCode: 200 };
};
