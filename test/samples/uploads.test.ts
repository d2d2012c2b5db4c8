import { createHash } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { bucketOf } from '../../lambdas/aws/bucket';
import { readUpload } from '../../lambdas/samples/read-upload';
import { uploadKey } from '../../lambdas/samples/upload';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { spokenSample } from '../support/samples';

const wav = spokenSample('caller.wav');
const upload = { conversationId: 'conv_1', sha256: createHash('sha256').update(wav).digest('hex') };
let aws: AwsEmulators;
let s3: S3Client;

beforeAll(async () => {
  aws = await startAwsEmulators();
  s3 = new S3Client({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  await s3.send(
    new PutObjectCommand({ Bucket: 'bucket', Key: uploadKey(upload), Body: wav, ContentType: 'Audio/X-WAV' }),
  );
});

afterAll(async () => {
  s3.destroy();
  await aws.close();
});

const read = (maxBytes: number, aheadS = 0) =>
  readUpload(upload, maxBytes, { bucket: bucketOf(s3, 'bucket'), nowMs: () => Date.now() + aheadS * 1000 });

describe('uploads', () => {
  it('given an upload as announced, when read, then it is its bytes', async () => {
    expect((await read(10_485_760)).equals(wav)).toBe(true);
  });

  it('given an upload of almost a day ago, when read, then it is still good', async () => {
    expect(await read(10_485_760, 86_390)).toHaveLength(wav.length);
  });

  it('given an upload of more than a day ago, when read, then it is expired, although S3 still has it', async () => {
    await expect(read(10_485_760, 86_410)).rejects.toMatchObject({
      status: 400,
      code: 'UPLOAD_EXPIRED',
      message: expect.stringMatching(/^The upload is 864\d\d s old and can be used for 86400 s/),
    });
  });

  it('given an upload over the limit, when read, then it is refused before its bytes are', async () => {
    await expect(read(1000)).rejects.toMatchObject({ status: 413, code: 'VOICE_SAMPLE_TOO_LARGE' });
  });

  it('given an upload without bytes, when read, then it is an invalid sample and not too large', async () => {
    const empty = { conversationId: 'conv_empty', sha256: createHash('sha256').digest('hex') };
    await s3.send(
      new PutObjectCommand({ Bucket: 'bucket', Key: uploadKey(empty), Body: '', ContentType: 'audio/wav' }),
    );

    const reading = readUpload(empty, 1000, { bucket: bucketOf(s3, 'bucket'), nowMs: Date.now });

    await expect(reading).rejects.toMatchObject({ status: 400, code: 'INVALID_VOICE_SAMPLE' });
  });

  it('given a storage that does not answer, when read, then that is told', async () => {
    const nowhere = new S3Client({
      endpoint: 'http://127.0.0.1:9',
      region: 'x',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
    });

    const reading = readUpload(upload, 1000, { bucket: bucketOf(nowhere, 'bucket'), nowMs: Date.now });

    await expect(reading).rejects.toMatchObject({ name: 'AwsUnavailable', service: 'S3' });
  });
});
